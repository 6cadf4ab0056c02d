"""What the rules compare a looked-after return with: last year's return, postcodes and providers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from adapters.ssda903.frames import assembled
from adapters.ssda903.years import most_likely
from schemas.form import LOSSES, MISSING_COLUMN, UNKNOWN_FILE
from schemas.returns import Faults, ReturnData
from schemas.ssda903.layout import CHILDREN, LAST
from schemas.tables import TYPED, Table, value

# Of these something in a table stays unread; a file that is no table is named instead.
_UNREAD = (LOSSES | {MISSING_COLUMN.code}) - {UNKNOWN_FILE.code}

Files = Mapping[str, tuple[tuple[str, int], ...]]


def with_previous(data: ReturnData, previous: ReturnData) -> ReturnData:
    """Put the tables of last year's return beside this year's, in place of any that lay with it."""
    now = {name: frame for name, frame in data.tables.items() if name != CHILDREN and not name.endswith(LAST)}
    before = {name: frame for name, frame in previous.tables.items() if name != CHILDREN and not name.endswith(LAST)}
    kept = {name: frame for name, frame in now.items() if not data.layout.has(name)}
    files = {name: found for name, found in data.files.items() if not name.endswith(LAST)}
    files |= {f"{name}{LAST}": found for name, found in previous.files.items() if not name.endswith(LAST)}
    joined = replace(
        data,
        tables=kept | assembled(data.layout, now, before),
        files=files,
        beside=Faults(previous.form, previous.unlisted, previous.left_out),
    )
    return replace(joined, notices=(*_of_this_year(data), *about_last_year(joined)))


def _of_this_year(data: ReturnData) -> Iterator[str]:
    """Give the notices without those on last year's files that another return takes the place of."""
    replaced = about_last_year(data)
    yield from (notice for notice in data.notices if notice not in replaced)
    if displaced := _last_years(data.files):
        yield f"These lie with the return, and --previous took their place: {_each(displaced)}."


def about_last_year(data: ReturnData) -> tuple[str, ...]:
    """Say what of last year's return was read, wherever it lay, and what was not.

    It was submitted: what is wrong with its form is no finding, and matters only where something cannot be compared.
    """
    return tuple(_about_last_year(data)) if _last_years(data.files) or data.beside != Faults() else ()


def _about_last_year(data: ReturnData) -> Iterator[str]:
    files = _last_years(data.files)
    if files:
        yield f"Read of last year's return: {named(files)}."
    if unread := tuple(_not_read(data)):
        yield f"Of last year's return these were not read: {', '.join(unread)}."
    if places := _unread(data):
        yield (
            f"In last year's return {places:,} columns, records or values could not be read, and were not compared. "
            "To see which, check that return by itself."
        )
    before = {name.removesuffix(LAST): frame for name, frame in data.tables.items() if name.endswith(LAST)}
    if (meant := most_likely(before)) not in {None, data.layout.year - 1}:
        yield f"Most dates of last year's return are those of the {meant} collection, not of {data.layout.year - 1}."


def named(files: Files) -> str:
    """Say of each table which files it is from."""
    return "; ".join(
        f"{table} from {' and '.join(name for name, _ in found)}" for table, found in sorted(files.items())
    )


def _last_years(files: Files) -> Files:
    return {name.removesuffix(LAST): found for name, found in files.items() if name.endswith(LAST)}


def _each(files: Files) -> str:
    return ", ".join(dict.fromkeys(name for found in files.values() for name, _ in found))


def _not_read(data: ReturnData) -> Iterator[str]:
    """Name the files and folders of last year's that are no table, or none that is compared."""
    yield from (finding.locations[0].path for finding in data.beside.form if finding.code == UNKNOWN_FILE.code)
    yield from (item.name for item in data.beside.left_out)
    for table, found in data.files.items():
        if table.endswith(LAST) and table not in data.tables:
            yield from (name for name, _ in found)


def _unread(data: ReturnData) -> int:
    """Count the places in last year's tables of which nothing can be compared."""
    listed = sum(finding.code in _UNREAD for finding in data.beside.form)
    rest = sum(item.count for item in data.beside.unlisted if item.code in _UNREAD)
    tables = (item.table for item in data.layout.beside if item.table.name in data.tables)
    return listed + rest + sum(_without_value(table, data.tables[table.name]) for table in tables)


def _without_value(table: Table, frame: pl.DataFrame) -> int:
    """Count the texts that are no date or number where one belongs."""
    typed = [
        (pl.col(field.name).is_not_null() & pl.col(value(field.name)).is_null()).sum()
        for field in table
        if field.kind in TYPED
    ]
    return int(frame.select(pl.sum_horizontal(typed)).item()) if typed else 0
