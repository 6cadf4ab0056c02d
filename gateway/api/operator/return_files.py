"""The files of a return: their reports, what is uploaded, and DfE's error report beside ours."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import Path, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from gateway import settings
from gateway.api.operator.gate import TheDesk, Who
from gateway.api.operator.pages import Uuid
from gateway.api.operator.return_steps import CSV, reached
from gateway.api.operator.returns import MEDIA, ReportFormat
from gateway.api.operator.routes import Routes
from gateway.api.operator.uploads import received
from gateway.operator import reads
from gateway.operator.caller import Caller
from gateway.operator.desk import Desk
from gateway.operator.permissions import Permission
from gateway.reports.formats import Format
from gateway.returns import book, error_report, packing
from gateway.returns.checking import Reading
from gateway.returns.comparing import Compared
from gateway.returns.stored_report import report_bytes

_FILE = {"schema": {"type": "string", "format": "binary"}}
_BINARY = "application/octet-stream"
_ERRORS = {"requestBody": {"required": True, "content": {CSV: _FILE, MEDIA[Format.XLSX]: _FILE}}}
_REPORT = {200: {"content": {media.partition(";")[0]: _FILE for media in MEDIA.values()}}}
_PARCEL = {200: {"content": {_BINARY: _FILE}}}
Number = Annotated[int, Path(ge=1, le=1_000_000, description="The number of the file.")]
routes = Routes("/api/returns/{return_id}/files/{file_number}", "returns")


class Part(StrEnum):
    """What is had of a packed file: itself, its zip file, checksums, the notes as one text."""

    FILE = "file"
    ZIP = "zip"
    SHA256 = "sha256"
    TXT = "txt"


@routes.get(
    "/report/{report_format}",
    Permission.RETURNS_FOLLOW,
    response_class=Response,
    responses=_REPORT,
    summary="Read the report of a file",
)
def read_file_report(
    desk: TheDesk, who: Who, return_id: Uuid, file_number: Number, report_format: ReportFormat
) -> Response:
    """Give the report of a file that is checked; who read it is on record."""
    found, wanted = reached(desk, who, return_id), Format(report_format.value)
    content = report_bytes(desk.store, book.numbered(desk.store, found.id, file_number), wanted)
    reads.read(desk, who, f"return:{found.id}")
    return _named(content, f"{found.about.name}-{file_number}.{wanted}", MEDIA[wanted])


@routes.get(
    "/upload/{part}",
    Permission.RETURNS_PREPARE,
    response_class=Response,
    responses=_PARCEL,
    summary="Produce what is uploaded",
)
def produce_upload(desk: TheDesk, who: Who, return_id: Uuid, file_number: Number, part: Part) -> Response:
    """Give what was packed, byte for byte, now and whenever it is needed; who had it is on record."""
    found = reached(desk, who, return_id)
    file = book.numbered(desk.store, found.id, file_number)
    files = packing.parcel(desk.store, file).files
    packing.produced(desk.store, who.actor, file, desk.now())
    wanted = file.ending if part is Part.FILE else part.value
    name = next(name for name in files if name.endswith(f".{wanted}"))
    return _named(files[name], name, _BINARY)


@routes.post("/errors", Permission.RETURNS_PREPARE, openapi_extra=_ERRORS, summary="Compare DfE's error report")
async def compare_errors(request: Request, desk: TheDesk, who: Who, return_id: Uuid, file_number: Number) -> Compared:
    """Take DfE's error report as the body, CSV or a workbook, keep it, and compare it with ours."""
    pieces = list[bytes]()
    await received(request, pieces.append, error_report.MOST)
    return await run_in_threadpool(_compared, desk, who, return_id, file_number, b"".join(pieces))


@routes.get("/errors", Permission.RETURNS_FOLLOW, summary="Read the comparison with DfE's error report")
def read_comparison(desk: TheDesk, who: Who, return_id: Uuid, file_number: Number) -> Compared:
    """Compare the error report that is kept with ours again; who read it is on record."""
    found = reached(desk, who, return_id)
    file = book.numbered(desk.store, found.id, file_number)
    made = error_report.compared(desk.store, found, file, Reading(settings.limits(), desk.exchange.inbox))
    reads.read(desk, who, f"return:{found.id}")
    return made


def _compared(desk: Desk, who: Caller, identity: str, number: int, content: bytes) -> Compared:
    found, limits = reached(desk, who, identity), settings.limits()
    file = book.numbered(desk.store, found.id, number)
    error_report.keep(desk.store, who.actor, file, content, desk.now(), limits)
    return error_report.compared(desk.store, found, file, Reading(limits, desk.exchange.inbox))


def _named(content: bytes, name: str, media: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type=media)
