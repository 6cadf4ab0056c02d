"""Working days in England: Monday to Friday without bank holidays."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from importlib.resources import files

_SATURDAY = 5


@cache
def bank_holidays() -> frozenset[date]:
    """Give England's bank holidays of 2010 to 2035; see `schemas.bank_holidays`."""
    text = (files("schemas") / "bank_holidays.txt").read_text(encoding="utf-8")
    return frozenset(map(date.fromisoformat, text.split()))


def is_working_day(day: date) -> bool:
    """Tell whether `day` is a weekday and no bank holiday."""
    return day.weekday() < _SATURDAY and day not in bank_holidays()


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
