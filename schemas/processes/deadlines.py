"""Due dates: computed from a rule and its start event, never typed, and how they stand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from enum import StrEnum

from schemas.errors import Misconfigured
from schemas.processes.clocks import Event, Rule
from schemas.processes.registry import clock_of
from schemas.processes.sources import Source
from schemas.processes.spans import CLOSES, LONDON, local_day
from schemas.working_days import working_days_before

AT_RISK_DAYS = 2
"""At risk is the last quarter of the time allowed, and never more than this many working days."""


class Standing(StrEnum):
    """How a due date stands."""

    DONE = "done"
    DONE_LATE = "done late"
    AT_RISK = "at risk"
    LATE = "late"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Due:
    """The last moment in time, with the rule and the start that it follows from; times in UTC.

    `rule` reads process.clock.variant@version; `at_risk` is when it begins to be at risk.
    """

    at: datetime
    rule: str
    start: Event
    started: datetime
    source: Source
    at_risk: datetime
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """What each rule of a clock says, the strictest first; `waiting` are those whose start has not happened."""

    dues: tuple[Due, ...]
    waiting: tuple[Rule, ...]

    @property
    def strictest(self) -> Due | None:
        """Give the due date that binds us, None while no clock runs."""
        return self.dues[0] if self.dues else None


def due(process: str, clock: str, started: datetime, variant: str | None = None, *, closes: time = CLOSES) -> Due:
    """Compute when a clock of a process runs out under one variant, `started` being when its start event happened.

    Without a variant it is the rule that holds for everybody: national, or our own default. `closes` is when the
    receiving office closes, in local time. Raise Misconfigured where there is no such process, clock or variant, or
    where its rule is not in force on the day of the start.
    """
    rule = clock_of(process, clock).rule(variant)
    if not rule.in_force(local_day(started)):
        raise Misconfigured(f"The rule {_name(process, clock, rule)} is not in force on {local_day(started)}.")
    return _due(process, clock, rule, started, closes)


def compared(
    process: str,
    clock: str,
    events: Mapping[Event, datetime],
    *,
    variants: Collection[str] | None = None,
    own: Sequence[Rule] = (),
    closes: time = CLOSES,
) -> Compared:
    """Show what the rules of a clock say beside each other.

    `events` are those that have happened (or are planned); `variants` limits the local ones, the rule for everybody
    always stays; `own` are further rules of the two authorities.
    """
    rules = [
        rule
        for rule in clock_of(process, clock).rules
        if variants is None or rule.for_everybody or rule.variant in variants
    ]
    found, waiting = list[Due](), list[Rule]()
    for rule in (*rules, *own):
        started = events.get(rule.start)
        if started is None:
            waiting.append(rule)
        elif rule.in_force(local_day(started)):
            found.append(_due(process, clock, rule, started, closes))
    return Compared(tuple(sorted(found, key=lambda item: item.at)), tuple(waiting))


def standing(due: Due, done_at: datetime | None, now: datetime) -> Standing:
    """Say how a due date stands at `now`; the very last moment is still in time."""
    if done_at is not None:
        return Standing.DONE if done_at <= due.at else Standing.DONE_LATE
    if now > due.at:
        return Standing.LATE
    return Standing.AT_RISK if now >= due.at_risk else Standing.OPEN


def _due(process: str, clock: str, rule: Rule, started: datetime, closes: time) -> Due:
    started = started.astimezone(UTC)
    at = rule.allows.end(started, closes)
    return Due(at, _name(process, clock, rule), rule.start, started, rule.source, _at_risk(started, at), rule.reading)


def _name(process: str, clock: str, rule: Rule) -> str:
    return f"{process}.{clock}.{rule.variant}@{rule.version}"


def _at_risk(started: datetime, at: datetime) -> datetime:
    local = at.astimezone(LONDON)
    near = datetime.combine(working_days_before(local.date(), AT_RISK_DAYS), local.time(), LONDON).astimezone(UTC)
    # What is due before its start event has no time allowed to take a quarter of.
    return near if at <= started else max(near, at - (at - started) / 4)
