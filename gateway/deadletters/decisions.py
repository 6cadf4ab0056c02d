"""Decide about one message: drop it, return it, release it, hold it, name who looks after it.

Each decision, its line in the ledger and its audit event are one transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select, update

from gateway.actor import Actor, digest, protocol_code, reason_code
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.deadletters.refusal import refusal
from gateway.deadletters.selection import Choice, Line, lines, locked
from gateway.store.engine import writing
from gateway.store.errors import NotAllowed
from gateway.store.finish import decide
from gateway.store.ledger import Event, append
from gateway.store.models import Message
from gateway.store.outbox import Next
from gateway.store.states import Direction, State
from gateway.store.store import Store

TASK = {Direction.OUT: "deliver", Direction.IN: "open"}
"""Where the work on a message begins again."""
STOPPED = (State.DEAD_LETTERED, State.HELD)
ANSWER = "acknowledge"
"""The work that tells the sender of an incoming message what became of it."""


def drop(store: Store, actor: Actor, message: int, at: datetime, *, reason: str) -> None:
    """Give up a dead letter or a held message for good. Raise NotAllowed, Rejected."""
    _end(store, actor, message, at, reason, Action.DROP)


def send_back(store: Store, actor: Actor, message: int, at: datetime, *, reason: str) -> None:
    """Return a dead letter or a held message to its sender. Raise NotAllowed, Rejected."""
    _end(store, actor, message, at, reason, Action.RETURN)


def release(store: Store, actor: Actor, message: int, at: datetime, *, reason: str = "released") -> None:
    """Let a held message go on. Raise NotAllowed, also where it could not arrive any more, and Rejected."""
    code = reason_code(reason)
    with writing(store.engine) as connection:
        line = _in_state(connection, message, State.HELD)
        why = refusal(line, at, at)
        if why:
            raise NotAllowed(why, hint="Return or drop it.")
        decide(connection, message, State.ACCEPTED, at, reason=code, then=Next(TASK[line.direction], at))
        note(connection, at, actor.event(Action.RELEASE, f"message:{line.message_id}"))


def hold(store: Store, actor: Actor, message: int, at: datetime, *, reason: str = "held-by-person") -> None:
    """Stop a message that is being worked on, until a person has looked. Raise NotAllowed, Rejected."""
    code = reason_code(reason)
    with writing(store.engine) as connection:
        line = _in_state(connection, message, State.ACCEPTED)
        decide(connection, message, State.HELD, at, reason=code)
        note(connection, at, actor.event(Action.HOLD, f"message:{line.message_id}"))


def own(store: Store, actor: Actor, message: int, at: datetime, *, owner: str) -> None:
    """Name the role that looks after a stopped message. Raise NotAllowed, Rejected."""
    role = reason_code(owner)
    with writing(store.engine) as connection:
        line = _in_state(connection, message, *STOPPED)
        connection.execute(update(Message).where(Message.id == message).values(owner=role))
        append(connection, message, Event.STEP_DONE, "owner-set", at)
        event = actor.event(Action.SETTING_CHANGE, f"message:{line.message_id}", **_change(line.owner, role))
        note(connection, at, event)


def _change(before: str | None, after: str) -> dict[str, str]:
    return {"after": digest(after)} if before is None else {"before": digest(before), "after": digest(after)}


def _end(store: Store, actor: Actor, message: int, at: datetime, reason: str, action: Action) -> None:
    code = reason_code(reason)
    with writing(store.engine) as connection:
        line = _in_state(connection, message, *STOPPED)
        # The sender of an incoming message is brought our receipts; whoever made an outgoing one sees its state.
        then = Next(ANSWER, at) if line.direction is Direction.IN else None
        decide(connection, message, State.RETURNED, at, reason=code, then=then)
        note(connection, at, actor.event(action, f"message:{line.message_id}", code=protocol_code(code)))


def _in_state(connection: Connection, message: int, *states: State) -> Line:
    """Look at a message and keep it as it is. Raise NotAllowed where it is in none of the states."""
    locked(connection, (message,))
    found = lines(connection, Choice(states=frozenset(states), numbers=frozenset({message})))
    if found:
        return found[0]
    state = connection.execute(select(Message.state).where(Message.id == message)).scalar_one_or_none()
    if state is None:
        raise NotAllowed(f"There is no message number {message}.")
    raise NotAllowed(f"Message number {message} is {state}, not {' or '.join(states)}.")
