"""Spells of a child that follow one another: those in which the child was missing, orders, decisions on adoption.

An end that cannot be read counts as none: the spell is open.
"""

import polars as pl

from schemas.rules import Census, TableRef
from schemas.ssda903.rules.sequences import in_order, neighbours, periods_of_care, previous
from schemas.ssda903.tables import children
from schemas.vocabulary import with_any


def before_the_last_ended(table: TableRef, start: str, end: str) -> pl.Expr:
    """Say, in a frame of `neighbours`, that a row starts while the one before is open or has not ended.

    A start on the day on which the one before ends is in time.
    """
    follows = previous(table.name).is_not_null()
    return follows & (previous(end).is_null() | (pl.col(start) < previous(end)))


def overlapping(census: Census, table: TableRef, start: str, end: str) -> pl.LazyFrame:
    """List the rows that start before the one before them has ended, in the order of their ends.

    An open one has its place by its start, as in the collection system.
    """
    placed = census.rows(table).with_columns(place=pl.coalesce(end, start))
    ordered = neighbours(placed, table, ("place", start))
    return ordered.filter(before_the_last_ended(table, start, end)).select(table.name)


def outside_care(census: Census, table: TableRef, rows: pl.LazyFrame, fits: pl.Expr) -> pl.LazyFrame:
    """List those of the `rows` of a table that fit none of the child's periods of care.

    `fits` reads the row and the period's `starts` and `ends`. Rows of children without a period are left out.
    """
    periods = periods_of_care(census)
    fitting = rows.join(periods, on="Children").filter(fits)
    return with_any(rows, periods, children).join(fitting, on=table.name, how="anti").select(table.name)


def not_ended_with_care(census: Census, table: TableRef, start: str, end: str) -> pl.LazyFrame:
    """List the rows that fit no period of care: an open one fits an open period, another one that in which it ends."""
    begun, ended = pl.col(start), pl.col(end)
    still_in_care = pl.col("ends").is_null()
    open_fits = ended.is_null() & still_in_care & (begun >= pl.col("starts"))
    ended_fits = (ended >= pl.col("starts")) & (still_in_care | (ended <= pl.col("ends")))
    return outside_care(census, table, census.rows(table).filter(begun.is_not_null()), open_fits | ended_fits)


def last_of_each(rows: pl.LazyFrame, start: str, end: str) -> pl.LazyFrame:
    """Keep the last row of each identifier in last year's table, one without a start only where there is no other.

    By identifier, for the child may be in no table of this year.
    """
    named = rows.filter(pl.col("CHILD").is_not_null())
    ordered = named.sort("CHILD", start, end, nulls_last=[False, False, True], maintain_order=True)
    return ordered.unique("CHILD", keep="last", maintain_order=True)


def not_repeated(
    this: pl.LazyFrame, open_before: pl.LazyFrame, table: TableRef, before: TableRef, start: str, end: str
) -> pl.LazyFrame:
    """List the first row of each child whose start is not that of the open one of last year, or that one without any.

    `this` are the rows of this year's `table`; `open_before` has at most one row of `before` for each identifier.
    """
    first = in_order(this, table, (start, end)).unique("CHILD", keep="first", maintain_order=True)
    was = open_before.select("CHILD", pl.col(before.name).alias("was"), pl.col(start).alias("was_start"))
    both = was.join(first, on="CHILD", how="left").filter(
        pl.col(table.name).is_null() | pl.col(start).ne_missing(pl.col("was_start"))
    )
    lone = pl.when(pl.col(table.name).is_null()).then(pl.col("was"))
    return both.select(pl.col(table.name), lone.alias(before.name))
