"""Rotate the key at rest: encrypt again, batch by batch, the chunks and documents that are under an earlier key.

Each batch is a transaction of its own, so that rotation can stop anywhere and go on later.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection, Row, func, select, tuple_, update

from gateway.store.engine import reading, writing
from gateway.store.errors import Damaged
from gateway.store.keys import Bound, DocumentPlace, Place
from gateway.store.models import Chunk, Document, Message, Part
from gateway.store.store import Store

BATCH = 16
_Found = Row[int, Part, int, str, bytes, str, str]
_Mark = tuple[int, Part, int]
_Document = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Rotation:
    """How many pieces are under the current key now, and those that could not be opened and stay as they are."""

    done: int
    damaged: tuple[Bound, ...]


def rotate(store: Store, batch: int = BATCH) -> Rotation:
    """Encrypt everything under the current key. What is damaged stops nothing else. Raise UnknownKey, Busy."""
    done, damaged, mark = 0, list[Bound](), None
    while rows := _batch(store, mark, batch, damaged):
        done += len(rows)
        mark = (rows[-1].message, rows[-1].part, rows[-1].position)
    after: _Document | None = None
    while found := _documents(store, after, batch, damaged):
        done += len(found)
        after = found[-1]
    return Rotation(done - len(damaged), tuple(damaged))


def keys_in_use(store: Store) -> dict[str, int]:
    """Count the chunks and documents under each key id."""
    counted = Counter[str]()
    with reading(store.engine) as connection:
        for table in (Chunk, Document):
            for name, count in connection.execute(select(table.key_id, func.count()).group_by(table.key_id)).all():
                counted[name] += count
    return dict(counted)


def _batch(store: Store, after: _Mark | None, limit: int, damaged: list[Bound]) -> list[_Found]:
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


def _documents(store: Store, after: _Document | None, limit: int, damaged: list[Bound]) -> list[_Document]:
    """Encrypt the next documents again, after the one at the mark, in one transaction."""
    order = (Document.kind, Document.name, Document.version)
    rows = select(*order, Document.key_id, Document.data).where(Document.key_id != store.keys.current)
    if after is not None:
        rows = rows.where(tuple_(*order) > after)
    with writing(store.engine) as connection:
        found = connection.execute(rows.order_by(*order).limit(limit).with_for_update()).all()
        for row in found:
            place = DocumentPlace(row.kind, row.name, row.version)
            try:
                data = store.keys.seal(place, store.keys.open(place, row.key_id, row.data))
            except Damaged:
                damaged.append(place)
                continue
            here = (Document.kind == row.kind, Document.name == row.name, Document.version == row.version)
            connection.execute(update(Document).where(*here).values(key_id=store.keys.current, data=data))
    return [(row.kind, row.name, row.version) for row in found]
