"""Tell by its headings which table of the looked-after return a sheet is, and by its name whether it is last year's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from schemas.ssda903.layout import CHILDREN, LAST_YEAR, csv_columns, ssda903_layout
from schemas.tables import Table

# Columns that several tables have tell nothing.
_SHARED = frozenset({"CHILD", "DOB", "SEX"})
# Of a table at least so many columns, and a third of all, must be there.
_LEAST = 2
_LAST = re.compile(r"(?:^|[ _\-/.])(?:last|lastyear|previous[ _-]?year)(?:$|[ _\-/.])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kind:
    """Which table a sheet is, in the newest year that has it."""

    table: Table
    last_year: bool


def is_last_year(name: str) -> bool:
    """Tell whether the name of a file, folder or sheet says that it holds last year's records."""
    return _LAST.search(name) is not None


@cache
def tables() -> tuple[Table, ...]:
    """List the tables that come as files, as in the newest year."""
    return tuple(table for table in ssda903_layout(LAST_YEAR) if table.name != CHILDREN)


@cache
def _headings() -> frozenset[str]:
    return frozenset(name for table in tables() for name in csv_columns(table))


def normal(heading: str) -> str:
    """Write a heading as the collection does: letter case and spaces do not count."""
    return heading.strip().upper().replace(" ", "_")


def is_heading(text: str) -> bool:
    """Tell whether a text is a heading of some table."""
    return normal(text) in _headings()


def table_of(headings: tuple[str, ...]) -> Table | None:
    """Find the table with most of the columns that tell it from others, and fewest that are absent."""
    there = {normal(heading) for heading in headings}
    scored = []
    for table in tables():
        columns = set(csv_columns(table))
        own = columns - _SHARED
        if there & own and len(there & columns) >= max(_LEAST, len(columns) / 3):
            scored.append((len(there & own) / len(own), len(there & columns), table))
    return max(scored, key=lambda item: item[:2])[2] if scored else None
