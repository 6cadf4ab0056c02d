"""Dates with parts that are not known: ZZ stands for a day or a month, ZZZZ for a year."""

import polars as pl

from schemas.typed import BRITISH_DATES

# For a year that is not known: it has a 29 February, so that every day and month is a real one.
_ANY_YEAR = "2000"


def at_the_latest(day: pl.Expr) -> pl.Expr:
    """Give the last day that a date with parts not known can be, null where it is no date; any year stands for none."""
    known = day.str.replace("ZZZZ$", _ANY_YEAR).str.replace("/ZZ/", "/12/", literal=True)
    first = known.str.replace("^ZZ/", "01/")
    formed = pl.when(first.str.contains(f"^(?:{BRITISH_DATES.pattern})$")).then(first)
    found = formed.str.to_date(BRITISH_DATES.strptime, strict=False)
    return pl.when(day.str.starts_with("ZZ/")).then(found.dt.month_end()).otherwise(found)
