"""Make the frame of a list from its sheet, and say what of the sheet has no place in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from adapters.annex_a.headings import field_of
from adapters.sheets.dates import day_of_serial, is_serial, read_otherwise
from adapters.sheets.sheet import Sheet, bare
from schemas.annex_a.choices import official, understood
from schemas.fields import Field, Kind
from schemas.findings import Finding, Location
from schemas.form import BROKEN_QUOTES, MISSING_COLUMN, OUTSIDE_CELL, REPEATED_COLUMN, UNKNOWN_COLUMN, FormRule
from schemas.tables import LINE, ROW, TYPED, Table, above, line, value
from schemas.typed import BRITISH_DATES, typed

# How programs write that there is nothing.
_NOTHING = ("nan", "nat", "none", "null", "<na>")
_WHOLE = r"^(\d+)\.0+$"


@dataclass(frozen=True, slots=True)
class ListSheet:
    """A sheet as the list that it is; `respelled` counts the choices that it writes in another way than Ofsted."""

    name: str
    table: Table
    frame: pl.DataFrame
    findings: tuple[Finding, ...]
    respelled: int


def list_sheet(sheet: Sheet, table: Table) -> ListSheet:
    """Read a sheet as a list."""
    places = _places(table, sheet.headings)
    texts = [_text(places.get(field.name)).alias(field.name) for field in table]
    frame = sheet.cells.select(LINE, *texts)
    frame = frame.filter(pl.any_horizontal(pl.all().exclude(LINE).is_not_null()))
    frame = frame.with_columns(
        (pl.col(LINE) if field.name in places else pl.lit(None, dtype=pl.Int32)).alias(line(field.name))
        for field in table
    )
    findings = (*_column_findings(table, sheet, places), *_record_findings(table, sheet))
    made = with_types(table, frame)
    return ListSheet(sheet.name, table, made, findings, _respelled(table, made))


def _places(table: Table, headings: tuple[str, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, heading in enumerate(headings):
        if name := field_of(table.name, heading):
            found.setdefault(name, at)
    return found


def _text(at: int | None) -> pl.Expr:
    if at is None:
        return pl.lit(None, dtype=pl.String)
    text = bare(f"c{at}")
    return pl.when(~text.str.to_lowercase().is_in(_NOTHING)).then(text)


def with_types(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Add row numbers and typed columns to texts and lines."""
    frame = frame.with_columns(pl.int_range(pl.len(), dtype=pl.Int32).alias(ROW))
    read = [_typed(field, frame).alias(value(field.name)) for field in table if field.kind in TYPED]
    outer = {above(name) for name in table.ancestors}
    return frame.with_columns(read).select(name for name in table.schema() if name not in outer)


def _typed(field: Field, frame: pl.DataFrame) -> pl.Series:
    texts = pl.col(field.name)
    if field.kind is Kind.CHOICE and field.codes is not None:
        return frame.select(understood(field.codes, texts)).to_series()
    if field.kind is Kind.DATE:
        plain = typed(field, frame.get_column(field.name), BRITISH_DATES)
        serial = pl.when(is_serial(texts)).then(day_of_serial(texts))
        return frame.select(pl.coalesce(plain, read_otherwise(texts), serial)).to_series()
    return typed(field, frame.get_column(field.name).str.replace(_WHOLE, "${1}"), BRITISH_DATES)


def _respelled(table: Table, frame: pl.DataFrame) -> int:
    asked = [
        (pl.col(field.name) != official(field.codes, pl.col(value(field.name)))).fill_null(value=False).sum()
        for field in table
        if field.codes is not None
    ]
    return int(frame.select(pl.sum_horizontal(asked)).item()) if asked else 0


def _column_findings(table: Table, sheet: Sheet, places: dict[str, int]) -> Iterator[Finding]:
    for field in table:
        if field.name not in places:
            yield _about(MISSING_COLUMN, f"There is no column {field.tag}, so every one counts as blank.", table, sheet)
    for at, heading in enumerate(sheet.headings):
        name = field_of(table.name, heading)
        if not heading or places.get(name) == at:
            continue
        filled = sheet.cells.select(bare(f"c{at}").is_not_null().sum()).item()
        rule = REPEATED_COLUMN if name in places else UNKNOWN_COLUMN
        yield _about(rule, f"{heading}: its values were not checked: {filled:,}.", table, sheet)


def _record_findings(table: Table, sheet: Sheet) -> Iterator[Finding]:
    for at in sheet.broken:
        yield _about(BROKEN_QUOTES, "", table, sheet, at)
    for at, under_none, after_last in sheet.surplus().iter_rows():
        yield _about(OUTSIDE_CELL, f"Such cells: {under_none + after_last}.", table, sheet, at)


def _about(rule: FormRule, detail: str, table: Table, sheet: Sheet, at: int = 1) -> Finding:
    return rule.stated(detail, Location(table.name, None, "", None, at, sheet.name))
