"""Make the frames of the return's tables from texts, and put them together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from adapters.sheets.dates import read_otherwise
from schemas.fields import Kind
from schemas.ssda903.layout import LAST
from schemas.ssda903.linking import linked
from schemas.tables import ROW, TYPED, Layout, Table, value
from schemas.typed import BRITISH_DATES, typed


def own_columns(table: Table) -> list[str]:
    """List the columns of a table's frame without those of the tables around it."""
    outer = {f"@{name}" for name in table.ancestors}
    return [name for name in table.schema() if name not in outer]


def with_types(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Add row numbers and typed columns to texts and lines; dates in other forms that mean one day are read."""
    frame = frame.with_columns(pl.int_range(pl.len(), dtype=pl.Int32).alias(ROW))
    found = []
    for field in table:
        if field.kind in TYPED:
            values = typed(field, frame.get_column(field.name), BRITISH_DATES)
            if field.kind is Kind.DATE and values.null_count() > frame.get_column(field.name).null_count():
                values = frame.select(pl.coalesce(values, read_otherwise(pl.col(field.name)))).to_series()
            found.append(values.alias(value(field.name)))
    return frame.with_columns(found).select(own_columns(table))


def together(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Put the records of several files under each other, numbered anew."""
    return pl.concat(list(frames)).with_columns(pl.int_range(pl.len(), dtype=pl.Int32).alias(ROW))


def assembled(
    layout: Layout, now: Mapping[str, pl.DataFrame], before: Mapping[str, pl.DataFrame]
) -> dict[str, pl.DataFrame]:
    """Link this year's tables and, beside them, last year's, all under their plain names; see `linked`."""
    beside = {f"{name}{LAST}": frame for name, frame in before.items() if layout.has(f"{name}{LAST}")}
    here = {name: frame for name, frame in now.items() if layout.has(name)}
    return linked(layout, {name: _own(layout.table(name), frame) for name, frame in (here | beside).items()})


def _own(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(own_columns(table))
