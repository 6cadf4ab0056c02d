"""Messages whose sealed copies come to the end of their time."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from gateway.store.engine import reading, writing
from gateway.store.models import Chunk, Message, Part
from gateway.store.receipts import Receipt, keep
from gateway.store.states import State
from gateway.store.store import Store
from stopped_messages import stopped
from store_builder import MANIFEST, NOW, take

DAY = timedelta(days=1)
AFTER = NOW + 30 * DAY
"""When the copy of a message that ended at NOW has had its time."""
SEALED = 12 + 16
"""How many bytes a chunk becomes longer at rest."""
SIZE = len(MANIFEST) + len(b"first chunk") + len(b"second chunk") + 4 * SEALED
"""How many bytes of a message of the builder go, in 4 chunks."""


def ended(store: Store, number: int = 1, state: State = State.RETURNED, **changes: Any) -> int:
    """Let a message end at NOW, with R2 where it was delivered."""
    message = stopped(store, number, state=state, **changes)
    if state is State.DELIVERED:
        keep(store, message, Receipt("R2", f"{number:064x}", b"token"), changes.get("at", NOW))
    return message


def unfinished(store: Store, number: int = 1, expires: datetime = NOW) -> int:
    """Leave a message on its way in."""
    message = take(store, number, expires=expires).message
    with writing(store.engine) as connection:
        connection.execute(update(Message).where(Message.id == message).values(state=State.RECEIVING))
        connection.exec_driver_sql("DELETE FROM outbox")
    return message


def left(store: Store, message: int) -> list[Part]:
    """List the parts of a message that are here still."""
    rows = select(Chunk.part).where(Chunk.message == message).order_by(Chunk.part, Chunk.position)
    with reading(store.engine) as connection:
        return list(connection.execute(rows).scalars())


def purged(store: Store, message: int) -> datetime | None:
    with reading(store.engine) as connection:
        return connection.execute(select(Message.purged).where(Message.id == message)).scalar_one()


def pieces(store: Store) -> int:
    """Count the chunks that are here, without the labels."""
    with reading(store.engine) as connection:
        rows = select(func.count()).select_from(Chunk).where(Chunk.part != Part.LABEL)
        return connection.execute(rows).scalar_one()
