"""Find the row with the headings of a table, which may have a title or notes above it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from adapters.sheets.sheet import Sheet
from schemas.tables import LINE

ROWS_BEFORE = 20
"""How many rows may stand above the headings."""


def plain(heading: str) -> str:
    """Give a heading in small letters and digits alone: people and systems write the same one in many ways."""
    return re.sub(r"[^a-z0-9]", "", heading.casefold())


def from_headings(sheet: Sheet, wanted: Callable[[tuple[str, ...]], bool]) -> Sheet:
    """Begin at the first row that `wanted` takes for the headings; give the sheet as it is where none is."""
    if wanted(sheet.headings):
        return sheet
    for at, row in enumerate(sheet.cells.head(ROWS_BEFORE).drop(LINE).iter_rows()):
        headings = tuple((cell or "").strip() for cell in row)
        if wanted(headings):
            return replace(sheet, headings=headings, cells=sheet.cells.slice(at + 1))
    return sheet
