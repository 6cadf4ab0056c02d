"""What was sent, as documents that are encrypted at rest."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, tuple_

from gateway.csc_feed.standing import Content
from gateway.store.documents import Kind
from gateway.store.engine import reading
from gateway.store.keys import DocumentPlace
from gateway.store.models import Document
from gateway.store.store import Store
from schemas.csc_api.record import ChildRecord

_AT_ONCE = 400
Key = tuple[str, int]
"""A child and the revision of what was sent of it."""


def name_of(environment: str, child: str) -> str:
    """Name the document of a child in an environment."""
    return f"{environment}:{child}"


def row(store: Store, environment: str, key: Key, content: Content, at: datetime) -> dict[str, object]:
    """Give the row of a document."""
    place = DocumentPlace(Kind.FEED, name_of(environment, key[0]), key[1])
    text = {"sent": content.sent, "target": content.target and content.target.text, "message": content.message}
    data = store.keys.seal(place, json.dumps(text).encode())
    return {
        "kind": Kind.FEED.value,
        "name": place.name,
        "version": place.version,
        "key_id": store.keys.current,
        "data": data,
        "at": at,
    }


def contents(store: Store, environment: str, wanted: Iterable[Key]) -> dict[Key, Content]:
    """Read what was sent. Raise Damaged, UnknownKey."""
    keys = [(name_of(environment, child), revision) for child, revision in wanted]
    found: dict[Key, Content] = {}
    for start in range(0, len(keys), _AT_ONCE):
        these = tuple_(Document.name, Document.version).in_(keys[start : start + _AT_ONCE])
        rows = select(Document.name, Document.version, Document.key_id, Document.data)
        with reading(store.engine) as connection:
            for name, version, key, data in connection.execute(rows.where(Document.kind == Kind.FEED.value, these)):
                opened = store.keys.open(DocumentPlace(Kind.FEED, name, version), key, data)
                found[name.partition(":")[2], version] = _read(opened)
    return found


def _read(text: bytes) -> Content:
    told = json.loads(text)
    target = None if told["target"] is None else ChildRecord(told["target"])
    return Content(told["sent"], target, told["message"])
