"""Pause a replay that is going: what has not had its turn goes back to the dead letters, and can be resumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select
from sqlalchemy.orm import aliased

from gateway.actor import Actor
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.deadletters.replay import MARK, Replay, Turns, begin
from gateway.deadletters.selection import last_change
from gateway.itp.identifiers import Draw
from gateway.store.engine import reading, writing
from gateway.store.finish import decide
from gateway.store.ledger import Event, append
from gateway.store.models import LedgerEntry, Message, Work
from gateway.store.states import State
from gateway.store.store import Store
from schemas.errors import Rejected

PAUSED = "paused-"
"""How the ledger line of a message begins that a pause put back; the id of its replay follows."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A replay of which messages wait for their turn: how many, and when the first and the last is due."""

    id: str
    messages: int
    first: datetime
    last: datetime


def going(store: Store, at: datetime) -> tuple[Waiting, ...]:
    """List the replays of which some messages have not had their turn at `at`, the one that ends first at the top."""
    rows = (
        select(LedgerEntry.reason, func.count(), func.min(Work.due), func.max(Work.due))
        .select_from(Work)
        .join(Message, Message.id == Work.message)
        .join(LedgerEntry, LedgerEntry.sequence == last_change())
        .where(LedgerEntry.reason.startswith(MARK), _not_begun(at))
        .group_by(LedgerEntry.reason)
        .order_by(func.max(Work.due), LedgerEntry.reason)
    )
    with reading(store.engine) as connection:
        return tuple(Waiting(row[0].removeprefix(MARK), *row[1:]) for row in connection.execute(rows))


def pause(store: Store, actor: Actor, name: str, at: datetime) -> int:
    """Put back what has not had its turn in a replay; say how many messages.

    What is due or under way goes on: it may have reached the partner already. Raise Rejected where nothing waits.
    """
    with writing(store.engine) as connection:
        waiting = _waiting(connection, name, at)
        if not waiting:
            raise Rejected("No message of this replay waits for its turn.", hint="See which replays are going.")
        for row in waiting:
            decide(connection, row.message, State.DEAD_LETTERED, at, reason=row.reason)
            append(connection, row.message, Event.STEP_DONE, f"{PAUSED}{name}", at)
        events = (actor.event(Action.DEAD_LETTER, f"message:{row.message_id}", request=name) for row in waiting)
        note(connection, at, *events)
    return len(waiting)


def resume(store: Store, actor: Actor, name: str, at: datetime, draw: Draw, *, per_minute: int | None = None) -> Replay:
    """Replay, under a new id, what a pause put back and nobody has decided about since. Raise Rejected."""
    line = select(LedgerEntry.message).where(
        LedgerEntry.message == Message.id, LedgerEntry.reason == f"{PAUSED}{name}", LedgerEntry.sequence > last_change()
    )
    paused = (
        select(Message.id)
        .where(Message.state == State.DEAD_LETTERED, line.correlate(Message).exists())
        .order_by(Message.accepted, Message.id)
    )
    with reading(store.engine) as connection:
        numbers = connection.execute(paused).scalars().all()
    if not numbers:
        raise Rejected("No message waits that a pause of this replay put back.", hint="List the dead letters.")
    return begin(store, actor, numbers, Turns(at, per_minute), draw)


def _not_begun(at: datetime) -> ColumnElement[bool]:
    return and_(Work.due > at, Work.attempts == 0)


def _waiting(connection: Connection, name: str, at: datetime) -> Sequence[Row[int, str, str]]:
    """Take the work of the replay that has not begun, so that no worker claims it; with the earlier reason."""
    dead = LedgerEntry.event == State.DEAD_LETTERED.value
    last = select(func.max(LedgerEntry.sequence)).where(LedgerEntry.message == Message.id, dead).correlate(Message)
    before = aliased(LedgerEntry)
    work = (
        select(Work.message, Message.message_id, before.reason)
        .join(Message, Message.id == Work.message)
        .join(LedgerEntry, LedgerEntry.sequence == last_change())
        .join(before, before.sequence == last.scalar_subquery())
        .where(LedgerEntry.reason == f"{MARK}{name}", _not_begun(at))
        .order_by(Work.id)
        .with_for_update(of=Work, skip_locked=True)
    )
    return connection.execute(work).all()
