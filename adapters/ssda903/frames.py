"""Make the frames of the return's tables from texts, and put them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from adapters.sheets.dates import read_otherwise
from schemas.fields import Kind
from schemas.ssda903.layout import HEADER, LAST
from schemas.ssda903.linking import linked
from schemas.tables import ROW, TYPED, Layout, Table, above, value
from schemas.typed import BRITISH_DATES, typed_column

UASC = "UASC"


def own_columns(table: Table) -> list[str]:
    """List the columns of a table's frame without those of the tables around it."""
    outer = {f"@{name}" for name in table.ancestors}
    return [name for name in table.schema() if name not in outer]


def with_types(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Add row numbers and typed columns to texts and lines; dates in other forms that mean one day are read."""
    plain = [
        typed_column(field, pl.col(field.name), BRITISH_DATES).alias(value(field.name))
        for field in table
        if field.kind in TYPED
    ]
    frame = frame.with_columns(*plain, pl.int_range(pl.len(), dtype=pl.Int32).alias(ROW))
    otherwise = [
        pl.coalesce(value(field.name), read_otherwise(pl.col(field.name))).alias(value(field.name))
        for field in table
        if field.kind is Kind.DATE and _has_unread(frame, field.name)
    ]
    return frame.with_columns(otherwise).select(own_columns(table))


def _has_unread(frame: pl.DataFrame, field: str) -> bool:
    return frame.get_column(value(field)).null_count() > frame.get_column(field).null_count()


def together(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Put the records of several files under each other, numbered anew."""
    return pl.concat(list(frames)).with_columns(pl.int_range(pl.len(), dtype=pl.Int32).alias(ROW))


def assembled(
    layout: Layout, now: Mapping[str, pl.DataFrame], before: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """Link this year's tables and, beside them, last year's, all under their plain names; see `linked`."""
    beside = {f"{name}{LAST}": frame for name, frame in before.items() if layout.has(f"{name}{LAST}")}
    here = {name: frame for name, frame in now.items() if layout.has(name)}
    found = linked(layout, {name: _own(layout.table(name), frame) for name, frame in (here | beside).items()})
    return found | {name: frame for last in ("", LAST) for name, frame in _with_status(found, last)}


def _with_status(found: Mapping[str, pl.DataFrame], last: str) -> Iterator[tuple[str, pl.DataFrame]]:
    """Give Header the item UASC of the XML form where no record has it: 1 for a child with one in UASC, else 0."""
    header, status = found.get(f"{HEADER}{last}"), found.get(f"{UASC}{last}")
    if header is not None and status is not None and header.get_column(UASC).null_count() == header.height:
        yield f"{HEADER}{last}", header.with_columns(by_rows(status, last).alias(UASC))


def by_rows(status: pl.DataFrame, last: str = "") -> pl.Expr:
    """Say of each record of Header whether one in UASC belongs to it: 1 or 0."""
    has = pl.col(ROW).is_in(status.get_column(above(f"{HEADER}{last}")).implode())
    return pl.when(has).then(pl.lit("1")).otherwise(pl.lit("0"))


def _own(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(own_columns(table))
