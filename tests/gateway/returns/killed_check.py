"""Checks the return that waits, and is killed while it does: `killed_check.py URL FOLDER`."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import gateway.check
from gateway.returns.run import check_queued
from operator_rig import rig
from store_builder import opened


def die(path: Path, **_: object) -> None:
    """See that the file can be read where it is, and end without a word."""
    assert path.read_bytes().startswith(b"<Message>")
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    at = rig(opened(sys.argv[1]), Path(sys.argv[2]))
    gateway.check.check_return = die  # type: ignore[assignment]  # it never comes to a report
    check_queued(at.desk.exchange, "dies")
