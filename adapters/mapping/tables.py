"""Take from case tables what a mapping reads, and where each row came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from adapters.mapping.declare import ID, PARENT
from schemas.case.columns import schema

ORIGIN_TABLE, ORIGIN_KEY = "origin.table", "origin.key"
"""Where a reader keeps the case system's own table and id, where they are not those of the record."""
SOURCE = "_source"
"""The column with the name of the case system's own table."""
Frame = pl.DataFrame | pl.LazyFrame
_PROVENANCE = "provenance."


def taken(
    given: Mapping[str, Frame], tables: Iterable[str], persons: Iterable[str] | None = None
) -> dict[str, pl.DataFrame]:
    """Take these tables, empty where there are none; of these persons alone where they are named.

    Columns are those of `schemas.case.columns` without provenance, then the id and the table in the case system.
    """
    wanted = None if persons is None else pl.Series(list(persons), dtype=pl.String).implode()
    frames = [_table(name, given.get(name), wanted) for name in tables]
    return dict(zip(tables, pl.collect_all(frames), strict=True))


def _table(name: str, given: Frame | None, persons: pl.Series | None) -> pl.LazyFrame:
    frame = pl.LazyFrame(schema=schema(name)) if given is None else given.lazy()
    columns = frame.collect_schema().names()
    if persons is not None and name not in _OF_NOBODY:
        frame = frame.filter(pl.col("person" if "person" in columns else "id").is_in(persons))
    own = pl.coalesce(ORIGIN_KEY, "id") if ORIGIN_KEY in columns else pl.col("id")
    table = pl.coalesce(ORIGIN_TABLE, pl.lit(name)) if ORIGIN_TABLE in columns else pl.lit(name)
    missing = [pl.lit(None, kind).alias(column) for column, kind in schema(name).items() if column not in columns]
    needed = [column for column in schema(name) if not column.startswith(_PROVENANCE)]
    return frame.with_columns(own.alias(ID), table.alias(SOURCE), *missing).select(*needed, ID, SOURCE)


_OF_NOBODY = frozenset({"professionals", "department"})


def under(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Say which record each row stands under, by one of its columns."""
    return frame.with_columns(pl.col(column).alias(PARENT))


def newest(frame: pl.DataFrame, by: str, *columns: str) -> pl.DataFrame:
    """Give one row for each value of `by`: the last by these columns, where nothing counts as earliest."""
    ordered = frame.drop_nulls(by).sort(*columns, ID, nulls_last=False, maintain_order=True)
    return ordered.unique(by, keep="last", maintain_order=True)
