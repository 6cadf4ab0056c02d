"""Lists of allowed fields, as agreements and processes write them: `table.field` and `table.*`."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from schemas.case.tables import KEYS, TABLES, fields, table_fields
from schemas.errors import Misconfigured
from schemas.fields import Sensitivity

_ORDER = tuple(Sensitivity)


def allowed_fields(names: Iterable[str]) -> frozenset[str]:
    """Give the canonical names of every field that a list allows, with the keys of each table that it names.

    Raises Misconfigured where a name is no field: an agreement with a slip must not pass for a narrower one.
    """
    found: set[str] = set()
    for name in names:
        table, _, field = name.partition(".")
        if table in TABLES and field == "*":
            found |= {item.name for item in table_fields(table)}
        elif name in fields():
            found.add(name)
        else:
            raise _unknown(name)
    tables = {name.partition(".")[0] for name in found}
    return frozenset(found | {f"{table}.{key}" for table in tables for key in KEYS} & fields().keys())


def no_more_than(sensitivity: Sensitivity) -> frozenset[str]:
    """Give the names of the fields that are no more sensitive than `sensitivity`."""
    most = _ORDER.index(sensitivity)
    return frozenset(name for name, item in fields().items() if _ORDER.index(item.sensitivity) <= most)


def _unknown(name: str) -> Misconfigured:
    close = get_close_matches(name, [*fields(), *(f"{table}.*" for table in TABLES)], n=1)
    hint = f"Do you mean {close[0]}?" if close else "The page case-records lists every table and field."
    return Misconfigured(f"{name} is no field of a case record.", hint=hint)
