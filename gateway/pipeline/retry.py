"""When a delivery is tried next: pure functions of what happened, the time and one random number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.itp.codes import Code
from gateway.itp.label import Delivery
from gateway.pipeline.outcome import How, Outcome, Stop, judge, not_before

FIRST = timedelta(seconds=30)
LONGEST = timedelta(hours=1)
_DOUBLINGS = 7  # 30 s doubled seven times passes the hour; more would only make large numbers

ALERT_AFTER: dict[Delivery, timedelta | None] = {"urgent": timedelta(minutes=15), "normal": None, "bulk": None}
"""How long a message of each class may be without its first receipt (R1) before a person hears of it."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A delivery after an attempt: how many were made, when its message expires, the codes of earlier refusals."""

    attempts: int
    expires: datetime
    refused: frozenset[Code] = frozenset()


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again at that time, beginning in that way."""

    at: datetime
    how: How


@dataclass(frozen=True, slots=True)
class Expire:
    """There is no time left before the message expires: a person decides."""

    at: datetime


Next = Retry | Stop | Expire


def ceiling(attempts: int) -> timedelta:
    """Give the longest wait after so many attempts, from one up: 30 s, doubled by each further one, at most 1 h."""
    return min(LONGEST, FIRST * (1 << min(attempts - 1, _DOUBLINGS)))


def next_attempt(tried: Tried, outcome: Outcome, now: datetime, draw: float) -> Next:
    """Decide what follows an attempt that failed at `now`; `draw` is random, from 0 up to but not 1."""
    verdict = judge(outcome, tried.refused)
    if isinstance(verdict, Stop):
        return verdict
    earliest = not_before(outcome, now)
    if earliest >= tried.expires:
        return Expire(tried.expires)
    window = min(ceiling(tried.attempts), tried.expires - earliest)
    return Retry(earliest + _part(window, draw), verdict)


def _part(window: timedelta, draw: float) -> timedelta:
    """Take that part of the window, rounded down to a microsecond: never its very end, when the message expires."""
    return timedelta(microseconds=int(draw * (window // timedelta(microseconds=1))))
