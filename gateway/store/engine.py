"""Connections: SQLite set up so that a commit is durable, PostgreSQL through psycopg, one transaction a step."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import ConnectionPoolEntry

from gateway.store.errors import Busy
from schemas.errors import Misconfigured

BUSY_SECONDS = 10
_READING = "store_reading"
_HINT = "Write it as sqlite:///PATH or as postgresql://USER:PASSWORD@HOST/DATABASE."


def connect(url: str) -> Engine:
    """Make the engine of a database URL. Raise Misconfigured; the message never shows the URL, which has a password."""
    place = _parsed(url)
    if place.get_backend_name() == "sqlite":
        return _sqlite(place)
    # A lock that cannot be had is an answer too: the step is tried again later.
    options = f"-c timezone=UTC -c lock_timeout={BUSY_SECONDS}s"
    return create_engine(
        place.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={"connect_timeout": BUSY_SECONDS, "options": options},
    )


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open one transaction that writes: all of it is kept, or nothing. Raise Busy."""
    with _busy_is_named(), engine.begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open one transaction that only reads; on SQLite it waits for no writer. Raise Busy."""
    with _busy_is_named(), engine.connect() as plain:
        connection = plain.execution_options(**{_READING: True, "postgresql_readonly": True})
        with connection.begin():
            yield connection


def once(connection: Connection, table: type[DeclarativeBase]) -> postgresql.Insert | sqlite.Insert:
    """Begin an insert of a row that may be there already, as this database spells it."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


@contextmanager
def _busy_is_named() -> Iterator[None]:
    try:
        yield
    except (OperationalError, NoConnection) as error:
        # To SQLite a missing table is an operational error too, and trying again would not help.
        if getattr(getattr(error, "orig", None), "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
            raise
        raise Busy(
            "The database is away, locked or full. Nothing of this step was stored.",
            hint="Check that it runs, that its disk has space, and that the URL is right.",
        ) from error


def _parsed(url: str) -> URL:
    try:
        place = make_url(url)
    except (ArgumentError, ValueError):
        raise Misconfigured("The database URL cannot be read.", hint=_HINT) from None
    if place.get_backend_name() not in {"sqlite", "postgresql"}:
        raise Misconfigured("The database must be SQLite or PostgreSQL.", hint=_HINT)
    if place.get_backend_name() == "sqlite" and place.database in {None, "", ":memory:"}:
        raise Misconfigured("A store in memory would lose every message.", hint=_HINT)
    return place


def _sqlite(place: URL) -> Engine:
    engine = create_engine(
        place.set(drivername="sqlite+pysqlite"), hide_parameters=True, connect_args={"timeout": BUSY_SECONDS}
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    # The driver begins by itself, and late, unless it is told not to; _begin does it instead.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later could not wait for its turn, so writers take it at once.
    reads = connection.get_execution_options().get(_READING, False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
