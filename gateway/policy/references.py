"""Take out what points to what is not sent, until nothing does: an identifier of a record tells that there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gateway.policy.decision import Reason
from gateway.policy.view import Kept, Key, Row
from schemas.case.tables import TABLES, table_fields

_BESIDE = frozenset({"professionals", "department", "households"})


def standing(rows: Mapping[Key, Row], children: frozenset[str]) -> tuple[dict[Key, Row], tuple[Kept, ...]]:
    """Give the rows that can stand and the records that cannot; `rows` has everybody of whom something may go.

    A person stands for the sake of others' records, and so does a child; a team, a worker or a household only where
    something points to it.
    """
    left = {key: row for key, row in rows.items() if row.table == "person" or not row.is_empty}
    lost: list[Kept] = []
    while True:
        checked = {key: _pointing(row, left) for key, row in left.items()}
        fallen = {key for key, row in checked.items() if row is None}
        after = {key: row for key, row in checked.items() if row is not None}
        used = _pointed_to(after)
        idle = {key for key, row in after.items() if not _is_needed(key, row, used, children)}
        lost += [
            Kept(row.table, row.record.id, row.record.subjects, "", Reason.REFERENCE)
            for key, row in left.items()
            if key in fallen
        ]
        changed = fallen or idle or after != left
        left = {key: row for key, row in after.items() if key not in idle}
        if not changed:
            return left, tuple(lost)


def _pointing(row: Row, known: Mapping[Key, Row]) -> Row | None:
    """Give a row without references that lead nowhere; None where it cannot be without one of them."""
    if any(("person", person) not in known for person in row.record.subjects):
        return None
    values = dict(row.values)
    model = TABLES[row.table]
    for item in table_fields(row.table):
        if not item.points_to or item.field not in values:
            continue
        value = values[item.field]
        if isinstance(value, tuple):
            values[item.field] = tuple(key for key in value if (item.points_to, key) in known)
        elif (item.points_to, value) not in known:
            del values[item.field]
    lacking = [
        name
        for name, info in model.model_fields.items()
        if info.is_required() and name not in {"id", "provenance", "person"} and name not in values
    ]
    if lacking or (row.table != "person" and not any(value != () for value in values.values()) and not row.reduced):
        return None
    return row if values == row.values else replace(row, values=values)


def _pointed_to(rows: Mapping[Key, Row]) -> set[Key]:
    found: set[Key] = set()
    for row in rows.values():
        for item in table_fields(row.table):
            value = row.values.get(item.field) if item.points_to else None
            found |= {(item.points_to, key) for key in (value if isinstance(value, tuple) else (value,)) if key}
        if row.table != "person":
            found |= {("person", person) for person in row.record.subjects}
    return found


def _is_needed(key: Key, row: Row, used: set[Key], children: frozenset[str]) -> bool:
    if row.table == "person":
        return key in used or key[1] in children or not row.is_empty
    return row.table not in _BESIDE or key in used
