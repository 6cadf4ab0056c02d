"""Facts that children of a package share: held once, in the family's part, and referred to from each child's part."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from adapters.transfer.scopes import Scope
from schemas.case.base import CaseRecord
from schemas.case.record import CaseFile
from schemas.case.tables import KEYS

Row = dict[str, Any]
"""A record as JSON has it."""

FACT = "fact"
"""The member of a child's record that stands for the values of a shared fact: its place in the family's list."""


def row_of(record: CaseRecord) -> Row:
    """Give a record as JSON: what is empty is left out."""
    return record.model_dump(mode="json", exclude_defaults=True)


@dataclass(frozen=True)
class Facts:
    """The facts of a package, each a table and its values, and where each is in the list."""

    shared: tuple[tuple[str, Row], ...]

    @cached_property
    def _places(self) -> Mapping[tuple[str, str], int]:
        return {(table, _spelt(values)): place for place, (table, values) in enumerate(self.shared)}

    def short(self, table: str, row: Row) -> Row:
        """Give a row with a reference in place of the values that are shared."""
        keys, values = _apart(row)
        place = self._places.get((table, _spelt(values)))
        return row if place is None else keys | {FACT: place}


def facts_of(case: CaseFile, scopes: Mapping[tuple[str, str], Scope]) -> Facts:
    """Find what records of one table say of two or more children in the same values."""
    holders: dict[tuple[str, str], set[frozenset[str]]] = {}
    values_of: dict[tuple[str, str], tuple[str, Row]] = {}
    for table, record in case.records():
        scope = scopes[table, record.id]
        if table == "person" or not scope.own or len(scope.children) > 1:
            continue
        _, values = _apart(row_of(record))
        key = (table, _spelt(values))
        values_of[key] = (table, values)
        holders.setdefault(key, set()).add(scope.children)
    return Facts(tuple(values_of[key] for key in sorted(holders) if len(holders[key]) > 1 and values_of[key][1]))


def _apart(row: Row) -> tuple[Row, Row]:
    return {name: row[name] for name in row if name in KEYS}, {name: row[name] for name in row if name not in KEYS}


def _spelt(values: Row) -> str:
    return json.dumps(values, sort_keys=True, ensure_ascii=False)
