"""Documents: what only we read, encrypted at rest, each version kept until all of them are deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from gateway.store.engine import reading
from gateway.store.errors import Busy, Damaged
from gateway.store.keys import DocumentPlace
from gateway.store.models import Document
from gateway.store.store import Store

PIECE = 4 << 20
"""How large the pieces are in which whole files are kept, in bytes."""


class Kind(StrEnum):
    """What a document is."""

    CASE = "case"
    """A case file of ours, by its id."""
    TRANSFER = "transfer"
    """What is known and decided of a transfer, by its reference."""
    PACKAGE = "package"
    """What came in or went out in a transfer, by its reference."""
    PAPER = "paper"
    """The bytes of a document that a case file names, by their SHA-256 in hex."""
    REVIEW = "review"
    """An item of the review queue, by its identity."""
    LINK = "link"
    """A link between a partner's person and ours, by a digest of the partner's reference."""
    UPLOAD = "upload"
    """The file of a return to be checked, a version for each piece, by the id of the check."""
    REPORT = "report"
    """The report of a check, a version for each piece, by the id of the check and the format."""
    RETURN = "return"
    """A file of a return, a version for each piece, by the id of the return and the number of the file."""
    NOTES = "notes"
    """The notes on the queries of a return, by the id of the return."""
    PACKED = "packed"
    """A file of a return as it is zipped for the upload, named as the file is."""
    ANSWER = "answer"
    """The error report that DfE gave on a file of a return, named as the file is."""
    REASON = "reason"
    """Why somebody broke the glass, in words, by the id of the emergency access."""
    FEED = "feed"
    """A record that was sent to DfE, and what DfE holds after it, by environment and child."""
    INDEX_KEY = "index-key"
    """The key of the digests by which people are found."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One version of a document; versions count from 1."""

    name: str
    version: int
    content: bytes
    at: datetime


def keep(store: Store, connection: Connection, kind: Kind, name: str, content: bytes, at: datetime) -> int:
    """Add a version in the caller's transaction, and give its number. Raise Busy where another does so at once."""
    newest = select(func.max(Document.version)).where(Document.kind == kind.value, Document.name == name)
    version = (connection.execute(newest).scalar() or 0) + 1
    data = store.keys.seal(DocumentPlace(kind, name, version), content)
    row = {"kind": kind.value, "name": name, "version": version, "key_id": store.keys.current, "data": data, "at": at}
    try:
        connection.execute(insert(Document), row)
    except IntegrityError:
        raise Busy("Somebody else has changed the same at this moment.", hint="Do it again.") from None
    return version


def put(store: Store, connection: Connection, kind: Kind, name: str, content: bytes, at: datetime) -> None:
    """Keep bytes in pieces, in place of what was there, in the caller's transaction; `pieces` gives them back."""
    forget(connection, kind, name)
    for start in range(0, len(content), PIECE):
        keep(store, connection, kind, name, content[start : start + PIECE], at)


def newest(store: Store, kind: Kind, name: str, *, within: Connection | None = None) -> Kept | None:
    """Give the last version, None where there is none. Raise Damaged, UnknownKey."""
    wanted = (
        select(Document)
        .where(Document.kind == kind.value, Document.name == name)
        .order_by(Document.version.desc())
        .limit(1)
    )
    if within is not None:
        row = within.execute(wanted).one_or_none()
    else:
        with reading(store.engine) as connection:
            row = connection.execute(wanted).one_or_none()
    return None if row is None else _opened(store, kind, row.name, row.version, row.key_id, row.data, row.at)


def versions(store: Store, kind: Kind, name: str) -> tuple[Kept, ...]:
    """Give every version, the first first. Raise Damaged, UnknownKey."""
    wanted = select(Document).where(Document.kind == kind.value, Document.name == name).order_by(Document.version)
    with reading(store.engine) as connection:
        rows = connection.execute(wanted).all()
    return tuple(_opened(store, kind, row.name, row.version, row.key_id, row.data, row.at) for row in rows)


def pieces(store: Store, kind: Kind, name: str) -> Iterator[bytes]:
    """Give the versions of a document one after the other, in a short transaction each. Raise Damaged, UnknownKey."""
    this = (Document.kind == kind.value, Document.name == name)
    with reading(store.engine) as connection:
        last = connection.execute(select(func.max(Document.version)).where(*this)).scalar() or 0
    for version in range(1, last + 1):
        with reading(store.engine) as connection:
            row = connection.execute(select(Document).where(*this, Document.version == version)).one_or_none()
        place = DocumentPlace(kind, name, version)
        if row is None:
            raise Damaged(f"The {place.told}, is not there.")
        yield store.keys.open(place, row.key_id, row.data)


def latest_versions(store: Store, kind: Kind) -> dict[str, int]:
    """Give the number of the last version of every document of a kind, by name."""
    rows = select(Document.name, func.max(Document.version)).where(Document.kind == kind.value).group_by(Document.name)
    with reading(store.engine) as connection:
        return {row[0]: row[1] for row in connection.execute(rows)}


def every(store: Store, kind: Kind) -> Iterator[Kept]:
    """Give the last version of every document of a kind, one after the other. Raise Damaged, UnknownKey."""
    for name in sorted(latest_versions(store, kind)):
        found = newest(store, kind, name)
        if found is not None:
            yield found


def forget(connection: Connection, kind: Kind, name: str) -> int:
    """Delete a document with all its versions in the caller's transaction; count them."""
    gone = connection.execute(delete(Document).where(Document.kind == kind.value, Document.name == name))
    return gone.rowcount


def _opened(store: Store, kind: Kind, name: str, version: int, key_id: str, data: bytes, at: datetime) -> Kept:
    return Kept(name, version, store.keys.open(DocumentPlace(kind, name, version), key_id, data), at)
