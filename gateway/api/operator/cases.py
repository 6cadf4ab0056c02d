"""Case files of ours: bring one from the case system, and find those that somebody is in."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from gateway.api.bodies import read_body
from gateway.api.documents import JSON
from gateway.api.operator.gate import TheDesk, Who, gate_of
from gateway.api.operator.pages import Page, Paged
from gateway.api.operator.routes import Routes, body
from gateway.cases import files
from gateway.cases.digests import digests
from gateway.cases.imports import import_case
from gateway.itp.codes import Code, Refused
from gateway.itp.documents import Document
from gateway.operator import reads
from gateway.operator.permissions import Permission
from schemas.case.record import CaseFile

_CASE = {"requestBody": {"required": True, "content": {JSON: {"schema": {"type": "object"}}}}}
routes = Routes("/api", "cases")


class CaseSearch(Document):
    """Somebody, by our id or by a number written as SCHEME:VALUE, such as NHS_NUMBER:9990000018."""

    person: str = Field(min_length=1, max_length=128)


class CaseLine(BaseModel):
    """A case file, and the ids of its children: what a transfer is prepared with."""

    model_config = ConfigDict(frozen=True)

    case_file: str
    version: int
    children: tuple[str, ...]


@routes.post("/cases", Permission.CASES_IMPORT, openapi_extra=_CASE, summary="Bring a case file")
async def bring_case(request: Request, desk: TheDesk, who: Who) -> CaseLine:
    """Take a case file as the body; it replaces what the case system said before, not what transfers brought."""
    limits = gate_of(request).limits
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise Refused(Code.MALFORMED, f"The content type must be {JSON}.")
    content = await read_body(request, limits.document, limits.body_seconds)
    held = await run_in_threadpool(import_case, desk.store, who.actor, content, desk.now())
    return _line(held.file, held.version)


@routes.post("/search/cases", Permission.CASES_FIND, summary="Find case files")
def search_cases(
    desk: TheDesk, who: Who, paging: Paged, asked: Annotated[CaseSearch, body(CaseSearch)]
) -> Page[CaseLine]:
    """List the case files that somebody is in; that somebody searched is on record."""
    reads.searched(desk, who)
    found = files.of_person(desk.store, digests(desk.store, desk.now()), asked.person)
    part = paging.of(found)
    held = (files.held(desk.store, name) for name in part.items)
    return Page(items=tuple(_line(each.file, each.version) for each in held), next=part.next)


def _line(case: CaseFile, version: int) -> CaseLine:
    return CaseLine(case_file=case.id, version=version, children=tuple(child.id for child in case.children))
