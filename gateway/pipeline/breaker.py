"""A circuit breaker for one partner, as a pure state machine: nothing here reads a clock, sends or stores.

Closed, everything is sent. After several failures in a row it opens: nothing is sent until the pause is over. Then it
is half open: the oldest message goes alone, and the next one only after it succeeded. After a few such proofs it
closes. A person can hold a partner, and only a person ends that.

The caller stores the state with the partner, and changes it in the transaction in which it claims or finishes work.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

THRESHOLD = 5
"""Failures in a row that open it."""
PROOFS = 3
"""Successes in a row, one message at a time, that close it."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=15)
TRIAL = timedelta(minutes=5)
"""How long a message that goes alone may take until its attempt counts as lost."""
_DOUBLINGS = 4  # 1 min doubled four times passes the longest pause


class Phase(StrEnum):
    """Where the breaker is."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"
    HELD = "held"


class Permit(StrEnum):
    """What may be sent to the partner now."""

    ALL = "all"
    OLDEST = "oldest"
    """One message, the oldest that waits; ask again only after it ended."""
    NONE = "none"


class Breaker(BaseModel):
    """The state for one partner. `pauses` counts the pauses of this opening; `until` ends the pause or the trial.

    `trial` numbers the messages that went alone, so that only the result of the last one is taken for it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    phase: Phase = Phase.CLOSED
    failures: int = Field(default=0, ge=0)
    proofs: int = Field(default=0, ge=0)
    pauses: int = Field(default=0, ge=0)
    trial: int = Field(default=0, ge=0)
    until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.phase is Phase.OPEN and self.until is None:
            raise ValueError("A pause has an end.")
        if self.phase in {Phase.CLOSED, Phase.HELD} and self.until is not None:
            raise ValueError("Only a pause or a trial has an end.")
        return self


class Changed(NamedTuple):
    """The state that follows, and whether to alert a person: once for each opening, by the one who stores it."""

    breaker: Breaker
    alert: bool = False


class Asked(NamedTuple):
    """The state that follows, what may be sent, and the number of the trial where it is the oldest message alone."""

    breaker: Breaker
    permit: Permit
    trial: int | None = None


def ask(breaker: Breaker, now: datetime) -> Asked:
    """Ask what may be sent, with a message at hand; a permit for the oldest one is given out once for each trial."""
    if breaker.phase is Phase.CLOSED:
        return Asked(breaker, Permit.ALL)
    if breaker.phase is Phase.HELD or (breaker.until is not None and now < breaker.until):
        return Asked(breaker, Permit.NONE)
    number = breaker.trial + 1
    begun = _half_open(breaker, proofs=breaker.proofs, trial=number, until=now + TRIAL)
    return Asked(begun, Permit.OLDEST, number)


def succeeded(breaker: Breaker, trial: int | None = None) -> Changed:
    """Record that the partner answered: with a receipt, or with a refusal that is about one message."""
    if breaker.phase is Phase.CLOSED:
        return Changed(_closed(breaker))
    if not _is_on_trial(breaker, trial):
        return Changed(breaker)
    proofs = breaker.proofs + 1
    return Changed(_closed(breaker) if proofs >= PROOFS else _half_open(breaker, proofs=proofs, trial=breaker.trial))


def failed(breaker: Breaker, now: datetime, trial: int | None = None, *, not_before: datetime | None = None) -> Changed:
    """Record a failure of the partner as a whole; it may have asked not to be called before a time."""
    if breaker.phase is Phase.CLOSED:
        failures = breaker.failures + 1
        if failures < THRESHOLD:
            return Changed(Breaker(failures=failures, trial=breaker.trial))
        return Changed(_opened(breaker, 1, now, not_before), alert=True)
    if not _is_on_trial(breaker, trial):
        return Changed(breaker)
    return Changed(_opened(breaker, breaker.pauses + 1, now, not_before))


def held(breaker: Breaker) -> Changed:
    """Stop sending until a person resumes; alert unless somebody was told of this opening already."""
    return Changed(Breaker(phase=Phase.HELD, trial=breaker.trial), alert=breaker.phase is Phase.CLOSED)


def resumed(breaker: Breaker) -> Changed:
    """End a pause or a hold now, as a person asks: the oldest message goes first, alone."""
    if breaker.phase in {Phase.CLOSED, Phase.HALF_OPEN}:
        return Changed(breaker)
    return Changed(_half_open(breaker, proofs=0, trial=breaker.trial))


def pause(pauses: int) -> timedelta:
    """Give the length of a pause, the first being 1: one minute, doubled each time, at most fifteen."""
    return min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(pauses - 1, _DOUBLINGS)))


def _is_on_trial(breaker: Breaker, trial: int | None) -> bool:
    """Say whether this is the message that went alone. What began before the pause shortens nothing, proves nothing."""
    return breaker.phase is Phase.HALF_OPEN and breaker.until is not None and trial == breaker.trial


def _closed(breaker: Breaker) -> Breaker:
    return Breaker(trial=breaker.trial)


def _half_open(breaker: Breaker, *, proofs: int, trial: int, until: datetime | None = None) -> Breaker:
    return Breaker(phase=Phase.HALF_OPEN, proofs=proofs, pauses=breaker.pauses, trial=trial, until=until)


def _opened(breaker: Breaker, pauses: int, now: datetime, not_before: datetime | None) -> Breaker:
    until = max(now + pause(pauses), not_before or now)
    return Breaker(phase=Phase.OPEN, pauses=pauses, trial=breaker.trial, until=until)
