"""The gateway that a worker process has open: one for the life of the process, opened after the fork."""

from __future__ import annotations

import os
from contextlib import ExitStack

from gateway import settings
from gateway.authority import opened
from gateway.broker import waker
from gateway.pipeline.exchange import Exchange


class _Process:
    def __init__(self) -> None:
        self._stack = ExitStack()
        self._exchange: Exchange | None = None

    def open(self) -> Exchange:
        if self._exchange is None:
            wake = waker(settings.text_of(settings.BROKER_URL))
            self._exchange = self._stack.enter_context(opened(wake=wake))
        return self._exchange

    def close(self) -> None:
        self._stack.close()
        self._exchange = None


_process = _Process()


def open_exchange() -> Exchange:
    """Give the gateway of this process. Raise Misconfigured."""
    return _process.open()


def close_exchange() -> None:
    """Close it in order."""
    _process.close()


def owner() -> str:
    """Name this process as the owner of a lease."""
    return f"worker-{os.getpid()}"
