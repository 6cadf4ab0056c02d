"""Where a dataset is written: a SQLite or PostgreSQL database, or a folder of CSV or Parquet files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import polars as pl
import psycopg
import sqlalchemy as sa

from adapters.ssd.database import parsed
from schemas.errors import Misconfigured
from schemas.ssd.layout import Column, ColumnKind, Table, tables

FILE_KINDS = ("csv", "parquet")
_TYPES: Mapping[ColumnKind, sa.types.TypeEngine[Any]] = {
    ColumnKind.JSON: sa.Text(),
    ColumnKind.DATETIME: sa.DateTime(),
    ColumnKind.DATE: sa.Date(),
    ColumnKind.INTEGER: sa.Integer(),
    ColumnKind.DECIMAL: sa.Numeric(),
    ColumnKind.BOOLEAN: sa.Boolean(),
    ColumnKind.BINARY: sa.LargeBinary(),
}


class Target(Protocol):
    """A place that takes tables part by part."""

    def append(self, table: str, rows: pl.DataFrame) -> None:
        """Put rows in a table, whose columns are all text."""
        ...


@contextmanager
def opened(place: str, *, kind: str = "csv", password: str = "") -> Iterator[Target]:
    """Open a place with every table of the dataset in it, empty; it is kept only when the context ends well.

    `kind` is that of the files of a folder. Raise Misconfigured where there is a dataset already.
    """
    with _database(place, password) if "://" in place else _folder(Path(place), kind) as target:
        yield target


@contextmanager
def _database(place: str, password: str) -> Iterator[Target]:
    url = parsed(place, password)
    if url.get_backend_name() not in _PUT:
        raise Misconfigured("A dataset is written to SQLite, PostgreSQL or a folder.")
    engine = sa.create_engine(url, hide_parameters=True)
    try:
        with engine.begin() as connection:
            if sa.inspect(connection).has_table("ssd_person"):
                raise Misconfigured("There is a dataset in that database.", hint="Name another, or an empty one.")
            _metadata().create_all(connection)
            yield _Database(connection, _PUT[url.get_backend_name()])
    except (sa.exc.DBAPIError, psycopg.Error) as error:
        raise Misconfigured(
            f"The database cannot be written to ({type(error).__name__}).",
            hint="Are the path, user and password right, and may the user make tables?",
        ) from None
    finally:
        engine.dispose()


def _metadata() -> sa.MetaData:
    metadata = sa.MetaData()
    for table in tables().values():
        if table.carries_cases:
            sa.Table(table.name, metadata, *(_column(table, column) for column in _standard(table)))
    return metadata


def _standard(table: Table) -> list[Column]:
    """List the columns of the table in the reference deployment."""
    return [column for column in table.columns if "systemc" not in column.absent]


def _column(table: Table, column: Column) -> sa.Column[object]:
    kind = _TYPES.get(column.kind) or sa.String(column.length)
    return sa.Column(column.name, kind, primary_key=column is table.key)


Put = Callable[[sa.Connection, str, pl.DataFrame], None]


def _insert(connection: sa.Connection, table: str, rows: pl.DataFrame) -> None:
    places = ", ".join("?" * rows.width)
    names = ", ".join(rows.columns)
    # Both names come from the declaration of the dataset.
    connection.exec_driver_sql(f"INSERT INTO {table} ({names}) VALUES ({places})", rows.rows())  # noqa: S608


def _copy(connection: sa.Connection, table: str, rows: pl.DataFrame) -> None:
    cursor = connection.connection.cursor()
    statement = f"COPY {table} ({', '.join(rows.columns)}) FROM STDIN (FORMAT csv)"
    with cursor.copy(statement) as copy:
        copy.write(rows.write_csv(include_header=False, quote_style="non_numeric"))


_PUT: Mapping[str, Put] = {"sqlite": _insert, "postgresql": _copy}


@dataclass(frozen=True, slots=True)
class _Database:
    connection: sa.Connection
    put: Put

    def append(self, table: str, rows: pl.DataFrame) -> None:
        self.put(self.connection, table, rows.select(column.name for column in _standard(tables()[table])))


@contextmanager
def _folder(folder: Path, kind: str) -> Iterator[Target]:
    if kind not in FILE_KINDS:
        raise Misconfigured(f"{kind} is no kind of file for a dataset.", hint=f"Known: {', '.join(FILE_KINDS)}.")
    if folder.exists() and any(folder.glob("ssd_*")):
        raise Misconfigured(f"There is a dataset in {folder.name}.", hint="Name another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ics-gateway-ssd-") as parts:
        target = _Folder(Path(parts))
        yield target
        for table in tables().values():
            if table.carries_cases:
                _gather(target.scan(table), folder / f"{table.name}.{kind}")


def _gather(rows: pl.LazyFrame, path: Path) -> None:
    if path.suffix == ".csv":
        rows.sink_csv(path)
    else:
        rows.sink_parquet(path)


@dataclass(slots=True)
class _Folder:
    parts: Path
    made: dict[str, int] = field(default_factory=dict)

    def append(self, table: str, rows: pl.DataFrame) -> None:
        number = self.made[table] = self.made.get(table, 0) + 1
        rows.write_parquet(self.parts / f"{table}-{number:05}.parquet", compression="lz4")

    def scan(self, table: Table) -> pl.LazyFrame:
        files = sorted(self.parts.glob(f"{table.name}-*.parquet"))
        names = [column.name for column in _standard(table)]
        empty = pl.LazyFrame(schema=dict.fromkeys(names, pl.String()))
        return pl.scan_parquet(files).select(names) if files else empty
