"""Messages that have stopped, for what operators do with them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select

from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.store import ledger
from gateway.store.engine import reading
from gateway.store.finish import move
from gateway.store.models import Message, PendingEvent, Work
from gateway.store.states import Direction, State
from gateway.store.store import Store
from store_builder import NOW, RECIPIENT, SENDER, numbered, take

OPERATOR = Actor(RECIPIENT, Role.OPERATOR, "019d0000-0000-4000-8000-0000000000aa")
GOVERNANCE = Actor(RECIPIENT, Role.GOVERNANCE)
OUTGOING: dict[str, Any] = {"direction": Direction.OUT, "sender": RECIPIENT, "recipient": SENDER}
INCOMING: dict[str, Any] = {"direction": Direction.IN, "sender": SENDER, "recipient": RECIPIENT}


def stopped(
    store: Store,
    number: int = 1,
    *,
    state: State = State.DEAD_LETTERED,
    reason: str = "itp-409-conflict",
    at: datetime = NOW,
    **changes: Any,
) -> int:
    """Accept a message, and let it stop at `at`; it goes from us unless `changes` say otherwise."""
    message = take(store, number, **{**OUTGOING, **changes}).message
    move(store, message, state, at, reason=reason)
    return message


def state(store: Store, message: int) -> State:
    with reading(store.engine) as connection:
        return connection.execute(select(Message.state).where(Message.id == message)).scalar_one()


def told(store: Store, message: int) -> list[tuple[str, str]]:
    """Give the lines of the ledger that follow the message's stop."""
    return [(line.event.value, line.reason) for line in ledger.history(store, message)][2:]


def work(store: Store) -> list[tuple[int, str, datetime]]:
    rows = select(Work.message, Work.task, Work.due).order_by(Work.due, Work.id)
    with reading(store.engine) as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(rows)]


def audited(store: Store) -> list[dict[str, Any]]:
    """Give the events that wait for the audit log, without who and how they ended."""
    with reading(store.engine) as connection:
        events = [
            json.loads(row)
            for row in connection.execute(select(PendingEvent.event).order_by(PendingEvent.id)).scalars()
        ]
    assert {event.pop("organisation") for event in events} <= {RECIPIENT}
    assert {event.pop("outcome") for event in events} <= {"done"}
    return [{key: value for key, value in event.items() if key not in {"role", "staff"}} for event in events]


def named(number: int = 1) -> str:
    """Give the audit log's name of the message of this number."""
    return f"message:{numbered(number)}"
