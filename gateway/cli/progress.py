"""A progress bar for work that takes more than a second."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_PATIENCE = 1.0

Moved = Callable[[int, int], None]


@contextmanager
def progress_bar(
    *,
    show: bool,
    clock: Callable[[], float] = time.monotonic,
    first: str = "Reading",
    then: str = "Checking the rules",
) -> Iterator[Moved | None]:
    """Give a function of (done, total) that draws a bar on a terminal's standard error, after a second."""
    if not show or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415  # only a terminal needs it

    with patient_bar(Console(stderr=True), clock, first, then) as moved:
        yield moved


@contextmanager
def patient_bar(
    console: Console, clock: Callable[[], float], first: str = "Reading", then: str = "Checking the rules"
) -> Iterator[Moved]:
    """Give a function of (done, total) that draws a bar on `console` when a second has passed, not before."""
    from rich.progress import Progress  # noqa: PLC0415  # only a terminal needs it

    bar = Progress(console=console, transient=True)
    reading = bar.add_task(first, total=None)
    # How long the rules take, or a return to build, is not known before it is done.
    checking = bar.add_task(then, total=None, visible=False)
    started = clock()

    def moved(done: int, total: int) -> None:
        bar.update(reading, completed=done, total=total, visible=done < total)
        bar.update(checking, visible=done >= total)
        if clock() - started > _PATIENCE:
            bar.start()

    try:
        yield moved
    finally:
        bar.stop()
