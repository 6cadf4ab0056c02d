"""Datasets for tests: held in memory, made of rows, or of a made-up authority."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import polars as pl

from adapters.ssd.demo.population import made
from adapters.ssd.read import ROWS, read
from adapters.ssd.source import Found
from adapters.ssd.tables import ORIGIN_TABLE, CaseTables
from adapters.ssd.write import written
from schemas.ssd.layout import System, tables

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)
YEAR = 2026
Tables = dict[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class InMemory:
    """A source whose tables are in memory, all text."""

    content: Mapping[str, pl.DataFrame]

    def tables(self) -> Mapping[str, tuple[Found, ...]]:
        return {table: tuple(Found(name.lower()) for name in rows.columns) for table, rows in self.content.items()}

    def count(self, table: str) -> int:
        return self.content[table].height

    def parts(self, table: str, columns: tuple[str, ...], rows: int) -> Iterator[pl.DataFrame]:
        there = {name.lower(): name for name in self.content[table].columns}
        wanted = self.content[table].select(pl.col(there[name]).alias(name) for name in columns)
        yield from wanted.iter_slices(rows)


def table(rows: Sequence[Mapping[str, str | None]]) -> pl.DataFrame:
    """Make a table of rows; what a row leaves out is empty."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pl.DataFrame(
        [[row.get(name) for name in names] for row in rows], schema=dict.fromkeys(names, pl.String()), orient="row"
    )


def person(key: str = "1", **more: str) -> dict[str, str]:
    return {"pers_person_id": key, **more}


def of(**content: Sequence[Mapping[str, str | None]]) -> InMemory:
    """Make a source of rows by table, named without ssd_; there is one person where none is given."""
    given = {"person": [person()], **content}
    return InMemory({f"ssd_{name}": table(rows) for name, rows in given.items()})


def case_tables(source: InMemory, folder: Path, rows: int = ROWS) -> CaseTables:
    """Read a source into a folder."""
    folder.mkdir(exist_ok=True)
    return read(source, folder, recorded_at=NOW, rows=rows)


def only(found: CaseTables, case: str) -> dict[str, object]:
    """Give the one row of a case table."""
    (row,) = found.tables[case].collect().to_dicts()
    return row


def left(found: CaseTables) -> list[tuple[str, str, str]]:
    """List the leftovers: table and column of the source, and text."""
    return [(row[ORIGIN_TABLE], row["column"], row["value"]) for row in found.leftovers.collect().to_dicts()]


@cache
def authority(children: int = 300, seed: int = 3) -> Tables:
    """Make a made-up authority as tables of the standard, in memory; those without rows are there too."""
    parts: dict[str, list[pl.DataFrame]] = {}
    for rows, _ in made(YEAR, children, seed):
        for link, frame in rows.take():
            parts.setdefault(link.table, []).append(written(link, frame))
    standard = {name: pl.concat(frames) for name, frames in parts.items()}
    return {name: _there(standard.get(name), name) for name, table in tables().items() if table.carries_cases}


def _there(rows: pl.DataFrame | None, name: str) -> pl.DataFrame:
    columns = [column.name for column in tables()[name].columns if System.SYSTEMC not in column.absent]
    return pl.DataFrame(schema=dict.fromkeys(columns, pl.String())) if rows is None else rows.select(columns)
