"""Clocks: what must be done, which event starts it, and what each rule, national or local, allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

from schemas.errors import Misconfigured
from schemas.processes.explained import Explained
from schemas.processes.sources import PROJECT, Source
from schemas.processes.spans import Span

NATIONAL = "national"
PROPOSED = "proposed"
"""The variant of a rule that is only our own default, since there is no national one."""


class Event(Explained):
    """What can start a clock. Sources disagree, so every candidate is recorded when it happens."""

    AWARE = "T0", "The sender became aware of the move or the need."
    NOTIFIED = "T1", "The notification or request was sent: the partner's gateway signed receipt R1."
    PACK_COMPLETE = "T2", "The pack is complete: all essential items are there or reasoned."
    SEEN = "T3", "The receiving team has seen it."
    ANSWERED = "T4", "The receiver accepted or declined responsibility or the referral."
    OUTCOME = "T5", "The outcome happened: conference held, placement started, visit made."
    MOVED = "move", "The child moved."
    EXPECTED_END = "expected-end", "A temporary stay was expected to end."
    PLAN_ENDED = "plan-end", "A protection plan ended."
    PLACED = "placement-start", "A placement started, or is to start."
    PLACEMENT_ENDED = "placement-end", "A placement ended, or is to end."
    LOOKED_AFTER = "looked-after", "The child began to be looked after."
    WENT_MISSING = "missing", "Somebody learned that the child or family is missing."
    RETURNED = "return", "The missing child or family was found or came back."
    REFERRED = "scheme-referral", "The entry authority referred the child to the National Transfer Scheme."
    TRAVEL = "travel", "The child is to travel to the receiving authority."
    ARRANGEMENT = "arrangement", "A private fostering arrangement started, or is to start."
    CARER_NOTICE = "carer-notice", "The authority had notice of a private fostering arrangement."
    VISITED = "visit", "The last visit was made."
    BORN = "birth", "The person was born."
    ADOPTION_ORDER = "adoption-order", "The adoption order was made."


@dataclass(frozen=True, slots=True)
class Rule:
    """What one source allows, from which event; in force from `since` to before `until`, None where open.

    `reading` says how a word such as "at once" was turned into a span.
    """

    variant: str
    start: Event
    allows: Span
    source: Source
    reading: str = ""
    version: int = 1
    since: date | None = None
    until: date | None = None

    @property
    def for_everybody(self) -> bool:
        """Tell whether the rule is national or our own default, and not a local one."""
        return self.variant in {NATIONAL, PROPOSED}

    def in_force(self, on: date) -> bool:
        """Tell whether the rule applies to a start on that day."""
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Clock:
    """One thing that must be done in time, or that lasts for a term; the rule for everybody comes first."""

    name: str
    what: str
    rules: tuple[Rule, ...]

    @classmethod
    def of(cls, name: str, what: str, *rules: Rule) -> Self:
        """Declare a clock with its rules."""
        return cls(name, what, rules)

    @property
    def variants(self) -> tuple[str, ...]:
        """List the names of its rules."""
        return tuple(rule.variant for rule in self.rules)

    def rule(self, variant: str | None = None) -> Rule:
        """Find a rule by its variant, the one for everybody by None; raise Misconfigured where there is none."""
        if variant is None:
            if self.rules[0].for_everybody:
                return self.rules[0]
            raise Misconfigured(
                f"The clock {self.name} has no national rule.", hint=f"Name a local one: {', '.join(self.variants)}."
            )
        for rule in self.rules:
            if rule.variant == variant:
                return rule
        raise Misconfigured(
            f"The clock {self.name} has no variant {variant}.", hint=f"It has {', '.join(self.variants)}."
        )


def national(start: Event, allows: Span, source: Source, *, reading: str = "", since: date | None = None) -> Rule:
    """Declare the rule that applies where no local one is stricter."""
    return Rule(NATIONAL, start, allows, source, reading, since=since)


def proposed(start: Event, allows: Span, *, reading: str = "") -> Rule:
    """Declare our own default for a clock that has no national rule."""
    return Rule(PROPOSED, start, allows, PROJECT, reading)
