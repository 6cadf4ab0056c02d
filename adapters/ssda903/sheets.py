"""Turn a sheet into the frame of its table, and say what of it has no place there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

import polars as pl

from adapters.sheets.sheet import Sheet, bare
from adapters.sheets.text import UTF_8, WINDOWS
from adapters.ssda903.frames import with_types
from adapters.ssda903.recognise import normal, table_of
from schemas.form import (
    BROKEN_QUOTES,
    DAMAGED_LETTERS,
    MISSING_COLUMN,
    OUTSIDE_CELL,
    REPEATED_COLUMN,
    UNKNOWN_COLUMN,
    FormRule,
)
from schemas.ssda903.layout import csv_columns
from schemas.tables import LINE, Table, line

_DELIMITERS = {";": "semicolons", "\t": "tabs"}
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a file: where, and what stands there."""

    rule: FormRule
    detail: str
    field: str = ""
    line: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class TableSheet:
    """A sheet as the table that it is: the records, the fields that have a column, and what was wrong."""

    name: str
    table: Table
    frame: pl.DataFrame
    columns: frozenset[str]
    faults: tuple[Fault, ...]
    remarks: tuple[str, ...]


def table_sheet(sheet: Sheet) -> TableSheet | None:
    """Read a sheet as a table of the return; None where its headings are those of no table."""
    table = table_of(sheet.headings)
    if table is None:
        return None
    places = _places(table, sheet.headings)
    texts = [
        bare(f"c{places[field.name]}").alias(field.name)
        if field.name in places
        else pl.lit(None, dtype=pl.String).alias(field.name)
        for field in table
    ]
    surplus = sheet.surplus()
    outside = pl.col(LINE).is_in(surplus.get_column(LINE).implode())
    rows = sheet.cells.lazy().select(LINE, *texts)
    rows = rows.filter(pl.any_horizontal(pl.all().exclude(LINE).is_not_null()) | outside)
    frame = rows.with_columns(pl.col(LINE).alias(line(field.name)) for field in table).collect()
    faults = (*_heading_faults(table, sheet, places), *_record_faults(sheet, surplus), *_letter_faults(table, frame))
    return TableSheet(sheet.name, table, with_types(table, frame), frozenset(places), faults, tuple(_remarks(sheet)))


def _places(table: Table, headings: tuple[str, ...]) -> dict[str, int]:
    """Say in which column each field is first found."""
    found: dict[str, int] = {}
    for at, heading in enumerate(headings):
        if table.has(normal(heading)):
            found.setdefault(normal(heading), at)
    return found


def _heading_faults(table: Table, sheet: Sheet, places: dict[str, int]) -> Iterator[Fault]:
    wanted = csv_columns(table)
    for name in wanted:
        if name not in places:
            yield Fault(MISSING_COLUMN, f"There is no column {name}, so every {name} counts as blank.", name)
    for at, heading in enumerate(sheet.headings):
        name = normal(heading)
        if not name or places.get(name) == at:
            continue
        filled = sheet.cells.select(bare(f"c{at}").is_not_null().sum()).item()
        if name in places:
            detail = f"The values of a further column {name} were not checked: {filled:,}."
            yield Fault(REPEATED_COLUMN, detail, name, 1)
        else:
            close = get_close_matches(name, [item for item in wanted if item not in places], n=1)
            meant = f" Is {close[0]} meant?" if close else ""
            yield Fault(UNKNOWN_COLUMN, f"Its values were not checked: {filled:,}.{meant}", heading, 1)


def _record_faults(sheet: Sheet, surplus: pl.DataFrame) -> Iterator[Fault]:
    for at in sheet.broken:
        yield Fault(BROKEN_QUOTES, "", "", at)
    for at, under_none, after_last in surplus.iter_rows():
        if under_none:
            yield Fault(OUTSIDE_CELL, f"Cells in columns without a heading: {under_none}.", "", at)
        if after_last:
            yield Fault(OUTSIDE_CELL, f"Cells after the last heading: {after_last}.", "", at)


def _letter_faults(table: Table, frame: pl.DataFrame) -> Iterator[Fault]:
    damaged = {field.name: pl.col(field.name).str.contains(_REPLACEMENT, literal=True) for field in table}
    seen = frame.select(odd.any().alias(name) for name, odd in damaged.items()).row(0, named=True)
    for name in (name for name, is_seen in seen.items() if is_seen):
        for at, text in frame.filter(damaged[name]).select(LINE, name).iter_rows():
            yield Fault(DAMAGED_LETTERS, f'{name} is "{text}".', name, at, text)


def _remarks(sheet: Sheet) -> Iterator[str]:
    """Say how a file was read where it was not as the collection writes it."""
    if sheet.encoding == WINDOWS:
        yield f"{sheet.name} line {sheet.odd_line}: the file is not in UTF-8; it was read as Windows-1252."
    elif sheet.encoding not in {UTF_8, ""}:
        yield f"{sheet.name} is in {sheet.encoding}; it was read all the same. Save it as CSV UTF-8."
    if sheet.delimiter in _DELIMITERS:
        yield f"{sheet.name} has {_DELIMITERS[sheet.delimiter]} between its cells; the collection takes commas."
