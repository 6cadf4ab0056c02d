"""Accept a message: the message, its content, its ledger line and its first work, all or nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from gateway.store.engine import once, writing
from gateway.store.errors import Conflict, Incomplete
from gateway.store.keys import Place
from gateway.store.ledger import Event, append
from gateway.store.models import Chunk, Message, Part
from gateway.store.outbox import Next, enqueue
from gateway.store.states import Direction, State
from gateway.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What identifies a message and says how it is to be treated."""

    direction: Direction
    sender: str
    recipient: str
    message_id: str
    conversation_id: str
    delivery: str
    label_digest: str
    manifest_digest: str
    chunk_count: int
    created: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class Content:
    """The sealed bytes. Chunks are taken one by one, so that a large payload never is in memory as a whole."""

    label: bytes
    manifest: bytes
    chunks: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the sender is told: our number of the message, its state, and whether it was here before."""

    message: int
    state: State
    repeat: bool


def accept(store: Store, arrival: Arrival, content: Content, work: Next, at: datetime) -> Accepted:
    """Store a message, or give the earlier result where the same sender sent the same id and digests before.

    Raise Conflict where the digests differ, Incomplete where chunks are missing or too many, Busy.
    """
    with writing(store.engine) as connection:
        message = _first(connection, arrival, at)
        if message is None:
            return _earlier(connection, arrival)
        _keep(store, connection, message, arrival, content)
        append(connection, message, Event.ACCEPTED, "accepted", at)
        enqueue(connection, message, work)
    return Accepted(message, State.ACCEPTED, repeat=False)


def _first(connection: Connection, arrival: Arrival, at: datetime) -> int | None:
    """Write the row; none where the id is taken. PostgreSQL waits here for another that writes the same id."""
    row = once(connection, Message).values(**asdict(arrival), state=State.ACCEPTED, accepted=at)
    new = row.on_conflict_do_nothing(index_elements=[Message.sender, Message.message_id]).returning(Message.id)
    number: int | None = connection.execute(new).scalar_one_or_none()
    return number


def _earlier(connection: Connection, arrival: Arrival) -> Accepted:
    known = connection.execute(
        select(Message.id, Message.state, Message.label_digest, Message.manifest_digest).where(
            Message.sender == arrival.sender, Message.message_id == arrival.message_id
        )
    ).one()
    if (known.label_digest, known.manifest_digest) != (arrival.label_digest, arrival.manifest_digest):
        raise Conflict(
            f"Message {arrival.message_id} was accepted before with other content.",
            hint="Stop and alert: an id is used once.",
        )
    return Accepted(known.id, known.state, repeat=True)


def _keep(store: Store, connection: Connection, message: int, arrival: Arrival, content: Content) -> None:
    def put(part: Part, position: int, plain: bytes) -> None:
        data = store.keys.seal(Place(arrival.sender, arrival.message_id, part, position), plain)
        row = insert(Chunk).values(message=message, part=part, position=position, key_id=store.keys.current, data=data)
        connection.execute(row)

    put(Part.LABEL, 0, content.label)
    put(Part.MANIFEST, 0, content.manifest)
    count = 0
    for count, chunk in enumerate(content.chunks, start=1):
        put(Part.PAYLOAD, count - 1, chunk)
    if count != arrival.chunk_count:
        raise Incomplete(f"Message {arrival.message_id} has {count} chunks and not {arrival.chunk_count}.")
