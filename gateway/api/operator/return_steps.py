"""Returns from draft to DfE's answer: add a file, check it, explain, sign off, pack, submitted, answered."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from gateway import settings
from gateway.api.operator.gate import TheDesk, Who
from gateway.api.operator.pages import Page, Paged, Uuid
from gateway.api.operator.returns import Authority, ReturnName, Year
from gateway.api.operator.routes import Routes, body
from gateway.api.operator.uploads import ENDINGS, ending, received
from gateway.itp.documents import Document
from gateway.operator import reads
from gateway.operator.caller import Caller, Owned
from gateway.operator.desk import Desk
from gateway.operator.permissions import Permission
from gateway.pipeline.spool import spool
from gateway.returns import adding, book, checking, noted, packing, plain, signing, submitting
from gateway.returns.adding import Content, Owner, Told
from gateway.returns.book import Done, File, Return
from gateway.returns.checking import Reading
from gateway.returns.stages import Stage

CSV = "text/csv"
MOST_NOTES = 100 << 20
_FILE = {"schema": {"type": "string", "format": "binary"}}
_UPLOAD = {"requestBody": {"required": True, "content": dict.fromkeys(ENDINGS, _FILE)}}
_NOTES = {"requestBody": {"required": True, "content": {CSV: _FILE}}}
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
routes = Routes("/api/returns", "returns")


class FollowedReturn(BaseModel):
    """A return with its files, and what was done to them; `seal` is the digest to sign of the newest."""

    model_config = ConfigDict(frozen=True)

    about: Return
    files: tuple[File, ...]
    history: tuple[Done, ...]
    seal: str


class SignOff(Document):
    """A signature: the digest of what was seen."""

    seen: Sha256


class Submitted(Document):
    """That the packed file was uploaded: when, and the SHA-256 of what was uploaded."""

    uploaded: AwareDatetime | None = None
    sha256: Sha256 | None = None


class Answered(Document):
    """What DfE answered, on the file that was submitted last or on that of a number."""

    answer: Literal["accepted", "queried"]
    number: int | None = Field(default=None, ge=1)


@routes.post("", Permission.RETURNS_PREPARE, status_code=201, openapi_extra=_UPLOAD, summary="Add a file to its return")
async def add_file(
    request: Request,
    desk: TheDesk,
    who: Who,
    return_name: ReturnName = None,
    year: Year = None,
    authority: Authority = None,
) -> File:
    """Take a file as the body, as the newest of its return; return, year and authority where it does not tell."""
    kind, told = ending(request), Told(return_name, year, authority)
    with spool(desk.exchange.inbox) as whole:
        await received(request, whole.write)
        return await run_in_threadpool(_added, desk, who, Content(whole, kind), told)


@routes.get("", Permission.RETURNS_FOLLOW, summary="List returns")
def list_returns(desk: TheDesk, who: Who, paging: Paged) -> Page[Return]:
    """List the returns within reach, the newest year first."""
    return paging.of([each for each in book.listed(desk.store) if who.reaches(_owned(each))])


@routes.get("/{return_id}", Permission.RETURNS_FOLLOW, summary="Follow a return")
def show_return(desk: TheDesk, who: Who, return_id: Uuid) -> FollowedReturn:
    """Show its files, what was done to them, and the digest to sign."""
    found = reached(desk, who, return_id)
    files = book.files(desk.store, found.id)
    return FollowedReturn(about=found, files=files, history=book.history(desk.store, found.id), seal=files[-1].seal)


@routes.post("/{return_id}/check", Permission.RETURNS_PREPARE, summary="Check the newest file")
def check_file(desk: TheDesk, who: Who, return_id: Uuid) -> File:
    """Check it against every rule of its year, beside last year's where that was submitted here."""
    how = Reading(settings.limits(), desk.exchange.inbox)
    return checking.check(desk.store, who.actor, reached(desk, who, return_id), desk.now(), how)[0]


@routes.post("/{return_id}/notes", Permission.RETURNS_PREPARE, openapi_extra=_NOTES, summary="Explain the queries")
async def explain_queries(request: Request, desk: TheDesk, who: Who, return_id: Uuid) -> File:
    """Take the notes as the body, CSV with rule, child, note, in place of those before."""
    pieces = list[bytes]()
    await received(request, pieces.append, MOST_NOTES)
    found = await run_in_threadpool(reached, desk, who, return_id)
    content = b"".join(pieces)
    return await run_in_threadpool(checking.explain, desk.store, who.actor, found, content, desk.now())


@routes.get(
    "/{return_id}/notes",
    Permission.RETURNS_FOLLOW,
    response_class=Response,
    responses={200: {"content": {CSV: _FILE}}},
    summary="Read the notes",
)
def read_notes(desk: TheDesk, who: Who, return_id: Uuid) -> Response:
    """Give the newest notes as they were sent; who read them is on record."""
    found = reached(desk, who, return_id)
    reads.read(desk, who, f"return:{found.id}")
    return Response(noted.kept(desk.store, found.id), media_type=CSV)


@routes.post("/{return_id}/sign-off", Permission.RETURNS_SIGN, summary="Sign the newest file")
def sign_off(desk: TheDesk, who: Who, return_id: Uuid, given: Annotated[SignOff, body(SignOff)]) -> File:
    """Sign it with its report and notes, as the first or the second of two people."""
    return signing.sign(desk.store, who.actor, reached(desk, who, return_id), given.seen, desk.now())


@routes.post("/{return_id}/pack", Permission.RETURNS_PREPARE, summary="Pack the newest file")
def pack_file(desk: TheDesk, who: Who, return_id: Uuid) -> File:
    """Pack what two people signed for its upload."""
    return packing.pack(desk.store, who.actor, reached(desk, who, return_id), desk.now())


@routes.post("/{return_id}/submitted", Permission.RETURNS_PREPARE, summary="Record the upload to DfE")
def record_upload(desk: TheDesk, who: Who, return_id: Uuid, given: Annotated[Submitted, body(Submitted)]) -> File:
    """Record that the packed file was uploaded."""
    found, now = reached(desk, who, return_id), desk.now()
    when = given.uploaded or now
    return submitting.submit(desk.store, who.actor, found, now, uploaded=when, sha256=given.sha256)


@routes.post("/{return_id}/answer", Permission.RETURNS_PREPARE, summary="Record DfE's answer")
def record_answer(desk: TheDesk, who: Who, return_id: Uuid, given: Annotated[Answered, body(Answered)]) -> File:
    """Record that DfE accepted or queried what was submitted."""
    found, to = reached(desk, who, return_id), Stage(given.answer)
    return submitting.answer(desk.store, who.actor, found, to, desk.now(), number=given.number)


def reached(desk: Desk, who: Caller, identity: str) -> Return:
    """Give a return that is within reach. Raise Unknown."""
    found = book.find(desk.store, identity)
    who.check(_owned(found), "return")
    return found


def _owned(found: Return) -> Owned:
    return Owned(f"return:{found.id}", found.account, found.team)


def _added(desk: Desk, who: Caller, content: Content, told: Told) -> File:
    content.file.flush()
    with plain.named(content.file.fileno(), content.ending) as path:
        about, serial = adding.identified(path, told, settings.limits())
    owner = Owner(who.account.id, who.account.team)
    given = (content, desk.now(), desk.draw)
    return adding.add(desk.store, who.actor, about, serial, *given, owner=owner)
