"""Purge: delete the sealed copies that are past their time, and the records that nobody needs any more.

Each batch is one transaction in which the legal holds are looked at again. A purge that was killed goes on where it
was: a message is marked with the first of its chunks, and what a mark has left is deleted whenever a purge runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, delete, func, not_, or_, select, text, tuple_, update

from gateway.actor import Actor, digest
from gateway.audit.entry import MOST_OBJECTS, Role
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.retention import past
from gateway.retention.holds import standing
from gateway.retention.plan import plan
from gateway.retention.records import Records, forget
from gateway.retention.wipe import overwrite, wipe
from gateway.store.engine import reading, writing
from gateway.store.errors import NotAllowed
from gateway.store.models import Chunk, Message
from gateway.store.states import ENDS, State
from gateway.store.store import Store
from schemas.errors import Rejected

MESSAGES = MOST_OBJECTS
"""How many messages one transaction purges at most: as many as one audit event can name."""
CHUNKS = 64
"""How many chunks one transaction deletes at most."""


@dataclass(frozen=True, slots=True)
class Purged:
    """What was deleted."""

    messages: int
    chunks: int
    records: tuple[Records, ...]


def purge(
    store: Store,
    now: datetime,
    actor: Actor,
    *,
    approved: frozenset[str] = frozenset(),
    messages: int = MESSAGES,
    chunks: int = CHUNKS,
) -> Purged:
    """Delete what `plan` lists, with the same `approved` rules. Raise Rejected, Busy; what is deleted stays deleted."""
    if approved:
        _approve(store, now, actor, approved)
    wanted = or_(*(past.due(rule, now) for rule in past.rules(approved)), _begun())
    done = _all(store, now, actor, wanted, messages, chunks)
    with writing(store.engine) as connection:
        _no_new_hold(connection)
        records = forget(connection, now, standing(connection))
        count = sum(one.count for one in records)
        if count:
            note(connection, now, actor.event(Action.PURGE, count=count))
    return Purged(*done, records)


def purge_one(store: Store, now: datetime, actor: Actor, message: int) -> int:
    """Delete the sealed copy of one ended message before its time; say how many chunks. Raise NotAllowed, Rejected."""
    _require_governance(actor)
    this = Message.id == message
    with writing(store.engine) as connection:
        _no_new_hold(connection)
        _require_free(connection, message)
    return _all(store, now, actor, this & Message.state.in_(ENDS - {State.HELD}), 1, CHUNKS)[1]


def purge_withdrawn(connection: Connection, sender: str, message_id: str, now: datetime) -> bool:
    """Delete, in the caller's transaction, the sealed copy of a message that its sender took back.

    False, and nothing is deleted, where a legal hold names it. The label and the receipts stay as evidence.
    """
    _no_new_hold(connection)
    overwrite(connection)
    this = (Message.sender == sender, Message.message_id == message_id)
    row = connection.execute(
        select(Message.id, past.held(standing(connection)).label("held")).where(*this).with_for_update()
    ).one_or_none()
    if row is None or row.held:
        return row is None
    connection.execute(delete(Chunk).where(Chunk.message == row.id, past.CONTENT))
    connection.execute(update(Message).where(Message.id == row.id).values(purged=func.coalesce(Message.purged, now)))
    return True


def _all(
    store: Store, now: datetime, actor: Actor, wanted: ColumnElement[bool], messages: int, chunks: int
) -> tuple[int, int]:
    marked, deleted = 0, 0
    for numbers in _batches(_numbers(store, wanted), messages):
        # Until nothing is left of them: large messages go in several transactions.
        while pieces := _delete(store, now, actor, wanted & Message.id.in_(numbers), chunks):
            marked, deleted = marked + pieces.marked, deleted + pieces.chunks
    if deleted:
        wipe(store.engine)
    return marked, deleted


@dataclass(frozen=True, slots=True)
class _Pieces:
    """How many messages were newly marked, and how many chunks went."""

    marked: int
    chunks: int


_Found = Row[int, str, str, datetime | None]


def _numbers(store: Store, wanted: ColumnElement[bool]) -> Sequence[int]:
    with reading(store.engine) as connection:
        return connection.execute(select(Message.id).where(wanted, past.content()).order_by(Message.id)).scalars().all()


def _batches(numbers: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (numbers[place : place + size] for place in range(0, len(numbers), size))


def _delete(store: Store, now: datetime, actor: Actor, wanted: ColumnElement[bool], limit: int) -> _Pieces | None:
    """Delete some chunks and mark their messages; none where there is nothing to delete, or nothing that may go."""
    with writing(store.engine) as connection:
        _no_new_hold(connection)
        overwrite(connection)
        rows = _free(connection, wanted)
        place = (Chunk.message, Chunk.part, Chunk.position)
        of_these = Chunk.message.in_([row.id for row in rows])
        pieces = connection.execute(select(*place).where(of_these, past.CONTENT).order_by(*place).limit(limit)).all()
        if not pieces:
            return None
        connection.execute(delete(Chunk).where(tuple_(*place).in_([tuple(piece) for piece in pieces])))
        touched = [row for row in rows if row.id <= pieces[-1].message]
        these = Message.id.in_([row.id for row in touched])
        connection.execute(update(Message).where(these).values(purged=func.coalesce(Message.purged, now)))
        _note(connection, now, actor, touched, len(pieces))
    return _Pieces(sum(row.purged is None for row in touched), len(pieces))


def _free(connection: Connection, wanted: ColumnElement[bool]) -> Sequence[_Found]:
    """Take those that nothing spares; nobody else changes them meanwhile."""
    spared = or_(past.held(standing(connection)), past.at_work() & Message.purged.is_(None))
    rows = (
        select(Message.id, Message.message_id, Message.manifest_digest, Message.purged)
        .where(wanted, past.content(), not_(spared))
        .order_by(Message.id)
        .with_for_update()
    )
    return connection.execute(rows).all()


def _note(connection: Connection, now: datetime, actor: Actor, rows: Sequence[_Found], count: int) -> None:
    names = [f"message:{row.message_id}" for row in rows]
    gone = digest(*(f"{row.message_id} {row.manifest_digest}" for row in rows))
    note(connection, now, actor.event(Action.PURGE, *names, count=count, before=gone))


def _begun() -> ColumnElement[bool]:
    return Message.purged.is_not(None)


def _no_new_hold(connection: Connection) -> None:
    """Let no hold be set until this transaction ends: one that was set before is seen, one that comes after waits."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE legal_holds IN SHARE MODE"))


