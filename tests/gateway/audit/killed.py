"""Sequencers as programs of their own: `killed.py kill URL` and `killed.py race URL`.

`kill` forks a sequencer for each point, which kills itself there with SIGKILL: before and after each statement that
writes, and before each commit, of its first two batches. It writes one line for each: the point, and the signal.
`race` says that it is ready, waits for a line, moves everything in small batches beside whoever does the same, and
writes how much it moved.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from typing import NoReturn

from sqlalchemy import event

from audit_ledger import HOME
from gateway.audit.database import sequence
from gateway.store.engine import connect

_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)")
_BATCH = 2
# A batch writes its entries, the state, and deletes; the first of a new log writes the state before. To look whether
# something is pending ends in a commit too.
_STATEMENTS, _COMMITS = 7, 4
POINTS = [
    *(f"{when} {n}" for n in range(1, _STATEMENTS + 1) for when in ("before", "after")),
    *(f"commit {n}" for n in range(1, _COMMITS + 1)),
]


def _die(*_event: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit


def _sequence(url: str, point: str) -> None:
    when, _, number = point.partition(" ")
    engine, seen = connect(url), 0

    def count(*_event: object) -> None:
        nonlocal seen
        seen += 1
        if seen == int(number):
            _die()

    def count_writes(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if _WRITES.match(statement):
            count()

    if when == "commit":
        event.listen(engine, "commit", count)
    else:
        event.listen(engine, f"{when}_cursor_execute", count_writes)
    sequence(engine, HOME, _BATCH)


def kill(url: str) -> None:
    for point in POINTS:
        child = os.fork()
        if child == 0:
            _sequence(url, point)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{point}: {os.WTERMSIG(status)}\n")


def race(url: str) -> None:
    engine = connect(url)
    engine.connect().close()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(f"{sequence(engine, HOME, _BATCH)}\n")


if __name__ == "__main__":
    {"kill": kill, "race": race}[sys.argv[1]](sys.argv[2])
