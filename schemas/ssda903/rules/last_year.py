"""What last year's return says of the same child, and whether the child seeks asylum."""

from __future__ import annotations

import polars as pl

from schemas.rules import Census
from schemas.ssda903.rules.sequences import CHILD, earliest, latest
from schemas.ssda903.tables import episodes_last, header, header_last, uasc, uasc_last

_LAST = "last "


def last(column: str) -> pl.Expr:
    """Give a column of last year's record in a frame of `beside_last_year`."""
    return pl.col(_LAST + column)


def beside_last_year(rows: pl.LazyFrame, before: pl.LazyFrame) -> pl.LazyFrame:
    """Put beside each row the child's first row of `before`; rows of children without one are left out.

    The location column of last year's record is `last(table)`, such as `last("Header_last")`.
    """
    once = before.filter(pl.col(CHILD).is_not_null()).unique(CHILD, keep="first", maintain_order=True)
    named = once.select(pl.col(CHILD), pl.all().exclude(CHILD).name.prefix(_LAST))
    return rows.join(named, on=CHILD, how="inner")


def carried_over(this_year: pl.LazyFrame, before: pl.LazyFrame) -> pl.LazyFrame:
    """Pair each child's first episode of the year with the child's last one of last year where that was open."""
    open_before = latest(before, episodes_last).filter(pl.col("DEC").is_null())
    return beside_last_year(earliest(this_year), open_before)


def uasc_flags(census: Census, *, before: bool = False) -> pl.LazyFrame:
    """List children with `uasc`: whether each was an unaccompanied asylum seeker in this year's or last year's return.

    The item UASC of the XML form tells; where it is blank, as it is in every CSV file, a row in UASC does.
    Raise NotGiven where the return has no table UASC.
    """
    told_in, listed_in = (header_last, uasc_last) if before else (header, uasc)
    told = _once(census.rows_if_given(told_in).select(CHILD, told=pl.col("UASC")))
    listed = _once(census.rows(listed_in).select(CHILD, listed=pl.lit(value=True)))
    both = told.join(listed, on=CHILD, how="full", coalesce=True)
    flag = (
        pl.when(pl.col("told").is_null()).then(pl.col("listed").fill_null(value=False)).otherwise(pl.col("told") == "1")
    )
    return both.select(CHILD, uasc=flag)


def ever_uasc(census: Census) -> pl.LazyFrame:
    """List the children who were unaccompanied asylum seekers this year, or last year where that return was given."""
    found = [uasc_flags(census)]
    if census.gives(uasc_last):
        found.append(uasc_flags(census, before=True))
    return pl.concat(found).filter("uasc").select(CHILD).unique()


def _once(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.filter(pl.col(CHILD).is_not_null()).unique(CHILD, keep="first", maintain_order=True)
