"""Returns: have one checked, follow the check, read its report."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import Query, Response
from starlette.requests import Request

from gateway.api.operator.gate import TheDesk, Who
from gateway.api.operator.pages import Page, Paged, Uuid
from gateway.api.operator.routes import Routes
from gateway.api.operator.uploads import ENDINGS, ending, taken
from gateway.operator import reads
from gateway.operator.caller import Caller, Owned
from gateway.operator.desk import Desk
from gateway.operator.errors import unknown
from gateway.operator.permissions import Permission, Reach
from gateway.reports.formats import Format
from gateway.returns import checks
from gateway.returns.checks import Check, Wanted

MEDIA = {
    Format.JSON: "application/json",
    Format.HTML: "text/html; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv; charset=utf-8",
}
"""What a report is, by its format."""
_FILE = {"schema": {"type": "string", "format": "binary"}}
_UPLOAD = {"requestBody": {"required": True, "content": dict.fromkeys(ENDINGS, _FILE)}}
_REPORT = {200: {"content": {media.partition(";")[0]: _FILE for media in MEDIA.values()}}}
ReturnName = Annotated[str | None, Query(alias="return", pattern="^[a-z0-9-]{1,32}$")]
Year = Annotated[int | None, Query(ge=2000, le=2100, description="In which the collection ends.")]
Authority = Annotated[str | None, Query(pattern="^[0-9]{3}$", description="Three digits.")]
routes = Routes("/api/returns/checks", "returns")


class ReportFormat(StrEnum):
    """In which formats a report can be had."""

    JSON = Format.JSON.value
    HTML = Format.HTML.value
    XLSX = Format.XLSX.value
    CSV = Format.CSV.value


@routes.post(
    "",
    Permission.RETURNS_CHECK,
    status_code=202,
    openapi_extra=_UPLOAD,
    summary="Have a return checked",
)
async def check_return(
    request: Request,
    desk: TheDesk,
    who: Who,
    return_name: ReturnName = None,
    year: Year = None,
    authority: Authority = None,
) -> Check:
    """Take a file as the body, and queue its check; return, year and authority where the file does not tell."""
    return await taken(request, desk, who, Wanted(ending(request), return_name, year, authority))


@routes.get("", Permission.RETURNS_READ, summary="List checks")
def list_checks(desk: TheDesk, who: Who, paging: Paged) -> Page[Check]:
    """List the checks of one's own and of one's team, the newest first."""
    mine = None if who.reach is Reach.ALL else ((who.account.id, who.account.team),)
    return paging.of(checks.listed(desk.store, mine))


@routes.get("/{check_id}", Permission.RETURNS_READ, summary="Follow a check")
def show_check(desk: TheDesk, who: Who, check_id: Uuid) -> Check:
    """Say where a check is: `done` of `total` bytes are read."""
    return _check(desk, who, check_id)


@routes.get(
    "/{check_id}/report/{report_format}",
    Permission.RETURNS_READ,
    response_class=Response,
    responses=_REPORT,
    summary="Read a report",
)
def read_report(desk: TheDesk, who: Who, check_id: Uuid, report_format: ReportFormat) -> Response:
    """Give the report of a check that is done; who read it is on record."""
    check, wanted = _check(desk, who, check_id), Format(report_format.value)
    content = checks.report(desk.store, check, wanted)
    reads.read(desk, who, f"return:{check_id}")
    name = f'attachment; filename="report-{check_id}.{wanted}"'
    return Response(content, headers={"content-disposition": name}, media_type=MEDIA[wanted])


@routes.delete("/{check_id}", Permission.RETURNS_DELETE, status_code=204, summary="Delete a check")
def delete_check(desk: TheDesk, who: Who, check_id: Uuid) -> None:
    """Delete a check with its file and reports."""
    _check(desk, who, check_id)
    checks.drop(desk.store, who.actor, check_id, desk.now())


def _check(desk: Desk, who: Caller, identity: str) -> Check:
    found = checks.find(desk.store, identity)
    if found is None:
        raise unknown("check")
    who.check(Owned(f"return:{found.id}", found.account, found.team), "check")
    return found
