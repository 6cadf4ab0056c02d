"""The episodes of a child in their order: neighbours, first and last, periods of care, a whole year of care.

Rows without a child are in no order and are left out. Order is by start, then by end, open ones last,
then by row; rows without a readable start stand last where they are kept.
"""

from __future__ import annotations

import polars as pl

from schemas.rules import Census, TableRef
from schemas.ssda903.rules.terms import ANOTHER_EPISODE, STARTED, among, in_year, on_short_break
from schemas.ssda903.tables import children, episodes

CHILD = children.name
_PREVIOUS, _NEXT = "previous ", "next "
EPISODE_ORDER = ("DECOM", "DEC")


def previous(column: str) -> pl.Expr:
    """Give a column of the row before, of the same child, in a frame of `neighbours`."""
    return pl.col(_PREVIOUS + column)


def following(column: str) -> pl.Expr:
    """Give a column of the row after, of the same child, in a frame of `neighbours`."""
    return pl.col(_NEXT + column)


def in_order(
    rows: pl.LazyFrame, table: TableRef = episodes, order: tuple[str, ...] = EPISODE_ORDER, *, undated: bool = True
) -> pl.LazyFrame:
    """Put the rows of each child in order; without `undated`, leave out those whose first date cannot be read."""
    kept = pl.col(CHILD).is_not_null() if undated else pl.col(CHILD).is_not_null() & pl.col(order[0]).is_not_null()
    return rows.filter(kept).sort(CHILD, *order, table.name, nulls_last=True)


def neighbours(
    rows: pl.LazyFrame, table: TableRef = episodes, order: tuple[str, ...] = EPISODE_ORDER, *, undated: bool = True
) -> pl.LazyFrame:
    """Put the rows of each child in order, each with all columns of the row before and of the row after.

    Read those with `previous` and `following`; `previous(table.name)` is null for the first row of a child.
    """
    ordered = in_order(rows, table, order, undated=undated)
    sides = [_beside(1, _PREVIOUS), _beside(-1, _NEXT)]
    return ordered.with_columns(sides)


def _beside(step: int, prefix: str) -> pl.Expr:
    same_child = pl.col(CHILD).shift(step) == pl.col(CHILD)
    return pl.when(same_child).then(pl.all().shift(step)).name.prefix(prefix)


def earliest(rows: pl.LazyFrame, table: TableRef = episodes, order: tuple[str, ...] = EPISODE_ORDER) -> pl.LazyFrame:
    """Keep the first dated row of each child."""
    return in_order(rows, table, order, undated=False).unique(CHILD, keep="first", maintain_order=True)


def latest(rows: pl.LazyFrame, table: TableRef = episodes, order: tuple[str, ...] = EPISODE_ORDER) -> pl.LazyFrame:
    """Keep the last dated row of each child."""
    return in_order(rows, table, order, undated=False).unique(CHILD, keep="last", maintain_order=True)


def with_periods(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Give each episode the number of its `period` of care: a new one begins after a gap."""
    begins = previous("DECOM").is_null() | (pl.col("DECOM") > previous("DEC")).fill_null(value=False)
    return neighbours(rows, undated=False).with_columns(period=begins.cum_sum())


def periods_of_care(census: Census) -> pl.LazyFrame:
    """List the periods of care: child, `starts` and `ends`, null where the last episode is open."""
    grouped = with_periods(census.rows(episodes)).group_by(CHILD, "period", maintain_order=True)
    return grouped.agg(starts=pl.col("DECOM").first(), ends=pl.col("DEC").last())


def looked_after_all_year(census: Census) -> pl.LazyFrame:
    """List the children looked after without a break for the 12 months to 31 March.

    They have an episode in the year and none that starts care after 1 April, ends it before 31 March or
    is a short break. Source: DfE guide to the looked-after return, items of OC2.
    """
    period = census.period
    rows = census.rows(episodes).filter(pl.col(CHILD).is_not_null())
    starts = (pl.col("RNE") == STARTED) & (pl.col("DECOM") > period.start) & (pl.col("DECOM") <= period.end)
    left = ~among(pl.col("REC"), [ANOTHER_EPISODE])
    ends = left & (pl.col("DEC") >= period.start) & (pl.col("DEC") < period.end)
    break_in_year = on_short_break(pl.col("LS")) & in_year(period)
    broken = (starts.fill_null(value=False) | ends.fill_null(value=False) | break_in_year).any()
    return rows.group_by(CHILD).agg(here=in_year(period).any(), broken=broken).filter("here", ~pl.col("broken"))
