"""What a step of a process can carry at all, field by field, and in which rows; agreements choose from that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from schemas.case.tables import KEYS, fields, table_fields
from schemas.processes.elements import Need, elements
from schemas.processes.process import Process

Kinds = frozenset[str]
"""The kinds of row, by the table's field `kind`; empty where every row counts."""

EVERY: Kinds = frozenset()

LAST_ONLY: Mapping[tuple[str, str], frozenset[str]] = MappingProxyType(
    {
        ("P6", "alert"): frozenset({"address", "cla_placement", "households", "household_members"}),
    }
)
"""The tables of which a step carries the last row of each person alone: an alert gives the last known address."""


def joined(parts: Iterable[tuple[str, Kinds]]) -> dict[str, Kinds]:
    """Put fields with their kinds together: a field that counts in every row once counts in every row."""
    found: dict[str, Kinds] = {}
    for name, kinds in parts:
        before = found.get(name, kinds)
        found[name] = before | kinds if before and kinds else EVERY
    return found


@cache
def carried(process: Process, step: str, asked: frozenset[str] = frozenset()) -> Mapping[str, Kinds]:
    """Give the fields that the step can carry; of elements that are sent only when asked for, those that are `asked`.

    A process without a column of its own can carry every field, and nothing of it goes unless a person names the row.
    """
    limits = process.step(step)
    if process.column is None:
        return MappingProxyType(dict.fromkeys(_fields_without_keys(), EVERY))
    may = process.fields(step)
    wanted = [code for code, need in process.needs(step).items() if need is not Need.ASKED or code in asked]
    parts = [(name, frozenset(held.kinds)) for code in wanted for held in elements()[code].held for name in held.names]
    if limits.elements is None:
        parts += [(name, EVERY) for name in process.also]
    return MappingProxyType({name: kinds for name, kinds in joined(parts).items() if name in may})


def by_name(process: Process) -> bool:
    """Tell whether every row must be named by a person, since nothing of the process goes by itself."""
    return process.column is None


def expanded(names: Iterable[str]) -> dict[str, Kinds]:
    """Resolve names as rules write them, `table.field`, `table.*`, an element's code or `*`; raise KeyError."""
    return joined(part for name in names for part in _parts(name))


def _parts(name: str) -> list[tuple[str, Kinds]]:
    if name == "*":
        return [(field, EVERY) for field in _fields_without_keys()]
    if name in elements():
        return [(field, frozenset(held.kinds)) for held in elements()[name].held for field in held.names]
    table, _, field = name.partition(".")
    if field == "*":
        return [(item.name, EVERY) for item in table_fields(table) if item.field not in KEYS]
    if field in KEYS:
        raise KeyError(name)
    return [(fields()[name].name, EVERY)]


def _fields_without_keys() -> tuple[str, ...]:
    return tuple(name for name, item in fields().items() if item.field not in KEYS)
