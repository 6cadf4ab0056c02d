"""Connections: how they are set up, and what is said when there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gateway.store import engine
from gateway.store.engine import connect, reading, writing
from gateway.store.errors import Busy
from gateway.store.store import Store, open_store
from schemas.errors import Misconfigured
from store_builder import KEY, counts, take


def pragma(store: Store, name: str) -> object:
    with reading(store.engine) as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()


def test_sqlite_commits_durably_and_holds_its_foreign_keys(sqlite_store: Store) -> None:
    names = ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
    assert [pragma(sqlite_store, name) for name in names] == ["wal", 1, 2, 10_000]


def test_who_reads_waits_for_no_writer(sqlite_store: Store) -> None:
    with writing(sqlite_store.engine) as connection:
        connection.execute(text("DELETE FROM nonces"))
        assert counts(sqlite_store)["messages"] == 0


def test_a_second_writer_that_waited_in_vain_is_told_that_the_database_is_busy(
    sqlite_url: str, sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0)
    impatient = Store(connect(sqlite_url), sqlite_store.keys)
    with writing(sqlite_store.engine), pytest.raises(Busy) as caught:
        take(impatient)
    impatient.engine.dispose()
    assert caught.value.code == "store-busy"
    assert "database is locked" in str(caught.value.__cause__)
    assert take(sqlite_store).repeat is False


def test_who_reads_cannot_write_on_postgresql(postgresql_store: Store) -> None:
    with pytest.raises(DBAPIError, match="read-only transaction"), reading(postgresql_store.engine) as connection:
        connection.execute(text("DELETE FROM nonces"))
    assert take(postgresql_store).repeat is False


def test_a_server_that_is_not_there_is_busy(tmp_path: Path) -> None:
    away = connect(f"postgresql://nobody:SECRET@/none?host={tmp_path}")
    with pytest.raises(Busy) as caught, reading(away):
        pass
    assert "SECRET" not in f"{caught.value.message} {caught.value.__cause__}"


def test_a_missing_table_is_a_fault_and_not_busy(tmp_path: Path) -> None:
    bare = connect(f"sqlite:///{tmp_path / 'bare.sqlite'}")
    with pytest.raises(DBAPIError, match="no such table: nonces"), reading(bare) as connection:
        connection.execute(text("SELECT * FROM nonces"))
    bare.dispose()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("SECRET", "The database URL cannot be read."),
        ("postgresql://ann:SECRET@host:port/db", "The database URL cannot be read."),
        ("mysql://ann:SECRET@host/db", "The database must be SQLite or PostgreSQL."),
        ("sqlite://", "A store in memory would lose every message."),
        ("sqlite:///:memory:", "A store in memory would lose every message."),
    ],
)
def test_a_url_that_will_not_do_is_refused_and_not_shown(url: str, message: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        connect(url)
    assert caught.value.message == message
    assert caught.value.hint == "Write it as sqlite:///PATH or as postgresql://USER:PASSWORD@HOST/DATABASE."


@pytest.mark.parametrize("how", ["file", "variable"])
def test_the_store_opens_as_the_settings_say(sqlite_url: str, tmp_path: Path, how: str) -> None:
    path = tmp_path / "store.key"
    path.write_text(KEY + "\n", encoding="utf-8")
    key = {"ICS_GATEWAY_STORE_KEY_FILE": str(path)} if how == "file" else {"ICS_GATEWAY_STORE_KEYS": KEY}
    store = open_store({"ICS_GATEWAY_DATABASE_URL": sqlite_url, **key})
    assert take(store).repeat is False
    store.engine.dispose()


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "Set exactly one of ICS_GATEWAY_STORE_KEY_FILE and ICS_GATEWAY_STORE_KEYS."),
        (
            {"ICS_GATEWAY_STORE_KEY_FILE": "x", "ICS_GATEWAY_STORE_KEYS": KEY},
            "Set exactly one of ICS_GATEWAY_STORE_KEY_FILE and ICS_GATEWAY_STORE_KEYS.",
        ),
        ({"ICS_GATEWAY_STORE_KEY_FILE": "/nowhere"}, "The key file of the store cannot be read."),
    ],
)
def test_the_store_does_not_open_without_its_one_key_file(environment: dict[str, str], message: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        open_store(environment)
    assert caught.value.message == message
