"""References between records of a file, and those that lead nowhere within it."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.case.base import CaseRecord
from schemas.case.record import CaseFile
from schemas.case.tables import table_fields


@dataclass(frozen=True, slots=True)
class Orphan:
    """A field of a record that points to a record which the file does not have."""

    table: str
    record: str
    field: str
    points_to: str


def orphans(case: CaseFile) -> tuple[Orphan, ...]:
    """List the references that lead nowhere. Real systems have them; a part of a file has them by intent."""
    known = {table: {record.id for record in records} for table, records in case.tables()}
    return tuple(
        Orphan(table, record.id, item.field, item.points_to)
        for table, record in case.records()
        for item in table_fields(table)
        if item.points_to
        for key in _keys(record, item.field)
        if key not in known[item.points_to]
    )


def _keys(record: CaseRecord, field: str) -> tuple[str, ...]:
    value = getattr(record, field)
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)
