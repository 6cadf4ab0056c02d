"""What several rules on the lists share."""

from __future__ import annotations

from datetime import date

import polars as pl

from schemas.annex_a.layout import CHILDREN, Scope
from schemas.fields import Field, Kind
from schemas.rules import Census, FieldRef, TableRef
from schemas.tables import Table

YES, NO = "Y", "N"
MONTHS_IN_YEAR = 12
_AT_START = 1


def months_before(day: date, months: int) -> pl.Expr:
    """Give the same day so many months earlier, the last of that month where it has no such day."""
    return pl.lit(day).dt.offset_by(f"-{months}mo")


def fields_of(table: Table, kind: Kind) -> tuple[Field, ...]:
    """List the fields of one kind."""
    return tuple(field for field in table if field.kind is kind)


def cells(rows: pl.LazyFrame, table: str, field: Field, fails: pl.Expr, detail: str) -> pl.LazyFrame:
    """Point at one field of the rows for which `fails` holds."""
    found = rows.filter(fails.fill_null(value=False))
    return found.select(pl.col(table).alias(f"{table}.{field.name}"), pl.lit(detail).alias("detail"))


def together(parts: list[pl.LazyFrame], table: str) -> pl.LazyFrame:
    """Put what points at different fields of a table under each other."""
    nothing = pl.LazyFrame(schema={table: pl.Int32, "detail": pl.String}).select(pl.col("detail"))
    return pl.concat([nothing, *parts], how="diagonal")


def in_scope(scope: Scope, day: date) -> pl.Expr:
    """Say that a record lies in the window that ends on `day`; true where that cannot be told."""
    since = months_before(day, scope.months)
    begun_or_ended = pl.col(scope.end or scope.start) >= since
    still_open = pl.col(scope.end).is_null() if scope.end else pl.lit(value=False)
    return (begun_or_ended | still_open).fill_null(value=True)


def is_open(ends: str) -> pl.Expr:
    """Say that what a record is about has not ended."""
    return pl.col(ends).is_null()


def beside(census: Census, one: TableRef, other: TableRef, *columns: str, how: str = "inner") -> pl.LazyFrame:
    """Join the records of two lists that are about one child; columns of the second end with `_there`."""
    there = census.rows(other).drop_nulls(CHILDREN)
    wanted = there.select(CHILDREN, other.name, *(pl.col(name).alias(f"{name}_there") for name in columns))
    return census.rows(one).drop_nulls(CHILDREN).join(wanted, on=CHILDREN, how="inner" if how == "inner" else "left")


def absent_from(census: Census, one: TableRef, other: TableRef) -> pl.LazyFrame:
    """Keep the records of a list whose child the other list does not have."""
    there = census.rows(other).select(CHILDREN).drop_nulls()
    return census.rows(one).drop_nulls(CHILDREN).join(there, on=CHILDREN, how="anti")


def marked(rows: pl.LazyFrame, *fields: FieldRef) -> pl.LazyFrame:
    """Point at these fields of the rows of one or two lists."""
    return rows.select(pl.col(field.table).alias(f"{field.table}.{field.field}") for field in fields)
