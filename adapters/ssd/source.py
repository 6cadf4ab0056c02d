"""Where the dataset is: a database or a folder of files, read by name, a part of a table at a time, all as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

import polars as pl


@dataclass(frozen=True, slots=True)
class Found:
    """A column of the source: its name there, in lower case, and its type as the source names it, empty for files."""

    name: str
    type: str = ""


class Source(Protocol):
    """A dataset that can be read. Names of tables are in lower case, whatever the source has."""

    def tables(self) -> Mapping[str, tuple[Found, ...]]:
        """Give every table with its columns."""
        ...

    def count(self, table: str) -> int:
        """Count the rows of a table."""
        ...

    def parts(self, table: str, columns: tuple[str, ...], rows: int) -> Iterator[pl.DataFrame]:
        """Give the columns of a table as text, at most about `rows` rows at a time."""
        ...


@contextmanager
def opened(place: str, *, schema: str = "", password: str = "") -> Iterator[Source]:
    """Open a dataset: a database URL, or a folder of CSV or Parquet files named after the tables.

    `schema` is the database schema of the tables, `password` goes into the URL. Raise Misconfigured where the
    driver is not installed or the place is none, Rejected where there is nothing of the dataset in it.
    """
    if "://" in place:
        from adapters.ssd.database import database  # noqa: PLC0415  # a folder needs no database library

        with database(place, schema=schema, password=password) as source:
            yield source
    else:
        from adapters.ssd.folder import Folder  # noqa: PLC0415  # as above

        yield Folder.at(place)
