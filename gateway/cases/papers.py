"""The bytes of documents that case files name, encrypted at rest, found by their SHA-256."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from gateway.cases import files
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.store import Store


def keep(store: Store, connection: Connection, digest: str, content: bytes, at: datetime) -> None:
    """Keep a document once, by its SHA-256 in hex, in the caller's transaction."""
    if documents.newest(store, Kind.PAPER, digest, within=connection) is None:
        documents.keep(store, connection, Kind.PAPER, digest, content, at)


def fetch(store: Store, digest: str) -> bytes | None:
    """Give a document by its SHA-256 in hex; None where we have none."""
    found = documents.newest(store, Kind.PAPER, digest)
    return None if found is None else found.content


def named(store: Store, *, within: Connection | None = None) -> frozenset[str]:
    """Give the SHA-256, in hex, of the documents that our case files name."""
    held = (files.held(store, name, within=within).file for name in files.names(store))
    return frozenset(row.sha256 for file in held for row in file.documents if row.sha256)


def forget(store: Store, connection: Connection, digests: Iterable[str]) -> None:
    """Delete those of these documents that no case file names any more, in the caller's transaction."""
    if wanted := frozenset(digests):
        for digest in wanted - named(store, within=connection):
            documents.forget(connection, Kind.PAPER, digest)
