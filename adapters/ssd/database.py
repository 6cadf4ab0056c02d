"""A database that holds the dataset: SQL Server, PostgreSQL or SQLite, in one transaction that only reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl
import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects import mssql
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from adapters.ssd.source import Found
from schemas.errors import Misconfigured, Rejected, Transient

_SECONDS = 10
# ISO 8601, whatever language the server's dates are in.
_ISO = 126
# As PostgreSQL's dumps write it: a line must not be empty, or it would not count.
_NOTHING = r"\N"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of database: its driver, and what keeps the data still while it is read.

    `begin` opens the transaction where the driver would open none for reading.
    """

    driver: str
    install: str
    options: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, int] = field(default_factory=dict)
    begin: str = ""


KINDS: Mapping[str, Kind] = {
    "sqlite": Kind("sqlite", "", begin="BEGIN"),
    "postgresql": Kind("postgresql+psycopg", "", {"isolation_level": "REPEATABLE READ"}, {"connect_timeout": _SECONDS}),
    # SQL Server may not allow snapshots: read after the nightly load.
    "mssql": Kind("mssql+pyodbc", "pip install 'ics-gateway[sqlserver]'", {}, {"timeout": _SECONDS}),
}


def parsed(place: str, password: str = "") -> URL:
    """Read the URL of a database; raise Misconfigured, without the URL, where it is none that can be read."""
    try:
        url = make_url(place)
        kind = KINDS[url.get_backend_name()]
    except (ArgumentError, NoSuchModuleError, KeyError, ValueError):
        raise Misconfigured(
            "That is no database from which the dataset can be read.",
            hint=f"Known: {', '.join(KINDS)}. Write sqlite:///PATH or postgresql://USER@HOST/DATABASE.",
        ) from None
    if "+" not in url.drivername:
        url = url.set(drivername=kind.driver)
    return url.set(password=password) if password else url


def engine(place: str, password: str = "") -> sa.Engine:
    """Make the engine of a URL; raise Misconfigured where its driver is not installed or its file is not there."""
    url = parsed(place, password)
    kind = KINDS[url.get_backend_name()]
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise Misconfigured("There is no such SQLite file.", hint="Write it as sqlite:///PATH.")
    try:
        return sa.create_engine(url, hide_parameters=True, connect_args=dict(kind.arguments))
    except ImportError:
        raise Misconfigured(
            f"The driver for {url.get_backend_name()} is not installed.", hint=f"Install it: {kind.install}"
        ) from None


@contextmanager
def database(place: str, *, schema: str = "", password: str = "") -> Iterator[Database]:
    """Open a database for reading; raise Transient where it cannot be reached, Rejected where it refuses."""
    made = engine(place, password)
    kind = KINDS[made.dialect.name]
    try:
        with made.connect().execution_options(**dict(kind.options)) as connection, connection.begin():
            if kind.begin:
                connection.exec_driver_sql(kind.begin)
            yield Database(connection, schema or None)
    except sa.exc.OperationalError:
        raise Transient(
            "The database cannot be reached, or gave up.", hint="Is it running, and are user and password right?"
        ) from None
    except (DBAPIError, psycopg.Error) as error:
        # The driver's words may quote a row.
        raise Rejected(
            f"The database refused to be read ({type(error).__name__}).", hint="May the user read it?"
        ) from None
    finally:
        made.dispose()


@dataclass(frozen=True, slots=True)
class Database:
    """A database that is open for reading."""

    connection: sa.Connection
    schema: str | None

    def tables(self) -> Mapping[str, tuple[Found, ...]]:
        """Give every table of the schema, temporary ones too, with its columns."""
        return {name.lower(): tuple(Found(c.lower(), t) for c, t in columns) for name, columns in self._seen().items()}

    def count(self, table: str) -> int:
        """Count the rows of a table."""
        return int(self.connection.execute(sa.select(sa.func.count()).select_from(self._table(table))).scalar_one())

    def parts(self, table: str, columns: tuple[str, ...], rows: int) -> Iterator[pl.DataFrame]:
        """Give the columns of a table as text, at most `rows` rows at a time."""
        there = {name.lower(): (name, kind) for name, kind in self._seen()[self._real(table)]}
        as_text = _AS_TEXT.get(self.connection.dialect.name, _cast)
        picked = [as_text(sa.column(there[name][0]), there[name][1]).label(name) for name in columns]
        asked = sa.select(*picked).select_from(self._table(table))
        fetch = _FETCH.get(self.connection.dialect.name, _fetched)
        yield from fetch(self.connection, asked, dict.fromkeys(columns, pl.String()), rows)

    def _table(self, table: str) -> sa.TableClause:
        return sa.table(self._real(table), schema=self.schema)

    def _real(self, table: str) -> str:
        return next(name for name in self._seen() if name.lower() == table)

    def _seen(self) -> dict[str, tuple[tuple[str, str], ...]]:
        return _seen(self.connection, self.schema)


def _seen(connection: sa.Connection, schema: str | None) -> dict[str, tuple[tuple[str, str], ...]]:
    """Look once at the tables and views of the schema: the answer is kept with the connection."""
    key = f"ssd tables {schema}"
    if key not in connection.info:
        inspector = sa.inspect(connection)
        names = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
        wanted = [name for name in names if name.lower().startswith("ssd_")]
        connection.info[key] = {
            name: tuple((column["name"], str(column["type"])) for column in inspector.get_columns(name, schema))
            for name in wanted
        }
    found: dict[str, tuple[tuple[str, str], ...]] = connection.info[key]
    return found


def _cast(column: sa.ColumnElement[object], _: str) -> sa.ColumnElement[str]:
    return sa.cast(column, sa.Text())


def _convert(column: sa.ColumnElement[object], kind: str) -> sa.ColumnElement[str]:
    if "DATE" in kind.upper():
        return sa.func.convert(sa.text("nvarchar(40)"), column, sa.literal_column(str(_ISO)))
    return sa.cast(column, mssql.NVARCHAR())


Columns = Mapping[str, pl.DataType]
Asked: TypeAlias = "sa.Select[*tuple[Any, ...]]"


def _fetched(connection: sa.Connection, asked: Asked, columns: Columns, rows: int) -> Iterator[pl.DataFrame]:
    found = connection.execution_options(stream_results=True, yield_per=rows).execute(asked)
    for part in found.partitions(rows):
        yield pl.DataFrame([tuple(row) for row in part], schema=columns, orient="row")


def _copied(connection: sa.Connection, asked: Asked, columns: Columns, rows: int) -> Iterator[pl.DataFrame]:
    """Let PostgreSQL write CSV, which takes a third of the time of rows."""
    statement = asked.compile(connection, compile_kwargs={"literal_binds": True})
    command = f"COPY ({statement}) TO STDOUT (FORMAT csv, NULL '{_NOTHING}')"
    with closing(connection.connection.cursor()) as cursor, cursor.copy(command) as copy:
        lines = iter(copy)
        while part := b"".join(islice(lines, rows)):
            yield pl.read_csv(part, has_header=False, schema=columns, null_values=_NOTHING)


_FETCH: Mapping[str, Callable[[sa.Connection, Asked, Columns, int], Iterator[pl.DataFrame]]] = {"postgresql": _copied}
_AS_TEXT: Mapping[str, Callable[[sa.ColumnElement[object], str], sa.ColumnElement[str]]] = {"mssql": _convert}
