"""Rotate the key at rest: encrypt again, batch by batch, what is under an earlier key.

Each batch is a transaction of its own, so that rotation can stop anywhere and go on later.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Row, func, select, tuple_, update

from gateway.store.engine import reading, writing
from gateway.store.errors import Damaged
from gateway.store.keys import Place
from gateway.store.models import Chunk, Message, Part
from gateway.store.store import Store

BATCH = 16
_Found = Row[int, Part, int, str, bytes, str, str]
_Mark = tuple[int, Part, int]


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many chunks are under the current key now, and those that could not be opened and stay as they are."""

    done: int
    damaged: tuple[Place, ...]


def rotate(store: Store, batch: int = BATCH) -> Rotation:
    """Encrypt every chunk under the current key. One that is damaged stops no other. Raise UnknownKey, Busy."""
    done, damaged, mark = 0, list[Place](), None
    while rows := _batch(store, mark, batch, damaged):
        done += len(rows)
        mark = (rows[-1].message, rows[-1].part, rows[-1].position)
    return Rotation(done - len(damaged), tuple(damaged))


def keys_in_use(store: Store) -> dict[str, int]:
    """Count the chunks under each key id."""
    with reading(store.engine) as connection:
        rows = connection.execute(select(Chunk.key_id, func.count()).group_by(Chunk.key_id)).all()
    return {row[0]: row[1] for row in rows}


def _batch(store: Store, after: _Mark | None, limit: int, damaged: list[Place]) -> list[_Found]:
    """Encrypt the next chunks again, after the one at the mark, in one transaction."""
    with writing(store.engine) as connection:
        rows = _earlier(connection, store.keys.current, after, limit)
        for row in rows:
            try:
                _again(store, connection, row)
            except Damaged:
                damaged.append(_place(row))
    return rows


def _earlier(connection: Connection, current: str, after: _Mark | None, limit: int) -> list[_Found]:
    order = (Chunk.message, Chunk.part, Chunk.position)
    rows = (
        select(*order, Chunk.key_id, Chunk.data, Message.sender, Message.message_id)
        .join(Message, Message.id == Chunk.message)
        .where(Chunk.key_id != current)
        .order_by(*order)
        .limit(limit)
        .with_for_update(of=Chunk)
    )
    if after is not None:
        rows = rows.where(tuple_(*order) > after)
    return list(connection.execute(rows).all())


def _again(store: Store, connection: Connection, row: _Found) -> None:
    place = _place(row)
    data = store.keys.seal(place, store.keys.open(place, row.key_id, row.data))
    here = (Chunk.message == row.message, Chunk.part == row.part, Chunk.position == row.position)
    connection.execute(update(Chunk).where(*here).values(key_id=store.keys.current, data=data))


def _place(row: _Found) -> Place:
    return Place(row.sender, row.message_id, row.part, row.position)
