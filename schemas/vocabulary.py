"""The building blocks that rules share, so that a rule reads like a sentence.

Expressions take and give Polars expressions; frames take and give lazy frames in the shape of
`Census.rows`. A comparison with a missing value is null, which the engine reads as "does not fail".
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import polars as pl

from schemas.identifiers import UPN_ALPHABET, UPN_LENGTH
from schemas.periods import Period
from schemas.rules import Census, TableRef

_SATURDAY = 6


def missing(field: pl.Expr) -> pl.Expr:
    """Say that a field is absent or blank (or, for a typed field, not readable)."""
    return field.is_null()


def present(field: pl.Expr) -> pl.Expr:
    """Say that a field has a usable value."""
    return field.is_not_null()


def yes(flag: pl.Expr) -> pl.Expr:
    """Say that a flag is set; a missing or odd flag is not."""
    return flag.fill_null(value=False)


def no(flag: pl.Expr) -> pl.Expr:
    """Say that a flag is plainly not set; a missing or odd flag is neither yes nor no."""
    return flag.not_().fill_null(value=False)


def within(day: pl.Expr, period: Period) -> pl.Expr:
    """Say that a date falls in the period, both ends included; false where missing."""
    return day.is_between(period.start, period.end).fill_null(value=False)


def outside(day: pl.Expr, period: Period) -> pl.Expr:
    """Say that a date is there and falls before or after the period."""
    return ~day.is_between(period.start, period.end)


def weekend(day: pl.Expr) -> pl.Expr:
    """Say that a date is a Saturday or a Sunday."""
    return day.dt.weekday() >= _SATURDAY


def years_after(day: pl.Expr, years: int) -> pl.Expr:
    """Give the same day `years` later (29 February becomes 28 February)."""
    return day.dt.offset_by(f"{years}y")


def first_day_without(end: pl.Expr, period: Period) -> pl.Expr:
    """Give the first day on which something no longer runs: its last day, or the day after the period where open."""
    return end.fill_null(period.end + timedelta(days=1))


def upn_check_letter(upn: pl.Expr) -> pl.Expr:
    """Give, for a whole column, what `schemas.identifiers.upn_check_letter` gives; null where it gives none."""
    values = {str(digit): digit for digit in range(10)}
    total = pl.lit(0, dtype=pl.Int32)
    for position in range(2, UPN_LENGTH + 1):
        allowed = values | ({letter: n for n, letter in enumerate(UPN_ALPHABET)} if position == UPN_LENGTH else {})
        character = upn.str.slice(position - 1, 1)
        weighed = character.replace_strict(allowed, default=None, return_dtype=pl.Int32) * position
        total = total + weighed
    return (total % len(UPN_ALPHABET)).replace_strict(dict(enumerate(UPN_ALPHABET)), return_dtype=pl.String)


def more_than_one(rows: pl.LazyFrame, per: TableRef) -> pl.LazyFrame:
    """Keep the rows that share their record of `per` with another row; that record is the issue."""
    return rows.filter(pl.len().over(per.name) > 1).with_columns(issue=pl.col(per.name))


def repeated(rows: pl.LazyFrame, *keys: str) -> pl.LazyFrame:
    """Keep the rows whose values in all `keys` occur more than once; equal values are one issue.

    Rows with a missing key never count.
    """
    filled = rows.filter(pl.all_horizontal(pl.col(key).is_not_null() for key in keys))
    return filled.filter(pl.len().over(keys) > 1).with_columns(issue=pl.struct(keys))


def with_any(rows: pl.LazyFrame, others: pl.LazyFrame, per: TableRef) -> pl.LazyFrame:
    """Keep the rows whose record of `per` also holds one of `others`."""
    return rows.join(others.select(per.name), on=per.name, how="semi")


def without_any(rows: pl.LazyFrame, others: pl.LazyFrame, per: TableRef) -> pl.LazyFrame:
    """Keep the rows whose record of `per` holds none of `others`."""
    return rows.join(others.select(per.name), on=per.name, how="anti")


def ran_at_start(
    starting: pl.LazyFrame,
    running: pl.LazyFrame,
    per: TableRef,
    start: tuple[str, str],
    span: tuple[str, str, str],
    runs_until: pl.Expr,
    *,
    include_end: bool = True,
) -> pl.LazyFrame:
    """Pair each record a of `starting` with the records b of `running` that run when a starts.

    `start` is (table, start field) of a; `span` is (table, start field, end field) of b; both lie
    under one record of `per`. b runs from its start to `runs_until` (null: never), the end included
    or not. Records are told apart by identity, so exact duplicates pair with each other. The issue
    is the pair; a is marked at its start, b at both dates.
    """
    (table, begins), (other, since, until) = start, span
    a = starting.select(per.name, pl.col(table).alias("a"), pl.col(begins).alias("starts"))
    b = running.select(per.name, pl.col(other).alias("b"), pl.col(since).alias("from"), runs_until.alias("until"))
    closed: Literal["both", "left"] = "both" if include_end else "left"
    pairs = a.join(b, on=per.name).filter(pl.col("starts").is_between("from", "until", closed=closed))
    if table == other:
        pairs = pairs.filter(pl.col("a") != pl.col("b"))
    return pairs.select(
        pl.struct("a", "b").alias("issue"),
        pl.col("a").alias(f"{table}.{begins}"),
        pl.col("b").alias(f"{other}.{since}#running"),
        pl.col("b").alias(f"{other}.{until}#running"),
    )


def started_during_another(census: Census, table: TableRef, per: TableRef, start: str, end: str) -> pl.LazyFrame:
    """Pair records of `table` under one record of `per` where one starts while the other runs.

    Both ends count; an open record runs to the end of the period.
    """
    rows = census.rows(table)
    runs_until = pl.col(end).fill_null(census.period.end)
    return ran_at_start(rows, rows, per, (table.name, start), (table.name, start, end), runs_until)
