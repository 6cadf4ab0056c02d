"""Find the day on which the lists were taken: as they say it, else as their dates tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from schemas.annex_a.layout import SCOPES
from schemas.tables import value
from schemas.typed import BRITISH_DATES

ITEM, VALUE = "Item", "Value"
EXTRACT_DATE, AUTHORITY = "Extract date", "Authority"
_SAID = re.compile(r"(?:extract|as at|as of|snapshot|inspection|data)\D*?(\d{1,2}/\d{1,2}/\d{4})", re.IGNORECASE)
_OWNER = re.compile(rf"{AUTHORITY}\D*(\d{{3}})(?!\d)", re.IGNORECASE)
_LISTS = ("List 1", "List 3", "List 4", "List 5")
_GAP = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Told:
    """What the texts around the lists say of them."""

    at: date | None = None
    authority: str = ""


def told(texts: Iterable[str]) -> Told:
    """Look for the day and the authority in titles, such as `Extract date 31/03/2026`."""
    line = " ".join(texts)
    day, owner = _SAID.search(line), _OWNER.search(line)
    return Told(_day(day.group(1)) if day else None, owner.group(1) if owner else "")


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, BRITISH_DATES.strptime).date()  # noqa: DTZ007  # a day has no time zone
    except ValueError:
        return None


def latest(frames: Mapping[str, pl.DataFrame]) -> date | None:
    """Give the last day on which something was received or started; None where nothing was.

    A date that comes more than a month after all others is taken for a mistake.
    """
    starts = [frames[name].select(pl.col(value(SCOPES[name].start)).alias("day")) for name in _LISTS if name in frames]
    days = pl.concat(starts).drop_nulls().sort("day").get_column("day") if starts else pl.Series(dtype=pl.Date)
    if days.is_empty():
        return None
    later = days.slice(len(days) // 2)
    jumps = (later.diff() > _GAP).fill_null(value=False).arg_true()
    last = int(jumps[0]) - 1 if len(jumps) else len(later) - 1
    found = later[last]
    return found if isinstance(found, date) else None
