"""Calendar months, with their ends."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def months_after(day: date, count: int) -> date:
    """Give the same day of a later month, or that month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
