"""The time that the feed covers: 24 to 36 months of history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from adapters.mapping.span import Span

_MONTHS = 24
_APRIL = 4
_MARCH_31 = (3, 31)


@dataclass(frozen=True, slots=True)
class Window(Span):
    """From `start` to `end`, both in it; `day` is the day on which the feed is built."""

    day: date

    def marches(self) -> tuple[date, ...]:
        """Give the days in the window that are a 31 March."""
        days = (date(year, *_MARCH_31) for year in range(self.start.year, self.end.year + 1))
        return tuple(day for day in days if self.start <= day <= self.end)


def window(day: date) -> Window:
    """Give the window of a day: from 1 April of the financial year that holds the day 24 months ago, to tomorrow.

    Source: DfE children's social care data receiver, who is sent.
    """
    year = day.year - _MONTHS // 12
    return Window(date(year if day.month >= _APRIL else year - 1, _APRIL, 1), day + timedelta(days=1), day)


def ever(day: date) -> Window:
    """Give a window that leaves nothing out that had happened by tomorrow."""
    return Window(date.min, day + timedelta(days=1), day)
