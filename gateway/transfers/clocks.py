"""Clocks of a transfer: what must be done by when, by which rule, from which event, and how it stands. All computed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from schemas.processes.clocks import Event
from schemas.processes.deadlines import Due, Standing, compared, standing
from schemas.processes.registry import process_of

DONE_BY: Mapping[str, Event] = MappingProxyType(
    {
        **dict.fromkeys(
            ("notify", "notice", "emergency-notice", "end-notice", "late-end-notice", "end-check", "report"),
            Event.NOTIFIED,
        ),
        **dict.fromkeys(
            ("urgent-answer", "s47-answer", "court-answer", "approval-answer", "acceptance"), Event.ANSWERED
        ),
        **dict.fromkeys(
            ("conference", "handover", "strategy-discussion", "return-interview", "transfer"), Event.OUTCOME
        ),
    }
)
"""Which event of a transfer does what a clock wants. The others are done outside it, and only their dates are shown."""


@dataclass(frozen=True, slots=True)
class Line:
    """One clock that runs: the strictest due date binds, the other rules stand beside it.

    `standing` is None where what is to be done is done outside the transfer.
    """

    clock: str
    what: str
    due: Due
    others: tuple[Due, ...]
    done: datetime | None
    standing: Standing | None


def lines(
    process: str, happened: Mapping[Event, datetime], now: datetime, local: Collection[str] = ()
) -> tuple[Line, ...]:
    """List the process's own clocks that run, the one due first first. `local` are the local rules that bind."""
    found = []
    for clock in process_of(process).own_clocks:
        dues = compared(process, clock.name, happened, variants=local).dues
        if not dues:
            continue
        end = DONE_BY.get(clock.name)
        done = happened.get(end) if end is not None else None
        stands = None if end is None else standing(dues[0], done, now)
        found.append(Line(clock.name, clock.what, dues[0], dues[1:], done, stands))
    return tuple(sorted(found, key=lambda line: line.due.at))
