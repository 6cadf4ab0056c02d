"""How long a rule allows. Each span turns a start into the last moment that is still in time.

Days are days in England. What must be done by a day must be done before the receiving office closes
on it: a time that is equal to the end is in time, one second more is late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from schemas.bank_holidays import YEARS
from schemas.errors import Misconfigured
from schemas.processes.months import months_after
from schemas.working_days import is_working_day, working_days_after

LONDON = ZoneInfo("Europe/London")
CLOSES = time(17, 0)
"""When an office closes, in local time, unless the receiving authority says otherwise."""
_MINUTE = timedelta(minutes=1)


class Span(Protocol):
    """A length of time; `text` completes "within ..." or stands for itself."""

    @property
    def text(self) -> str:
        """Say the span in words."""

    def end(self, start: datetime, closes: time) -> datetime:
        """Give the last moment in time, in UTC."""


@dataclass(frozen=True, slots=True)
class SameWorkingDay:
    """Before the office closes; a start after it closed, or on no working day, counts for the next working day."""

    @property
    def text(self) -> str:
        """Say the span in words."""
        return "the same working day"

    def end(self, start: datetime, closes: time) -> datetime:
        """Give the last moment in time, in UTC."""
        local = start.astimezone(LONDON)
        day = local.date()
        if not is_working_day(day) or local.time() >= closes:
            day = working_days_after(day, 1)
        return _close(_known(day), closes)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A number of working days; the day of the start never counts."""

    count: int

    @property
    def text(self) -> str:
        """Say the span in words."""
        return _counted(self.count, "working day")

    def end(self, start: datetime, closes: time) -> datetime:
        """Give the last moment in time, in UTC."""
        return _close(_known(working_days_after(local_day(start), self.count)), closes)


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours by the clock, nights and weekends included."""

    count: float

    @property
    def text(self) -> str:
        """Say the span in words."""
        return _counted(round(self.count * 60), "minute") if self.count < 1 else _counted(int(self.count), "hour")

    def end(self, start: datetime, closes: time) -> datetime:  # noqa: ARG002  # no office is asked
        """Give the last moment in time, in UTC."""
        return start.astimezone(UTC) + timedelta(hours=self.count)


@dataclass(frozen=True, slots=True)
class Weeks:
    """Calendar weeks to the same weekday; it stands even when that is no working day."""

    count: int

    @property
    def text(self) -> str:
        """Say the span in words."""
        return _counted(self.count, "week")

    def end(self, start: datetime, closes: time) -> datetime:
        """Give the last moment in time, in UTC."""
        return _close(local_day(start) + timedelta(weeks=self.count), closes)


@dataclass(frozen=True, slots=True)
class Before:
    """Before the start, which lies ahead: the last minute before it, or a number of weeks before it."""

    weeks: int = 0

    @property
    def text(self) -> str:
        """Say the span in words."""
        return f"at least {_counted(self.weeks, 'week')} before" if self.weeks else "before"

    def end(self, start: datetime, closes: time) -> datetime:
        """Give the last moment in time, in UTC."""
        if self.weeks:
            return _close(local_day(start) - timedelta(weeks=self.weeks), closes)
        return start.astimezone(UTC) - _MINUTE


@dataclass(frozen=True, slots=True)
class Stay:
    """Days that something lasts, the day of its start being the first; to the last minute of the last."""

    days: int

    @property
    def text(self) -> str:
        """Say the span in words."""
        return _counted(self.days, "day")

    def end(self, start: datetime, closes: time) -> datetime:  # noqa: ARG002  # it does not end with an office's day
        """Give the last moment in time, in UTC."""
        return _midnight(local_day(start) + timedelta(days=self.days)) - _MINUTE


@dataclass(frozen=True, slots=True)
class Months:
    """Calendar months, to the last minute of the day with the same number, or of the month where it has no such day."""

    count: int

    @property
    def text(self) -> str:
        """Say the span in words."""
        years, rest = divmod(self.count, 12)
        return _counted(self.count, "month") if rest else _counted(years, "year")

    def end(self, start: datetime, closes: time) -> datetime:  # noqa: ARG002  # it does not end with an office's day
        """Give the last moment in time, in UTC."""
        return _midnight(months_after(local_day(start), self.count) + timedelta(days=1)) - _MINUTE


@dataclass(frozen=True, slots=True)
class Age:
    """To the last minute before a birthday; who was born on 29 February has it on 1 March in other years."""

    years: int

    @property
    def text(self) -> str:
        """Say the span in words."""
        return f"to the age of {self.years}"

    def end(self, start: datetime, closes: time) -> datetime:  # noqa: ARG002  # it does not end with an office's day
        """Give the last moment in time, in UTC."""
        born = local_day(start)
        birthday = months_after(born, self.years * 12)
        return _midnight(birthday + timedelta(days=born.day - birthday.day)) - _MINUTE


def local_day(moment: datetime) -> date:
    """Give the day in England; raise ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError("A time needs its zone.")
    return moment.astimezone(LONDON).date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


def _close(day: date, closes: time) -> datetime:
    return datetime.combine(day, closes, LONDON).astimezone(UTC)


def _known(day: date) -> date:
    if day.year not in YEARS:
        raise Misconfigured(
            f"Working days are known from {YEARS.start} to {YEARS.stop - 1} only.",
            hint="Write the bank holidays of more years: python -m schemas.bank_holidays.",
        )
    return day


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
