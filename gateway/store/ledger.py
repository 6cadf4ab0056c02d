"""The ledger: what happened to a message, written in the transaction of the change itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select

from gateway.store.base import REASON
from gateway.store.engine import reading
from gateway.store.models import LedgerEntry
from gateway.store.states import ENDS, State
from gateway.store.store import Store

_REASON = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{REASON - 1}}}")

# Built once: building a statement takes longer than running this one.
_NEW_LINE = insert(LedgerEntry)


class Event(StrEnum):
    """What can happen to a message."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    RETURNED = "returned"
    HELD = "held"
    DEAD_LETTERED = "dead-lettered"
    REOPENED = "reopened"
    STEP_DONE = "step-done"
    ATTEMPT_FAILED = "attempt-failed"
    RECEIPT = "receipt"


CHANGES = frozenset({Event.ACCEPTED, Event.REOPENED, *(Event(state) for state in ENDS)})
"""The events that change the state of a message."""


def reached(state: State) -> Event:
    """Name the event of a message that moves to a state; one that moves back to work is reopened."""
    return Event.REOPENED if state is State.ACCEPTED else Event(state)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a message's history."""

    sequence: int
    event: Event
    reason: str
    at: datetime


def append(connection: Connection, message: int, event: Event, reason: str, at: datetime) -> None:
    """Add one line. `reason` is a code; raise ValueError for free text, in which a name could stand."""
    if not _REASON.fullmatch(reason):
        raise ValueError("A reason is a code of small letters, digits and hyphens.")
    connection.execute(_NEW_LINE, {"message": message, "event": event, "reason": reason, "at": at})


def history(store: Store, message: int) -> tuple[Entry, ...]:
    """List what happened to a message, the oldest first."""
    lines = (
        select(LedgerEntry.sequence, LedgerEntry.event, LedgerEntry.reason, LedgerEntry.at)
        .where(LedgerEntry.message == message)
        .order_by(LedgerEntry.sequence)
    )
    with reading(store.engine) as connection:
        return tuple(
            Entry(line.sequence, Event(line.event), line.reason, line.at) for line in connection.execute(lines)
        )
