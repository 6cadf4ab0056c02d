"""A transfer as people follow it: receipts, children, clocks, the ladder of acknowledgements, history."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from gateway.transfers import follow
from gateway.transfers.clocks import Line
from gateway.transfers.follow import Child, Signed
from gateway.transfers.rows import Happened, Transfer
from schemas.processes.clocks import Event
from schemas.processes.deadlines import Due, Standing
from schemas.processes.silence import Acknowledgement


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class DueDate(_Shown):
    """A last moment, the rule that it follows from, and what started it."""

    at: datetime
    rule: str
    start: Event
    started: datetime
    at_risk: datetime
    reading: str


class Clock(_Shown):
    """A clock that runs: the strictest rule binds, the others stand beside it."""

    clock: str
    what: str
    due: DueDate
    others: tuple[DueDate, ...]
    done: datetime | None
    standing: Standing | None


class Awaited(_Shown):
    """A receipt that is awaited: by when, when it was heard, and who is told of silence."""

    receipt: str
    due: DueDate
    heard: datetime | None
    standing: Standing
    tell: tuple[str, ...]


class Followed(_Shown):
    """A transfer as it stands at `at`."""

    transfer: Transfer
    state: str
    at: datetime
    receipts: tuple[Signed, ...]
    children: tuple[Child, ...]
    clocks: tuple[Clock, ...]
    ladder: tuple[Awaited, ...]
    history: tuple[Happened, ...]


def followed(found: follow.Followed) -> Followed:
    """Show where a transfer stands."""
    return Followed(
        transfer=found.transfer,
        state=found.state,
        at=found.at,
        receipts=found.receipts,
        children=found.children,
        clocks=tuple(map(_clock, found.clocks)),
        ladder=tuple(map(_awaited, found.ladder)),
        history=found.history,
    )


def _clock(line: Line) -> Clock:
    return Clock(
        clock=line.clock,
        what=line.what,
        due=_due(line.due),
        others=tuple(map(_due, line.others)),
        done=line.done,
        standing=line.standing,
    )


def _awaited(rung: Acknowledgement) -> Awaited:
    return Awaited(
        receipt=rung.rung.receipt,
        due=_due(rung.due),
        heard=rung.heard,
        standing=rung.standing,
        tell=rung.tell,
    )


def _due(due: Due) -> DueDate:
    return DueDate(
        at=due.at,
        rule=due.rule,
        start=due.start,
        started=due.started,
        at_risk=due.at_risk,
        reading=due.reading,
    )
