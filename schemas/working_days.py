"""Working days in England: Monday to Friday without bank holidays.

The only place that asks the `holidays` package; a test pins the dates from 2015 to 2028.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

_SATURDAY = 5


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """List the bank holidays of England in a calendar year, substitute days included."""
    # Imported here because most commands never ask for a working day.
    from holidays import country_holidays  # noqa: PLC0415

    named = country_holidays("GB", subdiv="ENG", years=year)
    return frozenset(day for day in named if day.weekday() < _SATURDAY)


def is_working_day(day: date) -> bool:
    """Tell whether `day` is a weekday and no bank holiday."""
    return day.weekday() < _SATURDAY and day not in bank_holidays(day.year)


def working_days_before(day: date, count: int) -> date:
    """Step back from `day` until `count` working days have been reached; `day` itself never counts."""
    return _step(day, count, timedelta(days=-1))


def working_days_after(day: date, count: int) -> date:
    """Step forward from `day` until `count` working days have been reached; `day` itself never counts."""
    return _step(day, count, timedelta(days=1))


def _step(day: date, count: int, step: timedelta) -> date:
    while count > 0:
        day += step
        if is_working_day(day):
            count -= 1
    return day
