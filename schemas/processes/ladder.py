"""The acknowledgement ladder, the same for all processes, and who is told when nothing is heard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from schemas.processes.clocks import Clock, Event, proposed
from schemas.processes.explained import Explained
from schemas.processes.spans import CLOSES, Hours, SameWorkingDay, Span, WorkingDays


class Pace(Explained):
    """How fast a process must be acknowledged."""

    URGENT = "urgent", "A child may be in danger now."
    PROTECTION = "protection", "Child protection."
    NEED = "need", "Child in need."
    ORDINARY = "ordinary", "Everything else."


@dataclass(frozen=True, slots=True)
class Rung:
    """One acknowledgement: its receipt of ITP-1, who gives it, what it says, and how soon, per pace, from T1.

    A pace without a target has none; A5 has its date from the clocks of the process.
    """

    code: str
    receipt: str
    given_by: str
    says: str
    targets: Mapping[Pace, Span]


def _every(span: Span) -> dict[Pace, Span]:
    return dict.fromkeys(Pace, span)


_SEEN: dict[Pace, Span] = {
    Pace.URGENT: Hours(1),
    Pace.PROTECTION: SameWorkingDay(),
    Pace.NEED: WorkingDays(1),
    Pace.ORDINARY: WorkingDays(1),
}

LADDER = (
    Rung("A0", "R1", "gateway", "bytes complete and intact", {}),
    Rung("A1", "R2", "gateway", "signature, schema and sharing policy checked", _every(Hours(1 / 60))),
    Rung("A2", "R3", "person (duty, MASH or conference team)", "seen, by which role, when", _SEEN),
    Rung("A3", "R4", "person or matcher", "child matched or created; the receiver's own reference", _SEEN),
    Rung(
        "A4",
        "R5",
        "manager",
        "responsibility accepted, declined or partly accepted, with reason and effective date",
        {Pace.PROTECTION: WorkingDays(2), Pace.NEED: WorkingDays(5)},
    ),
    Rung("A5", "R6", "team", "outcome recorded, by the date of the process", {}),
)
"""A0 counts in seconds and has no target: the gateway alerts by itself when it does not come."""


def acknowledgements(pace: Pace) -> tuple[Clock, ...]:
    """List the clocks of the ladder for a process of that pace, named by the rung."""
    return tuple(
        Clock.of(rung.code, f"{rung.given_by}: {rung.says}", proposed(Event.NOTIFIED, rung.targets[pace]))
        for rung in LADDER
        if pace in rung.targets
    )


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who is told of silence, and how long after the target was missed. Who, for both, is a role."""

    tells: str
    after: Mapping[Pace, Span] | None = None


ESCALATIONS = (
    Escalation("the sender's duty manager"),
    Escalation("the heads of service on both sides", {**_every(WorkingDays(1)), Pace.URGENT: Hours(1)}),
)
"""When the second follows is our default. For anything urgent a phone call follows: the gateway never replaces it."""


def escalated(missed: datetime, pace: Pace, now: datetime, *, closes: time = CLOSES) -> tuple[str, ...]:
    """List who must know by now that an acknowledgement due at `missed` has not come."""
    return tuple(
        step.tells
        for step in ESCALATIONS
        if now > (step.after[pace].end(missed, closes) if step.after is not None else missed)
    )
