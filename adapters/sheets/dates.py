"""Dates written day first as they come from people and spreadsheets: in other forms that can mean only one day."""

from __future__ import annotations

import polars as pl

from schemas.typed import BRITISH_DATES

_MIDNIGHT = r"(?:[T ]00:00(?::00(?:\.0+)?)?)?Z?"
# Patterns of other forms, and how each is read.
_OTHER_FORMS = (
    (rf"^(\d{{4}})-(\d{{1,2}})-(\d{{1,2}}){_MIDNIGHT}$", "${3}/${2}/${1}"),
    (rf"^(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}}){_MIDNIGHT}$", "${1}/${2}/${3}"),
)
# The days from 1940 to 2050 as spreadsheets number them.
_SERIAL = r"^(1[5-9]|[2-4]\d|5[0-4])\d{3}(\.0+)?$"
_DAY_ZERO = pl.date(1899, 12, 30)


def read_otherwise(texts: pl.Expr) -> pl.Expr:
    """Read texts in other forms than dd/mm/yyyy that can mean only one day; null for any other text."""
    found = [
        pl.when(texts.str.contains(pattern))
        .then(texts.str.replace(pattern, form).str.to_date(BRITISH_DATES.strptime, strict=False))
        .otherwise(None)
        for pattern, form in _OTHER_FORMS
    ]
    return pl.coalesce(found)


def is_serial(texts: pl.Expr) -> pl.Expr:
    """Say that a text is the number of a day in a spreadsheet."""
    return texts.str.contains(_SERIAL)


def day_of_serial(texts: pl.Expr) -> pl.Expr:
    """Give the day that a spreadsheet numbers so."""
    return _DAY_ZERO + pl.duration(days=texts.cast(pl.Float64, strict=False).cast(pl.Int64, strict=False))
