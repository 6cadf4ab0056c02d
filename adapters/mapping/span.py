"""A time of which records are told, and the year of a return."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from schemas.periods import Period


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end`, both in it."""

    start: date
    end: date

    def holds(self, column: str) -> pl.Expr:
        """Say that a date lies in it."""
        return pl.col(column).is_between(self.start, self.end)

    def touches(self, start: str, end: str) -> pl.Expr:
        """Say that a period has a day in it; without a start it began before, without an end it goes on."""
        begun = pl.col(start).is_null() | (pl.col(start) <= self.end)
        return begun & (pl.col(end).is_null() | (pl.col(end) >= self.start))

    def by_end(self, column: str) -> pl.Expr:
        """Give a date, none where it is after the end: on the last day nobody knows it."""
        return pl.when(pl.col(column) <= self.end).then(pl.col(column))


@dataclass(frozen=True, slots=True)
class ReturnYear(Span):
    """What a return is built for: the collection year, the authority, and what its header says of the making.

    `legacy_ids` tells that children are known by their number in an older system. `year` is the year that ends.
    """

    year: int
    made: datetime
    authority: str = ""
    serial: int = 1
    legacy_ids: bool = False


def return_year(year: int, made: datetime, *, authority: str = "", serial: int = 1, legacy: bool = False) -> ReturnYear:
    """Give the time from 1 April to 31 March of a collection year."""
    period = Period(year)
    return ReturnYear(period.start, period.end, year, made, authority, serial, legacy)


def months_until(day: date, months: int, made: datetime, *, authority: str = "") -> ReturnYear:
    """Give the time of a return that covers so many months up to a day: from the same day of the month on."""
    start = pl.select(pl.lit(day).dt.offset_by(f"-{months}mo")).item()
    return ReturnYear(start, day, Period.holding(day).year, made, authority)
