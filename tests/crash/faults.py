"""Kill a process at a chosen state change: before or after a transaction is committed, or before a file is named.

A test arms a fault in a file; the process that meets it takes the file away and kills itself and its children with
SIGKILL, as `kill -9` would at that very moment. The product knows nothing of this: the commit is met in SQLAlchemy,
and which step it belongs to is read from the stack.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Literal

import httpx
from sqlalchemy.engine.default import DefaultDialect

Moment = Literal["before", "after", "rename", "request"]
_WRITING = "gateway.store.engine.writing"


@dataclass(frozen=True)
class Fault:
    """`within` are names of functions that must all be running, as module and name, or how they begin.

    `before` and `after` are about a commit, `rename` is before a file or folder gets its name, `request` is before a
    partner is called. `skip` lets so many
    pass first. `alone` spares the rest of the process group: one child of a worker dies.
    """

    within: tuple[str, ...]
    moment: Moment
    skip: int = 0
    alone: bool = False

    def __str__(self) -> str:
        return f"{self.moment}:{'+'.join(name.rpartition('gateway.')[2] for name in self.within)}" + (
            f"[{self.skip}]" if self.skip else ""
        )


def at(moment: Moment, *within: str, skip: int = 0, alone: bool = False) -> Fault:
    """Name a fault shortly: functions are named below `gateway`."""
    return Fault(tuple(f"gateway.{name}" for name in within), moment, skip, alone)


class Trap:
    """Where a fault is armed for the processes of one authority."""

    def __init__(self, folder: Path) -> None:
        self._armed = folder / "fault.json"
        self._sprung = folder / "fault.sprung"

    def arm(self, fault: Fault) -> None:
        self._sprung.unlink(missing_ok=True)
        draft = self._armed.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(fault)))
        draft.replace(self._armed)

    def disarm(self) -> None:
        self._armed.unlink(missing_ok=True)

    @property
    def sprung(self) -> bool:
        """Whether the fault that was armed last was met."""
        return self._sprung.exists()

    def armed(self) -> Fault | None:
        try:
            values = json.loads(self._armed.read_text())
        except FileNotFoundError:
            return None
        return Fault(**{**values, "within": tuple(values["within"])})

    def spring(self) -> bool:
        """Take the fault away; false where another process was faster."""
        try:
            self._armed.rename(self._sprung)
        except FileNotFoundError:
            return False
        return True


class _Watch:
    def __init__(self, trap: Trap) -> None:
        self._trap = trap
        self._passed: dict[Fault, int] = {}

    def meet(self, *moments: Moment) -> None:
        fault = self._trap.armed()
        if fault is None or fault.moment not in moments or not _runs(fault.within):
            return
        passed = self._passed.get(fault, 0)
        self._passed[fault] = passed + 1
        if passed >= fault.skip and self._trap.spring():
            if fault.alone:
                os.kill(os.getpid(), signal.SIGKILL)
            os.killpg(os.getpgrp(), signal.SIGKILL)


def install(trap: Trap) -> None:
    """Make this process, and those that it forks, meet the faults that are armed."""
    watch = _Watch(trap)
    plain: Any = DefaultDialect.do_commit

    def do_commit(dialect: DefaultDialect, connection: object) -> None:
        writes = _runs((_WRITING,))
        if writes:
            watch.meet("before")
        plain(dialect, connection)
        if writes:
            watch.meet("after")

    stream: Any = httpx.Client.stream

    def streaming(client: httpx.Client, *arguments: Any, **named: Any) -> Any:
        watch.meet("request")
        return stream(client, *arguments, **named)

    def audit(event: str, _arguments: object) -> None:
        if event == "os.rename" and _runs(("gateway.",)) and not _runs(("crash.faults.Trap.",)):
            watch.meet("rename")

    # For the life of this process.
    setattr(DefaultDialect, "do_commit", do_commit)  # noqa: B010  # mypy knows it as a method of that class
    setattr(httpx.Client, "stream", streaming)  # noqa: B010  # as above
    sys.addaudithook(audit)


def _runs(names: tuple[str, ...]) -> bool:
    running = tuple(_names(sys._getframe(1)))  # noqa: SLF001  # there is no other way to read the stack
    return all(any(each.startswith(name) for each in running) for name in names)


def _names(frame: FrameType | None) -> Iterator[str]:
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        yield f"{module}.{frame.f_code.co_qualname}"
        frame = frame.f_back
