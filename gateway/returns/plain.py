"""A kept file under a name that leads to bytes without a name: whatever ends the process, none are left in clear."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gateway import settings
from gateway.pipeline.spool import spool
from gateway.returns.book import File
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.errors import Damaged
from gateway.store.store import Store


@contextmanager
def written(store: Store, kind: Kind, name: str, ending: str, inbox: Path | None = None) -> Iterator[Path]:
    """Give the pieces of a document as one file with this ending. Raise Transient, Damaged, UnknownKey."""
    with spool(inbox or Path(settings.text_of(settings.INBOX_FOLDER))) as plain:
        for piece in documents.pieces(store, kind, name):
            plain.write(piece)
        plain.flush()
        with named(plain.fileno(), ending) as path:
            yield path


@contextmanager
def named(descriptor: int, ending: str) -> Iterator[Path]:
    """Give a name with this ending for an open file."""
    with tempfile.TemporaryDirectory(prefix="ics-gateway-") as folder:
        path = Path(folder) / f"return.{ending}"
        path.symlink_to(f"/dev/fd/{descriptor}")
        yield path


def content(store: Store, file: File) -> bytes:
    """Give the bytes of a file as they were added. Raise Damaged where they are not, UnknownKey."""
    return _whole(store, Kind.RETURN, file.document, file.sha256)


def packed(store: Store, file: File) -> bytes:
    """Give the bytes of its zip as they were packed. Raise Damaged where they are not, UnknownKey."""
    if file.ending == "zip":
        return content(store, file)
    return _whole(store, Kind.PACKED, file.document, file.packed)


def _whole(store: Store, kind: Kind, name: str, sha256: str | None) -> bytes:
    found = b"".join(documents.pieces(store, kind, name))
    if hashlib.sha256(found).hexdigest() != sha256:
        raise Damaged("The file is not there as it was.", hint="Restore the database from a backup.")
    return found
