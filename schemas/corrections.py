"""Corrections that are certain: another spelling of the value that is meant, and nothing else could be meant.

White space, letter case, the form of a date, and a code that was replaced by exactly one other. What
needs a guess is left to a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from schemas.fields import Field, Kind
from schemas.typed import BRITISH_DATES, ISO_DATES, DateForm

WHITE_SPACE, LETTER_CASE, DATE_FORM, REPLACED_CODE = "white space", "letter case", "date form", "replaced code"
_SPACE = re.compile(r"\s+")
# A time of day that says nothing, as spreadsheets and databases add it.
_MIDNIGHT = r"(?:[T ]00:00(?::00(?:\.0+)?)?)?"
_ISO = re.compile(rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}}){_MIDNIGHT}Z?")
_DAY_FIRST = re.compile(rf"(?P<day>\d{{1,2}})[/.-](?P<month>\d{{1,2}})[/.-](?P<year>\d{{4}}){_MIDNIGHT}")
_FLAGS = frozenset({"true", "false"})


@dataclass(frozen=True, slots=True)
class Correction:
    """The text that was meant, and in what it differs from the one that is there."""

    text: str
    reason: str


@cache
def correction(field: Field, text: str, year: int, dates: DateForm) -> Correction | None:
    """Correct one text of a field in the collection of `year`; None where it is right, or nothing is certain."""
    bare = text.strip()
    found = _corrected(field, bare, year, dates) if bare else None
    if found is not None and found.text != bare:
        return found
    return Correction(bare, WHITE_SPACE) if bare != text and bare else None


def _corrected(field: Field, text: str, year: int, dates: DateForm) -> Correction | None:
    if field.kind is Kind.DATE:
        return _date(text, dates)
    if field.kind is Kind.BOOLEAN:
        return Correction(text.lower(), LETTER_CASE) if text.lower() in _FLAGS else None
    if field.codes is not None:
        return _code(field, text, year)
    return _patterned(field, text)


def _code(field: Field, text: str, year: int) -> Correction | None:
    if field.codes is None or text in field.codes.values(year):
        return None
    meant = {value for value in field.codes.values(year) if _folded(value) == _folded(text)}
    if len(meant) == 1:
        return _spelt(text, meant.pop())
    successor = field.codes.successor(text, year)
    return Correction(successor, REPLACED_CODE) if successor else None


def _patterned(field: Field, text: str) -> Correction | None:
    if field.pattern is None or re.fullmatch(field.pattern, text):
        return None
    for meant in (_SPACE.sub("", text), text.upper(), _SPACE.sub("", text).upper()):
        if re.fullmatch(field.pattern, meant):
            return _spelt(text, meant)
    return None


def _spelt(text: str, meant: str) -> Correction:
    return Correction(meant, WHITE_SPACE if text.casefold() != meant.casefold() else LETTER_CASE)


def _folded(text: str) -> str:
    return _SPACE.sub("", text).casefold()


def _date(text: str, dates: DateForm) -> Correction | None:
    found = _ISO.fullmatch(text) or _DAY_FIRST.fullmatch(text)
    if found is None:
        return None
    try:
        day = date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None
    if found.re is _DAY_FIRST and dates is not BRITISH_DATES and _either_way(day):
        return None
    written = day.isoformat() if dates is ISO_DATES else f"{day:%d/%m}/{day.year:04}"
    return Correction(written, DATE_FORM)


def _either_way(day: date) -> bool:
    """Tell whether a date could also be read with the month first, as another one."""
    return day.day <= 12 and day.day != day.month  # noqa: PLR2004  # the months of a year
