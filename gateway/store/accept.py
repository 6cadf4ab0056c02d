"""Accept a message: the message, its content, its ledger line and its first work, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, insert, select

from gateway.store.engine import once, writing
from gateway.store.errors import Conflict, Incomplete
from gateway.store.keys import Place
from gateway.store.ledger import Event, append
from gateway.store.models import Chunk, Message, Part
from gateway.store.outbox import Next, enqueue
from gateway.store.states import Direction, State
from gateway.store.store import Store

Also = Callable[[Connection, int], None]
"""What is written with a new message, whose number it is given. If it raises, nothing is kept."""

# Built once: building a statement takes longer than most of them take to run.
_NEW_CHUNK = insert(Chunk)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What identifies a message and says how it is to be treated; `content_digest` is known to its sender alone."""

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
    content_digest: str | None = None


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


def accept(
    store: Store, arrival: Arrival, content: Content, work: Next, at: datetime, also: Also | None = None
) -> Accepted:
    """Store a message, or give the earlier result where the same sender sent the same id and digests before.

    `also` writes more about a new message in the same transaction. Raise Conflict where the digests differ, Incomplete
    where chunks are missing or too many, Busy.
    """
    with writing(store.engine) as connection:
        message = first(connection, arrival, State.ACCEPTED, at)
        if message is None:
            return earlier(connection, arrival)
        _keep(store, connection, message, arrival, content)
        append(connection, message, Event.ACCEPTED, "accepted", at)
        enqueue(connection, message, work)
        if also is not None:
            also(connection, message)
    return Accepted(message, State.ACCEPTED, repeat=False)


def first(connection: Connection, arrival: Arrival, state: State, at: datetime) -> int | None:
    """Write the row; none where the id is taken. PostgreSQL waits here for another that writes the same id."""
    row = once(connection, Message).values(**asdict(arrival), state=state, accepted=at)
    new = row.on_conflict_do_nothing(index_elements=[Message.sender, Message.message_id]).returning(Message.id)
    number: int | None = connection.execute(new).scalar_one_or_none()
    return number


def earlier(connection: Connection, arrival: Arrival) -> Accepted:
    """Give the result of before. Raise Conflict where it was about other content."""
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
    wrapping = (((message, Part.LABEL, 0), content.label), ((message, Part.MANIFEST, 0), content.manifest))
    connection.execute(_NEW_CHUNK, [_row(store, place, arrival, plain) for place, plain in wrapping])
    count = 0
    for count, chunk in enumerate(content.chunks, start=1):
        connection.execute(_NEW_CHUNK, _row(store, (message, Part.PAYLOAD, count - 1), arrival, chunk))
    if count != arrival.chunk_count:
        raise Incomplete(f"Message {arrival.message_id} has {count} chunks and not {arrival.chunk_count}.")


class Named(Protocol):
    """What says whose message it is."""

    @property
    def sender(self) -> str:
        """The organisation that sends it."""

    @property
    def message_id(self) -> str:
        """Its id."""


def put(store: Store, connection: Connection, place: tuple[int, Part, int], of: Named, plain: bytes) -> bool:
    """Encrypt and keep one piece of a package; false where there is one already, which stays."""
    row = once(connection, Chunk).values(**_row(store, place, of, plain))
    new = row.on_conflict_do_nothing(index_elements=[Chunk.message, Chunk.part, Chunk.position])
    return connection.execute(new.returning(Chunk.position)).first() is not None


def _row(store: Store, place: tuple[int, Part, int], of: Named, plain: bytes) -> dict[str, object]:
    message, part, position = place
    data = store.keys.seal(Place(of.sender, of.message_id, part, position), plain)
    return {"message": message, "part": part, "position": position, "key_id": store.keys.current, "data": data}
