"""Finish work: it is done, it failed and is due again, or somebody decided what becomes of the message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from gateway.store.engine import writing
from gateway.store.errors import NotAllowed
from gateway.store.ledger import Event, append, reached
from gateway.store.models import Attempt, Message, Outcome, Work
from gateway.store.outbox import Lease, Next, enqueue, held, settle
from gateway.store.states import State, sources
from gateway.store.store import Store

# Built once: building a statement takes longer than running this one.
_NEW_ATTEMPT = insert(Attempt)
Also = Callable[[Connection], None]
"""What is written with a change, in its transaction and after it: an audit event. If it raises, nothing changed."""


def complete(
    store: Store,
    lease: Lease,
    at: datetime,
    *,
    reason: str,
    to: State | None = None,
    then: Next | None = None,
    also: Also | None = None,
) -> None:
    """Settle work that was done: move its message `to` a state, if any, make `then` due, and write what is `also` due.

    Raise LeaseLost; NotAllowed where the message may not go there, or would be left with nothing due and no end.
    """
    with writing(store.engine) as connection:
        settle(connection.execute(delete(Work).where(held(lease, at))).rowcount)
        if to is None:
            append(connection, lease.message, Event.STEP_DONE, reason, at)
        else:
            _go(connection, lease.message, to, reason, at)
        _record(connection, lease, Outcome.DONE, reason, at)
        if then is not None:
            enqueue(connection, lease.message, then)
        _refuse_stranded(connection, lease.message)
        if also is not None:
            also(connection)


def fail(store: Store, lease: Lease, at: datetime, *, reason: str, due: datetime, also: Also | None = None) -> None:
    """Settle an attempt that failed; the work is `due` again, for anybody. Raise LeaseLost."""
    with writing(store.engine) as connection:
        again = update(Work).where(held(lease, at)).values(due=due, lease_owner=None, lease_expires=None)
        settle(connection.execute(again).rowcount)
        append(connection, lease.message, Event.ATTEMPT_FAILED, reason, at)
        _record(connection, lease, Outcome.FAILED, reason, at)
        if also is not None:
            also(connection)


def move(
    store: Store,
    message: int,
    to: State,
    at: datetime,
    *,
    reason: str,
    then: Next | None = None,
    also: Also | None = None,
) -> None:
    """Decide about a message from outside: what was due for it is dropped, a lease on it is lost, `then` is due.

    This is how a held message is released, a dead letter replayed, an expired message returned. Raise NotAllowed.
    """
    with writing(store.engine) as connection:
        decide(connection, message, to, at, reason=reason, then=then)
        if also is not None:
            also(connection)


def decide(
    connection: Connection, message: int, to: State, at: datetime, *, reason: str, then: Next | None = None
) -> None:
    """Do what `move` does, in the caller's transaction: for decisions about many messages. Raise NotAllowed."""
    # Work first and then the message, as `complete` does it: the other way round the two could wait for each other.
    connection.execute(delete(Work).where(Work.message == message))
    _go(connection, message, to, reason, at)
    if then is not None:
        enqueue(connection, message, then)
    _refuse_stranded(connection, message)


def _go(connection: Connection, message: int, to: State, reason: str, at: datetime) -> None:
    moved = update(Message).where(Message.id == message, Message.state.in_(sources(to))).values(state=to)
    if connection.execute(moved).rowcount != 1:
        raise NotAllowed(f"The message does not go to {to} from where it is.")
    append(connection, message, reached(to), reason, at)


def _record(connection: Connection, lease: Lease, outcome: Outcome, reason: str, at: datetime) -> None:
    row = {
        "message": lease.message,
        "task": lease.task,
        "number": lease.attempt,
        "owner": lease.owner,
        "started": lease.since,
        "ended": at,
        "outcome": outcome,
        "reason": reason,
    }
    connection.execute(_NEW_ATTEMPT, row)


def _refuse_stranded(connection: Connection, message: int) -> None:
    """Raise NotAllowed where nothing is due for a message that has not come to its end: it would be lost."""
    # Locked, so that of two that settle the last two pieces of work the later sees what the earlier did; by a lock that
    # goes with those of the foreign keys, which both hold already.
    locked = select(Message.state).where(Message.id == message).with_for_update(key_share=True)
    open_still = connection.execute(locked).scalar_one() is State.ACCEPTED
    if open_still and connection.execute(select(Work.id).where(Work.message == message)).first() is None:
        raise NotAllowed("The message has not come to its end, and nothing would be due for it.")
