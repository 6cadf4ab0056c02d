"""Take a file as it comes in, piece by piece: never whole in memory, and never in clear on a disk."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from gateway import settings
from gateway.api.problems import Fault, Faulted
from gateway.itp.codes import Code, Refused
from gateway.operator.caller import Caller
from gateway.operator.desk import Desk
from gateway.returns import checks
from gateway.returns.checks import Check, Wanted
from gateway.store.documents import PIECE
from schemas.errors import Rejected

ENDINGS = {"application/xml": "xml", "text/xml": "xml", "application/zip": "zip"}
"""What a return can be, by its media type."""
Keep = Callable[[bytes], object]
SECONDS = 30.0
"""How long the sender may pause."""


def ending(request: Request) -> str:
    """Say what kind of file comes. Raise Rejected."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ENDINGS:
        raise Rejected("A return is XML, or a zip of its files.", hint=f"Say which: {', '.join(ENDINGS)}.")
    return ENDINGS[kind]


async def taken(request: Request, desk: Desk, who: Caller, wanted: Wanted) -> Check:
    """Keep the file and queue its check. Raise Refused (itp-413-too-large, itp-400-malformed), Faulted."""
    identity = await run_in_threadpool(
        checks.begin, desk.store, who.actor, who.account.team, wanted, desk.now(), desk.draw
    )
    try:
        await received(request, lambda piece: checks.add(desk.store, identity, piece, desk.now()))
    except (Refused, Faulted):
        await run_in_threadpool(checks.drop, desk.store, who.actor, identity, desk.now())
        raise
    return await run_in_threadpool(checks.queue, desk.store, who.actor, identity, desk.now())


async def received(request: Request, keep: Keep, most: int | None = None) -> None:
    """Hand a file on, piece by piece, of at most so many bytes. Raise Refused, Faulted."""
    most, size, piece = most or settings.value_of(settings.MAX_UPLOAD), 0, bytearray()
    stream = request.stream()
    try:
        while part := await asyncio.wait_for(anext(stream, b""), SECONDS):
            size += len(part)
            if size > most:
                raise Refused(Code.TOO_LARGE, "The file is over the limit.")
            piece += part
            if len(piece) >= PIECE:
                await run_in_threadpool(keep, bytes(piece))
                piece.clear()
    except TimeoutError:
        raise Faulted(Fault.BODY_TIME) from None
    except ClientDisconnect:
        raise Refused(Code.MALFORMED, "The file ended early.") from None
    if not size:
        raise Refused(Code.MALFORMED, "There is no file in the body.")
    if piece:
        await run_in_threadpool(keep, bytes(piece))
