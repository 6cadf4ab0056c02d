"""Find from its dates which collection a return belongs to."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from schemas.errors import Rejected
from schemas.ssda903.layout import FIRST_YEAR, LAST_YEAR, YEARS
from schemas.tables import value

# What happens in the year of a return, and is never carried over from an earlier one.
_EVENTS = (
    ("Episodes", "DEC"),
    ("Reviews", "REVIEW"),
    ("Missing", "MIS_START"),
    ("Missing", "MIS_END"),
)
_FIRST_MONTH = 4
_MOST_OF_THEM = 0.6


def require_known(year: int) -> int:
    """Give the year back; raise Rejected where the gateway does not know its collection."""
    if year not in YEARS:
        raise Rejected(
            f"The gateway knows the looked-after return of {FIRST_YEAR} to {LAST_YEAR}, not of {year}.",
            hint="Say which year it is with --year (the calendar year in which the collection ends).",
        )
    return year


def year_of(frames: Mapping[str, pl.DataFrame]) -> int:
    """Give the year in which most episodes ended, reviews were held and children went missing.

    Raise Rejected where there are no such dates, or they are spread over several years.
    """
    counts = _counts(frames)
    year = _clear(counts)
    if year is None:
        raise _not_said(counts)
    return require_known(year)


def most_likely(frames: Mapping[str, pl.DataFrame]) -> int | None:
    """Give the year that the dates tell; None where they do not."""
    return _clear(_counts(frames))


def _counts(frames: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Count the dates of each year, most first."""
    found = [
        frames[table].select(pl.col(value(field)).alias("day")).drop_nulls()
        for table, field in _EVENTS
        if table in frames
    ]
    days = pl.concat(found) if found else pl.DataFrame(schema={"day": pl.Date})
    day = pl.col("day")
    years = days.select((day.dt.year() + (day.dt.month() >= _FIRST_MONTH).cast(pl.Int32)).alias("year"))
    return years.group_by("year").len().sort("len", "year", descending=True)


def _clear(counts: pl.DataFrame) -> int | None:
    clear = counts.filter(pl.col("len") >= _MOST_OF_THEM * pl.col("len").sum())
    return int(clear.item(0, "year")) if clear.height else None


def _not_said(counts: pl.DataFrame) -> Rejected:
    unsaid = "The return does not say which collection year it is for"
    ask = "Say which with --year (the calendar year in which the collection ends)."
    if counts.is_empty():
        return Rejected(f"{unsaid}: it has no dates of that year.", hint=ask)
    most = ", ".join(f"{year} ({count:,})" for year, count in counts.head(3).iter_rows())
    return Rejected(
        f"{unsaid}: its dates are from several years, most from these: {most}.",
        hint=f'Give last year\'s files with --previous, or put "last" into their names. {ask}',
    )
