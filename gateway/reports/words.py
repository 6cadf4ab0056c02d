"""Words for people: counts, values and places, safe to show whatever stands in the file."""

from __future__ import annotations

import re

from schemas.findings import Location

_PLURALS = {"query": "queries", "child": "children"}
_LONGEST = 300
# Control characters, and marks that turn the direction of the text around them.
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def counted(number: int, what: str) -> str:
    """Write a number with its noun: 1 error, 2 errors."""
    return f"{number:,} {what if number == 1 else _PLURALS.get(what, what + 's')}"


def plain(text: str) -> str:
    r"""Write a text in one line that reads as it looks: control marks as \uXXXX, the end of a long one left out."""
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]}... ({len(text):,} characters)"
    return _INVISIBLE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


def cell_name(place: Location) -> str:
    """Name the cell: its table and field, else its path, else the file."""
    return plain(".".join(part for part in (place.table, place.field) if part) or place.path or "file")


def cell_value(place: Location) -> str:
    """Write the value of a cell."""
    return "(none)" if place.value is None else plain(place.value)


def cell_place(place: Location) -> str:
    """Say where the cell stands: file and line, and the record, counted from 1 within its table; empty where unknown.

    Of a return that was built it says from which record of the case system.
    """
    record = f"record {place.row + 1}" if place.row is not None else ""
    line = " ".join(part for part in (plain(place.file), f"line {place.line}" if place.line else "") if part)
    made = plain(f"from {place.origin.table} {place.origin.key}") if place.origin else ""
    return ", ".join(part for part in (line, record, made) if part)


def cell(place: Location) -> str:
    """Write a cell in one line: name, value, place."""
    where = cell_place(place)
    return f"{cell_name(place)} = {cell_value(place)}" + (f" ({where})" if where else "")
