from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from starlette.requests import Request

from gateway.api.bodies import read_body
from gateway.api.problems import Fault, Faulted
from gateway.itp.codes import Code, Refused

MOST = 8


def read(parts: Sequence[bytes], *, length: str | None = None, end: str = "http.request", seconds: float = 5) -> bytes:
    """Read a body that comes in parts; give how it ends, or none where it hangs."""
    waiting: list[dict[str, Any]] = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    if end:
        waiting.append({"type": end, "body": b"", "more_body": False})

    async def receive() -> dict[str, Any]:
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    headers = [] if length is None else [(b"content-length", length.encode())]
    return asyncio.run(read_body(Request({"type": "http", "headers": headers}, receive), MOST, seconds))


@pytest.mark.parametrize("parts", [[], [b""], [b"12345678"], [b"1234", b"", b"5678"]])
def test_a_body_within_the_limit_is_read_whole(parts: list[bytes]) -> None:
    assert read(parts) == b"".join(parts)


@pytest.mark.parametrize("length", ["9", "009", "9" * 5000])
def test_a_body_that_says_it_is_too_large_is_not_read(length: str) -> None:
    with pytest.raises(Refused) as refused:
        read([], length=length, end="")
    assert refused.value.code is Code.TOO_LARGE


@pytest.mark.parametrize("length", [None, "8", "0"])
def test_a_body_that_is_larger_than_it_says_is_not_read_to_its_end(length: str | None) -> None:
    with pytest.raises(Refused) as refused:
        read([b"12345678", b"9"], length=length, end="")
    assert (refused.value.code, refused.value.message) == (Code.TOO_LARGE, "The body is over the limit.")


@pytest.mark.parametrize("length", ["", "-1", "+1", "1_0", "٣", "eight", "1.0", " 1"])
def test_a_length_is_a_number(length: str) -> None:
    with pytest.raises(Refused) as refused:
        read([], length=length)
    assert refused.value.code is Code.MALFORMED


def test_a_body_that_hangs_is_given_up() -> None:
    with pytest.raises(Faulted) as refused:
        read([b"1234"], end="", seconds=0.01)
    assert refused.value.fault is Fault.BODY_TIME


def test_a_sender_that_leaves_is_not_waited_for() -> None:
    with pytest.raises(Refused) as refused:
        read([b"1234"], end="http.disconnect")
    assert (refused.value.code, refused.value.message) == (Code.MALFORMED, "The body ended early.")
