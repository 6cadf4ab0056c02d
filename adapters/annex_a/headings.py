"""Know the lists and their columns by headings as people write them."""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

from adapters.sheets.headings import plain
from schemas.annex_a.layout import CHILDREN, YEARS, annex_a_layout
from schemas.tables import Table

_NUMBERED = re.compile(r"(?<!check)list[\s_-]*0*(1[01]|[1-9])(?![0-9])", re.IGNORECASE)
# A heading that was cut off is still known when it is at least so long and could be no other.
_LEAST_OF_A_LONG_ONE = 16
_LEAST_FOUND = 3


@cache
def lists() -> tuple[Table, ...]:
    """Give the eleven lists."""
    return tuple(table for table in annex_a_layout(YEARS[-1]) if table.name != CHILDREN)


@cache
def columns(table: str) -> dict[str, str]:
    """Map every known spelling of a heading of a list to its field."""
    declared = next(item for item in lists() if item.name == table)
    found = {plain(field.tag): field.name for field in declared}
    for row in _listed():
        if row["list"] in {"", table} and declared.has(row["field"]):
            found.setdefault(plain(row["heading"]), row["field"])
    return found


@cache
def _listed() -> tuple[dict[str, str], ...]:
    text = (files("schemas.annex_a") / "headings.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def field_of(table: str, heading: str) -> str:
    """Name the field that a heading means in a list, also where its end is cut off; empty where it means none."""
    known, wanted = columns(table), plain(heading)
    if wanted in known or len(wanted) < _LEAST_OF_A_LONG_ONE:
        return known.get(wanted, "")
    close = {name for text, name in known.items() if text.startswith(wanted) or wanted.startswith(text + "yn")}
    return close.pop() if len(close) == 1 else ""


def is_heading(text: str) -> bool:
    """Tell whether a text is a heading of some list."""
    return any(plain(text) in columns(table.name) for table in lists())


def are_headings(texts: tuple[str, ...]) -> bool:
    """Tell whether a row has at least three headings of the lists."""
    return sum(1 for text in texts if text and is_heading(text)) >= _LEAST_FOUND


def list_of(name: str, headings: tuple[str, ...]) -> Table | None:
    """Find the list that a sheet or file is: the one of its name where the headings fit, else the one they fit best.

    None where fewer than three headings are known.
    """
    there = [heading for heading in headings if heading]
    found = {table.name: len({field_of(table.name, heading) for heading in there} - {""}) for table in lists()}
    named = number_of(name)
    if named and found[named] >= _LEAST_FOUND:
        return _named(named)
    best = max(lists(), key=lambda table: (found[table.name], found[table.name] / len(table.fields)))
    return best if found[best.name] >= _LEAST_FOUND else None


def number_of(name: str) -> str:
    """Give the list that a name of a sheet or file has in it, such as List 4 for `AnnexA_list-04`; empty where none."""
    found = _NUMBERED.search(name)
    return f"List {found.group(1)}" if found else ""


def _named(name: str) -> Table:
    return next(table for table in lists() if table.name == name)
