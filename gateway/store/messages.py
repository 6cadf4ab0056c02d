"""Read messages back: what became of one, and its content, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from gateway.store.engine import reading
from gateway.store.errors import Damaged
from gateway.store.keys import Place
from gateway.store.ledger import CHANGES
from gateway.store.models import Chunk, LedgerEntry, Message, Part
from gateway.store.states import Direction, State
from gateway.store.store import Store


@dataclass(frozen=True, slots=True)
class Heading:
    """What the steps need to know of a message without opening it."""

    message: int
    direction: Direction
    sender: str
    recipient: str
    message_id: str
    state: State
    delivery: str
    accepted: datetime
    expires: datetime
    content_digest: str | None


_HEADING = select(
    Message.id,
    Message.direction,
    Message.sender,
    Message.recipient,
    Message.message_id,
    Message.state,
    Message.delivery,
    Message.accepted,
    Message.expires,
    Message.content_digest,
).where(Message.id == bindparam("number"))


def heading(store: Store, message: int) -> Heading:
    """Read what a message is about. Raise NoResultFound where there is none of this number."""
    with reading(store.engine) as connection:
        row = connection.execute(_HEADING, {"number": message}).one()
    return Heading(**dict(zip((field.name for field in fields(Heading)), row, strict=True)))


def locked_state(connection: Connection, message: int) -> State:
    """Read where a message is and keep it there until the transaction ends."""
    wanted = select(Message.state).where(Message.id == message).with_for_update(key_share=True)
    found: State = connection.execute(wanted).scalar_one()
    return found


@dataclass(frozen=True, slots=True)
class Status:
    """What the sender may ask: the state, the reason for it, and since when."""

    message: int
    state: State
    reason: str
    at: datetime


def status(store: Store, sender: str, message_id: str) -> Status | None:
    """Say what became of a message, by the line of its last change in the ledger; none where it is not known."""
    last = (
        select(Message.id, Message.state, LedgerEntry.reason, LedgerEntry.at)
        .join(LedgerEntry, LedgerEntry.message == Message.id)
        .where(Message.sender == sender, Message.message_id == message_id, LedgerEntry.event.in_(CHANGES))
        .order_by(LedgerEntry.sequence.desc())
        .limit(1)
    )
    with reading(store.engine) as connection:
        row = connection.execute(last).one_or_none()
    return None if row is None else Status(row.id, row.state, row.reason, row.at)


def read(store: Store, message: int, part: Part, position: int = 0) -> bytes:
    """Give one piece of the package as it was accepted. Raise Damaged where it is missing or changed, UnknownKey."""
    wanted = (
        select(Message.sender, Message.message_id, Chunk.key_id, Chunk.data)
        .join(Message, Message.id == Chunk.message)
        .where(Chunk.message == message, Chunk.part == part, Chunk.position == position)
    )
    with reading(store.engine) as connection:
        row = connection.execute(wanted).one_or_none()
    if row is None:
        raise Damaged(f"The {part} of message number {message}, chunk {position}, is not there.")
    return store.keys.open(Place(row.sender, row.message_id, part, position), row.key_id, row.data)


def wrapping(store: Store, message: int) -> tuple[bytes, bytes]:
    """Give label and manifest. Raise as `read` does."""
    label, manifest = _opened(store, message, (Part.LABEL, Part.MANIFEST))
    return label, manifest


def whole(store: Store, message: int) -> tuple[bytes, ...]:
    """Give every chunk of a small payload at once. Raise as `read` does."""
    return _opened(store, message, (Part.PAYLOAD,))


def _opened(store: Store, message: int, parts: tuple[Part, ...]) -> tuple[bytes, ...]:
    """Open the pieces of some parts, in the order of their names and positions. Raise Damaged where one is missing."""
    wanted = (
        select(
            Message.sender,
            Message.message_id,
            Message.chunk_count,
            Chunk.part,
            Chunk.position,
            Chunk.key_id,
            Chunk.data,
        )
        .join(Message, Message.id == Chunk.message)
        .where(Chunk.message == message, Chunk.part.in_(parts))
        .order_by(Chunk.part, Chunk.position)
    )
    with reading(store.engine) as connection:
        rows = connection.execute(wanted).all()
    expected = rows[0].chunk_count if rows and parts == (Part.PAYLOAD,) else len(parts)
    if len(rows) != expected:
        raise Damaged(f"A part of message number {message} is not there.")
    return tuple(
        store.keys.open(Place(row.sender, row.message_id, row.part, row.position), row.key_id, row.data) for row in rows
    )


def chunk_count(store: Store, message: int) -> int:
    """Count the chunks of the payload, as its label does."""
    with reading(store.engine) as connection:
        count: int = connection.execute(select(Message.chunk_count).where(Message.id == message)).scalar_one()
    return count


def payload(store: Store, message: int) -> Iterator[bytes]:
    """Give the chunks of the payload in order, one at a time, in a short transaction each. Raise as `read` does."""
    for position in range(chunk_count(store, message)):
        yield read(store, message, Part.PAYLOAD, position)
