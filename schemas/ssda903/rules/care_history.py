"""What this year's and last year's episodes together say of the time a child spent in care."""

import polars as pl

from schemas.rules import Census
from schemas.ssda903.rules.terms import ADOPTED, among, on_short_break
from schemas.ssda903.tables import episodes, episodes_last
from schemas.vocabulary import years_after

_COLUMNS = ("Children", "DECOM", "DEC", "REC", "LS")


def _pooled(census: Census) -> pl.LazyFrame:
    """Give the dated episodes of both years, short breaks left out.

    Of several that start on one day, one that has ended is kept, the one that ended last.
    """
    both = pl.concat([census.rows(table).select(_COLUMNS) for table in (episodes, episodes_last)])
    dated = both.drop_nulls(["Children", "DECOM"])
    order = dated.sort("Children", "DECOM", "DEC", descending=[False, False, True], nulls_last=True)
    return order.unique(["Children", "DECOM"], keep="first", maintain_order=True).filter(~on_short_break(pl.col("LS")))


def time_in_care(census: Census, births: pl.LazyFrame) -> pl.LazyFrame:
    """Give the days that each child spent in care after 14 and after 16, and whether the last episode ends in adoption.

    `births` has Children and `born`. The last episode runs to 31 March where it is open; an earlier open one
    counts for nothing. Columns: Children, `after_14`, `after_16`, `adopted`.
    """
    is_last = pl.col("DECOM") == pl.col("DECOM").max().over("Children")
    until = pl.when(is_last).then(pl.col("DEC").fill_null(census.period.end)).otherwise(pl.col("DEC"))
    rows = _pooled(census).join(births, on="Children").with_columns(until=until, is_last=is_last)
    adopted = (pl.col("is_last") & among(pl.col("REC"), ADOPTED)).any()
    return rows.group_by("Children").agg(after_14=_days_after(14), after_16=_days_after(16), adopted=adopted)


def _days_after(age: int) -> pl.Expr:
    since = pl.max_horizontal(pl.col("DECOM"), years_after(pl.col("born"), age))
    return (pl.col("until") - since).dt.total_days().clip(lower_bound=0).sum()
