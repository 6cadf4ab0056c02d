"""Our own copy of what a transfer carried, encrypted at rest: the sealed one is for its recipient alone."""

from __future__ import annotations

import io
from datetime import datetime

from sqlalchemy import Connection

from adapters.transfer.package import Package
from gateway.itp.documents import written
from gateway.itp.identifiers import Organisation
from gateway.itp.manifest import Terms
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.states import Direction
from gateway.store.store import Store
from gateway.transfers.payload import incoming
from gateway.transfers.rows import Transfer

_LENGTH = 4


def keep(store: Store, connection: Connection, reference: str, terms: Terms, payload: bytes, at: datetime) -> None:
    """Keep what a transfer carries in the caller's transaction."""
    head = written(terms)
    content = len(head).to_bytes(_LENGTH, "big") + head + payload
    documents.keep(store, connection, Kind.PACKAGE, reference, content, at)


def package(store: Store, us: Organisation, transfer: Transfer) -> Package | None:
    """Give the package of a transfer; None where the copy was deleted, or it had none. Raise Damaged, UnknownKey."""
    found = documents.newest(store, Kind.PACKAGE, transfer.reference)
    if found is None:
        return None
    start = _LENGTH + int.from_bytes(found.content[:_LENGTH], "big")
    terms = Terms.model_validate_json(found.content[_LENGTH:start])
    ends = (transfer.partner, str(us)) if transfer.direction is Direction.IN else (str(us), transfer.partner)
    return incoming(terms, io.BytesIO(found.content[start:]), sender=ends[0], receiver=ends[1])


def forget(connection: Connection, reference: str) -> int:
    """Delete the copy in the caller's transaction; say how many versions there were."""
    return documents.forget(connection, Kind.PACKAGE, reference)
