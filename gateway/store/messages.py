"""Read messages back: what became of one, and its content, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from gateway.store.engine import reading
from gateway.store.errors import Damaged
from gateway.store.keys import Place
from gateway.store.ledger import CHANGES
from gateway.store.models import Chunk, LedgerEntry, Message, Part
from gateway.store.states import State
from gateway.store.store import Store


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


def payload(store: Store, message: int) -> Iterator[bytes]:
    """Give the chunks of the payload in order, one at a time, in a short transaction each. Raise as `read` does."""
    with reading(store.engine) as connection:
        count = connection.execute(select(Message.chunk_count).where(Message.id == message)).scalar_one()
    for position in range(count):
        yield read(store, message, Part.PAYLOAD, position)
