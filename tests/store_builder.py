"""Builds messages for the store, and looks at what is in it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from gateway.store.accept import Accepted, Arrival, Content, accept
from gateway.store.engine import connect, reading
from gateway.store.keys import KeyRing
from gateway.store.outbox import Next
from gateway.store.states import Direction
from gateway.store.store import Store
from gateway.store.tables import Base

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
SENDER = "urn:ics:org:ods:X26"
RECIPIENT = "urn:ics:org:ods:Y63"
KEY = "11" * 32
OTHER_KEY = "22" * 32
LABEL = b'{"spec":"itp/1"}'
MANIFEST = b"sealed manifest"
CHUNKS = (b"first chunk", b"second chunk", b"")
NOTHING = dict.fromkeys(Base.metadata.tables, 0)
ONE_MESSAGE = {**NOTHING, "messages": 1, "chunks": 5, "ledger": 1, "outbox": 1}


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def numbered(number: int) -> str:
    """Give the message id of this number."""
    return f"019d0000-0000-7000-8000-{number:012x}"


def arrival(number: int = 1, **changes: Any) -> Arrival:
    made = Arrival(
        direction=Direction.IN,
        sender=SENDER,
        recipient=RECIPIENT,
        message_id=numbered(number),
        conversation_id=numbered(0),
        delivery="normal",
        label_digest=hashlib.sha256(LABEL).hexdigest(),
        manifest_digest=hashlib.sha256(MANIFEST).hexdigest(),
        chunk_count=len(CHUNKS),
        created=NOW,
        expires=NOW + timedelta(days=5),
    )
    return replace(made, **changes)


def take(
    store: Store,
    number: int = 1,
    *,
    chunks: Iterable[bytes] = CHUNKS,
    due: datetime = NOW,
    **changes: Any,
) -> Accepted:
    """Accept a message whose first work is to deliver it."""
    return accept(store, arrival(number, **changes), Content(LABEL, MANIFEST, chunks), Next("deliver", due), NOW)


def opened(url: str, keys: str = KEY) -> Store:
    return Store(connect(url), KeyRing.read(keys))


def counts(store: Store) -> dict[str, int]:
    """Count the rows of every table."""
    with reading(store.engine) as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in Base.metadata.tables.items()
        }
