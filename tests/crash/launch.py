"""What a child process runs: the gateway's own command, under a clock that tests move, with faults that tests arm.

The jobs of the worker go by the same clock, so that a minute which a test lets pass is a minute for them too.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from crash import faults, sabotage
from crash.faults import Trap
from crash.moved_clock import MovedClock
from gateway.itp.codes import Code, Refused
from gateway.itp.manifest import Manifest

REFUSED = b"made-up content that the scan refuses"
"""A payload that begins so is refused by the receiver."""


@dataclass(frozen=True)
class Place:
    """Where one process of an authority runs: its folder, settings and the file of the clock."""

    folder: Path
    settings: Mapping[str, str]
    clock: Path
    sabotaged: bool = False


def run(place: Place, name: str, arguments: list[str]) -> None:
    """Become a process group of its own and run `ics-gateway` with these arguments."""
    os.setsid()
    _orphaned_never()
    _write_to(place.folder / f"{name}.log")
    os.environ.update(place.settings)
    clock = MovedClock(place.clock)
    _prepare(place, clock)
    from gateway.cli import app  # noqa: PLC0415  # after the settings are in the environment

    os.execv = _stay  # type: ignore[assignment]  # `worker` becomes Celery's program
    sys.exit(app.run(arguments))


def dispatch(place: Place, recipient: str, contents: list[tuple[bytes, int]]) -> None:
    """Send each content in chunks of that size, as an application of the authority; be killed like any process."""
    os.setsid()
    _write_to(place.folder / "dispatch.log")
    clock = MovedClock(place.clock)
    _prepare(place, clock)
    from authorities import dispatch as send  # noqa: PLC0415  # as above
    from gateway.authority import opened  # noqa: PLC0415  # as above
    from gateway.itp.identifiers import Organisation  # noqa: PLC0415  # as above

    with opened(place.settings, clock=clock) as exchange:
        for content, chunk_size in contents:
            send(exchange, Organisation(recipient), content, chunk_size)


def _prepare(place: Place, clock: MovedClock) -> None:
    """Put clock, scan and faults into the gateway's modules, in this process alone."""
    faults.install(Trap(place.folder))
    if place.sabotaged:
        sabotage.forget_duplicates()
    opened = partial(_module("gateway.authority").opened, clock=clock)
    worker = _module("gateway.pipeline.embedded").EmbeddedWorker
    _put("gateway.transfers.contents", "scan", _scan)
    # Jobs are due by the moved clock, and looked for often.
    _put("gateway.pipeline.embedded", "_IDLE", timedelta(seconds=0.05))
    _put("gateway.server", "EmbeddedWorker", partial(worker, lambda: clock().timestamp()))
    _put("gateway.server", "opened", opened)
    if "ICS_GATEWAY_BROKER_URL" in os.environ:
        _put("workers.process", "opened", opened)
        _hurry_celery()


def _module(name: str) -> Any:
    return importlib.import_module(name)


def _put(module: str, name: str, value: object) -> None:
    if not hasattr(_module(module), name):
        raise AttributeError(f"{module} has no {name} that could be replaced")
    setattr(_module(module), name, value)


def _hurry_celery() -> None:
    often = {"sweep": 0.5, "collect": 5.0, "expire": 5.0, "reconcile": 5.0, "checkpoint": 10.0}
    for name, entry in _module("workers.app").app.conf.beat_schedule.items():
        entry["schedule"] = often.get(name, entry["schedule"])


def _scan(_manifest: Manifest, payload: BinaryIO) -> None:
    if payload.read(len(REFUSED)) == REFUSED:
        raise Refused(Code.CONTENT, "The scan refuses it.")
    payload.seek(0)


def _stay(_program: str, words: list[str]) -> None:
    """Run Celery in this process instead of a new one, which would not have what was prepared here."""
    from celery.__main__ import main  # noqa: PLC0415  # only a worker needs it

    sys.argv = ["celery", *words[words.index("celery") + 1 :]]
    main()


def _write_to(log: Path) -> None:
    with log.open("ab") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)


def _orphaned_never() -> None:
    """End with whoever started us, however that ended: no test leaves a process behind."""
    import threading  # noqa: PLC0415  # only here

    starter = os.getppid()

    def watch() -> None:
        while os.getppid() == starter:
            time.sleep(1)
        os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()
