"""Links between a partner's person and ours, kept beside the records: each version stays, and each can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection

from gateway.cases.digests import Digests, What
from gateway.matching.pairs import Link
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.store import Store

_LINK = TypeAdapter(Link)


def keep(store: Store, connection: Connection, known: Digests, link: Link, at: datetime) -> None:
    """Keep a link, or what became of it, in the caller's transaction."""
    name = known.of(What.PARTNER, link.theirs)
    documents.keep(store, connection, Kind.LINK, name, _LINK.dump_json(link), at)


def history(store: Store, known: Digests, theirs: str) -> tuple[Link, ...]:
    """Give every link that a partner's reference has or had, the last last."""
    found = documents.versions(store, Kind.LINK, known.of(What.PARTNER, theirs))
    return tuple(_LINK.validate_json(kept.content) for kept in found)


def every(store: Store) -> Iterator[Link]:
    """Give the last of each."""
    return (_LINK.validate_json(kept.content) for kept in documents.every(store, Kind.LINK))
