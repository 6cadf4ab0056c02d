"""A program that is killed with SIGKILL in the middle of a step: `killed.py STEP URL`.

For each point it forks a process that does the step for real and kills itself there: before and after each statement
that writes, before the commit, and after the step has returned. It writes one line for each: the point, and the signal.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from sqlalchemy import event

from gateway.store.rotate import rotate
from gateway.store.store import Store
from store_builder import KEY, OTHER_KEY, opened, take

_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)")


def points(step: str) -> list[str]:
    """List the points of a step, by how many statements it makes."""
    statements = range(1, {"accept": 8, "rotate": 6}[step])
    return [*(f"{when} {n}" for n in statements for when in ("before", "after")), "commit", "returned"]


def _die(*_event: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise SystemExit


def _arm(store: Store, point: str) -> None:
    if point == "commit":
        event.listen(store.engine, "commit", _die)
    when, _, number = point.partition(" ")
    seen = 0

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        nonlocal seen
        seen += bool(_WRITES.match(statement))
        if str(seen) == number and _WRITES.match(statement):
            _die()

    if number:
        event.listen(store.engine, f"{when}_cursor_execute", count)


STEPS: dict[str, Callable[[Store, int], object]] = {
    "accept": take,
    "rotate": lambda store, _number: rotate(store, batch=2),
}


def main(step: str, url: str) -> None:
    for number, point in enumerate(points(step)):
        child = os.fork()
        if child == 0:
            store = opened(url, f"{OTHER_KEY}\n{KEY}" if step == "rotate" else KEY)
            _arm(store, point)
            STEPS[step](store, number)
            _die()
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{point}: {os.WTERMSIG(status)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