def _approve(store: Store, now: datetime, actor: Actor, approved: frozenset[str]) -> None:
    _require_governance(actor)
    unknown = sorted(approved - {rule.name for rule in past.rules(approved) if rule.approval})
    if unknown:
        raise Rejected(
            f"No rule that needs an approval is called {', '.join(unknown)}.", hint="Approve: dead-lettered."
        )
    planned = plan(store, now, approved)
    count = sum(copy.rule.name in approved for copy in planned.copies)
    with writing(store.engine) as connection:
        note(connection, now, actor.event(Action.PURGE_APPROVE, count=count, after=planned.digest))


def _require_governance(actor: Actor) -> None:
    if actor.role is not Role.GOVERNANCE:
        raise Rejected(
            "Only the information governance role approves a deletion before or beyond its rule.",
            hint="Act in the role governance.",
        )


def _require_free(connection: Connection, message: int) -> None:
    row = connection.execute(
        select(Message.state, past.held(standing(connection)).label("held"), past.at_work().label("at_work")).where(
            Message.id == message
        )
    ).one_or_none()
    if row is None:
        raise NotAllowed(f"There is no message number {message}.")
    if row.held:
        raise NotAllowed(f"A legal hold names message number {message}.", hint="See: ics-gateway retention holds.")
    if row.at_work:
        raise NotAllowed(f"Something is due for message number {message}.", hint="Wait until it is done.")
    if row.state not in ENDS - {State.HELD}:
        raise NotAllowed(f"Message number {message} is {row.state}: its content is needed.")
