"""Documents at rest: versions are kept, and none opens but in its own place."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.engine import writing
from gateway.store.errors import Damaged
from gateway.store.keys import DocumentPlace, KeyRing
from gateway.store.rotate import keys_in_use, rotate
from gateway.store.store import Store
from store_builder import KEY, NOW, OTHER_KEY, later

BOTH, NEW = KeyRing.read(f"{OTHER_KEY}\n{KEY}"), KeyRing.read(OTHER_KEY)


def put(store: Store, name: str, content: bytes, kind: Kind = Kind.CASE) -> int:
    with writing(store.engine) as connection:
        return documents.keep(store, connection, kind, name, content, NOW)


def test_versions_count_from_one_and_all_are_kept(store: Store) -> None:
    assert [put(store, "f1", content) for content in (b"one", b"two")] == [1, 2]
    assert [kept.content for kept in documents.versions(store, Kind.CASE, "f1")] == [b"one", b"two"]
    newest = documents.newest(store, Kind.CASE, "f1")
    assert newest is not None
    assert (newest.version, newest.content, newest.at) == (2, b"two", NOW)


def test_what_is_not_there_is_none(store: Store) -> None:
    assert documents.newest(store, Kind.CASE, "f1") is None
    assert documents.versions(store, Kind.CASE, "f1") == ()


def test_kinds_are_apart_and_listed_by_name(store: Store) -> None:
    put(store, "b", b"1")
    put(store, "a", b"2")
    put(store, "a", b"3", Kind.REVIEW)
    assert [(kept.name, kept.content) for kept in documents.every(store, Kind.CASE)] == [("a", b"2"), ("b", b"1")]
    assert documents.latest_versions(store, Kind.REVIEW) == {"a": 1}


def test_a_document_is_forgotten_with_all_its_versions(store: Store) -> None:
    put(store, "f1", b"one")
    put(store, "f1", b"two")
    put(store, "f2", b"other")
    with writing(store.engine) as connection:
        assert documents.forget(connection, Kind.CASE, "f1") == 2
    assert documents.latest_versions(store, Kind.CASE) == {"f2": 1}


def test_nothing_of_it_is_in_the_database_in_clear(store: Store) -> None:
    put(store, "f1", b"marked-content")
    with writing(store.engine) as connection:
        (data,) = connection.execute(text("SELECT data FROM documents")).one()
    assert b"marked" not in bytes(data)


def test_documents_that_changed_places_do_not_open(store: Store) -> None:
    put(store, "f1", b"one")
    put(store, "f2", b"two")
    with writing(store.engine) as connection:
        connection.execute(
            text("UPDATE documents SET data = (SELECT data FROM documents WHERE name = 'f2') WHERE name = 'f1'")
        )
    with pytest.raises(Damaged) as caught:
        documents.newest(store, Kind.CASE, "f1")
    assert caught.value.message == "The case document f1, version 1, does not open."


def test_rotation_takes_documents_too_and_names_what_is_damaged(store: Store) -> None:
    for name in ("f1", "f2", "f3"):
        put(store, name, name.encode())
    with writing(store.engine) as connection:
        connection.execute(text("UPDATE documents SET data = :none WHERE name = 'f2'"), {"none": b""})
    rotation = rotate(Store(store.engine, BOTH), batch=2)
    assert (rotation.done, rotation.damaged) == (2, (DocumentPlace(Kind.CASE, "f2", 1),))
    assert keys_in_use(store)[NEW.current] == 2
    found = documents.newest(Store(store.engine, NEW), Kind.CASE, "f3")
    assert found is not None
    assert found.content == b"f3"


def test_a_transaction_that_fails_leaves_no_version(store: Store) -> None:
    def fail() -> None:
        with writing(store.engine) as connection:
            documents.keep(store, connection, Kind.CASE, "f1", b"one", later(1))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert documents.latest_versions(store, Kind.CASE) == {}
