"""Take a large message piece by piece: each chunk is kept as it comes, and the message is accepted when it is whole.

What has begun and never becomes whole is no message: it has no line in the ledger and no work, and is purged once it
has expired.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from gateway.store.accept import Accepted, Also, Arrival, Content, earlier, first, put
from gateway.store.engine import reading, writing
from gateway.store.errors import Conflict, Incomplete
from gateway.store.keys import Place
from gateway.store.ledger import Event, append
from gateway.store.models import Chunk, Message, Part
from gateway.store.outbox import Next, enqueue
from gateway.store.states import Direction, State
from gateway.store.store import Store

Ranges = tuple[tuple[int, int], ...]
"""Positions as inclusive ranges, in order."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """A message on its way in, or one that has been accepted."""

    message: int
    direction: Direction
    state: State
    label_digest: str
    manifest_digest: str


def find(store: Store, sender: str, message_id: str) -> Transfer | None:
    """Look up a message, whole or not."""
    with reading(store.engine) as connection:
        return _found(connection, and_(Message.sender == sender, Message.message_id == message_id))


def state(store: Store, message: int) -> State:
    """Say where a message is."""
    with reading(store.engine) as connection:
        found: State = connection.execute(select(Message.state).where(Message.id == message)).scalar_one()
    return found


def unfinished(store: Store, sender: str) -> int:
    """Count what a partner has begun and not brought to its end."""
    begun = select(func.count()).select_from(Message).where(Message.sender == sender, Message.state == State.RECEIVING)
    with reading(store.engine) as connection:
        count: int = connection.execute(begun).scalar_one()
    return count


def begin(store: Store, arrival: Arrival, label: bytes, manifest: bytes, at: datetime) -> Accepted:
    """Keep label and manifest of a message whose chunks follow, or give the earlier result. Raise Conflict, Busy."""
    with writing(store.engine) as connection:
        message = first(connection, arrival, State.RECEIVING, at)
        if message is None:
            return earlier(connection, arrival)
        put(store, connection, (message, Part.LABEL, 0), arrival, label)
        put(store, connection, (message, Part.MANIFEST, 0), arrival, manifest)
    return Accepted(message, State.RECEIVING, repeat=False)


def put_chunk(store: Store, message: int, position: int, plain: bytes) -> bool:
    """Keep one chunk of a message that has begun; false where the very same is here already. Raise Conflict, Busy."""
    with writing(store.engine) as connection:
        place, state = _place(connection, message, position)
        if state is State.RECEIVING and _put(store, connection, message, place, plain):
            return True
        row = connection.execute(
            select(Chunk.key_id, Chunk.data).where(
                Chunk.message == message, Chunk.part == Part.PAYLOAD, Chunk.position == position
            )
        ).one_or_none()
    if row is None or store.keys.open(place, row.key_id, row.data) != plain:
        raise Conflict(
            f"Chunk {position} of message {place.message_id} was received before with other content.",
            hint="Stop and alert: a chunk is sent once.",
        )
    return False


def missing(store: Store, message: int) -> Ranges:
    """List the chunks that have not come."""
    positions = select(Chunk.position).where(Chunk.message == message, Chunk.part == Part.PAYLOAD)
    with reading(store.engine) as connection:
        count = connection.execute(select(Message.chunk_count).where(Message.id == message)).scalar_one()
        here = connection.execute(positions.order_by(Chunk.position)).scalars().all()
    gaps, expected = list[tuple[int, int]](), 0
    for position in (*here, count):
        if position > expected:
            gaps.append((expected, position - 1))
        expected = position + 1
    return tuple(gaps)


def finish(store: Store, message: int, work: Next, at: datetime, also: Also | None = None) -> bool:
    """Accept a message whose chunks are all here; false where it was accepted before. Raise Incomplete, Busy."""
    with writing(store.engine) as connection:
        whole = update(Message).where(Message.id == message, Message.state == State.RECEIVING)
        if connection.execute(whole.values(state=State.ACCEPTED, accepted=at)).rowcount != 1:
            return False
        _require_whole(connection, message)
        append(connection, message, Event.ACCEPTED, "accepted", at)
        enqueue(connection, message, work)
        if also is not None:
            also(connection, message)
    return True


def content_of(store: Store, arrival: Arrival, content: Content, at: datetime) -> Accepted:
    """Keep a large message of our own in a transaction a chunk; nothing is due for it before `finish`."""
    begun = begin(store, arrival, content.label, content.manifest, at)
    for position, chunk in enumerate(content.chunks):
        put_chunk(store, begun.message, position, chunk)
    return begun


def _found(connection: Connection, which: ColumnElement[bool]) -> Transfer | None:
    row = connection.execute(
        select(Message.id, Message.direction, Message.state, Message.label_digest, Message.manifest_digest).where(which)
    ).one_or_none()
    return None if row is None else Transfer(*row)


def _place(connection: Connection, message: int, position: int) -> tuple[Place, State]:
    row = connection.execute(
        select(Message.sender, Message.message_id, Message.state)
        .where(Message.id == message)
        .with_for_update(read=True)
    ).one()
    return Place(row.sender, row.message_id, Part.PAYLOAD, position), row.state


def _put(store: Store, connection: Connection, message: int, place: Place, plain: bytes) -> bool:
    return put(store, connection, (message, Part.PAYLOAD, place.position), place, plain)


def _require_whole(connection: Connection, message: int) -> None:
    count = select(func.count()).select_from(Chunk).where(Chunk.message == message, Chunk.part == Part.PAYLOAD)
    here = connection.execute(count).scalar_one()
    wanted, message_id = connection.execute(
        select(Message.chunk_count, Message.message_id).where(Message.id == message)
    ).one()
    if here != wanted:
        raise Incomplete(f"Message {message_id} has {here} chunks and not {wanted}.")
