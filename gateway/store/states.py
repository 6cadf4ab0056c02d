"""The states of a message and the ways between them, as data (design: every message ends in exactly one of four)."""

from __future__ import annotations

from enum import StrEnum


class Direction(StrEnum):
    """Whether a message came to us or goes from us."""

    IN = "in"
    OUT = "out"


class State(StrEnum):
    """Where a message is. RECEIVING has not come whole yet; all but it and ACCEPTED are ends."""

    RECEIVING = "receiving"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    RETURNED = "returned"
    HELD = "held"
    DEAD_LETTERED = "dead-lettered"


ENDS = frozenset(State) - {State.RECEIVING, State.ACCEPTED}

TRANSITIONS: dict[State, frozenset[State]] = {
    State.RECEIVING: frozenset({State.ACCEPTED}),
    State.ACCEPTED: ENDS,
    # The partner lost it again: its store was restored from an older backup.
    State.DELIVERED: frozenset({State.ACCEPTED}),
    State.RETURNED: frozenset(),
    # A person releases it, sends it back or gives it up; or a late receipt shows that it arrived.
    State.HELD: frozenset({State.ACCEPTED, State.DELIVERED, State.RETURNED, State.DEAD_LETTERED}),
    # A person replays it or sends it back; or as above.
    State.DEAD_LETTERED: frozenset({State.ACCEPTED, State.DELIVERED, State.RETURNED}),
}


def sources(to: State) -> tuple[State, ...]:
    """List the states from which a message may go to `to`."""
    return tuple(state for state in State if to in TRANSITIONS[state])
