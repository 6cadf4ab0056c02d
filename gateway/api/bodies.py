"""Read a body within its limits of size and time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable

from starlette.requests import ClientDisconnect, Request

from gateway.api.problems import Fault, Faulted
from gateway.itp.codes import Code, Refused


async def read_body(request: Request, most: int, seconds: float) -> bytes:
    """Read a body of at most `most` bytes that arrives in time.

    Raise Refused (itp-413-too-large, itp-400-malformed), Faulted.
    """
    _check_declared(request.headers.get("content-length", "0"), most)
    try:
        async with asyncio.timeout(seconds):
            return await _collected(request.stream(), most)
    except TimeoutError:
        raise Faulted(Fault.BODY_TIME) from None
    except ClientDisconnect:
        raise Refused(Code.MALFORMED, "The body ended early.") from None


def _check_declared(length: str, most: int) -> None:
    if not (length.isascii() and length.isdigit()):
        raise Refused(Code.MALFORMED, "The length of the body is not a number.")
    # Compared by digits first: a number of any length would take long to read.
    if len(length.lstrip("0")) > len(str(most)) or int(length) > most:
        raise _too_large()


async def _collected(stream: AsyncIterable[bytes], most: int) -> bytes:
    body = bytearray()
    async for part in stream:
        body += part
        if len(body) > most:
            raise _too_large()
    return bytes(body)


def _too_large() -> Refused:
    return Refused(Code.TOO_LARGE, "The body is over the limit.")
