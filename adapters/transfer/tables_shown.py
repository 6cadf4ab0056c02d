"""Every record of a file in words, table by table, as a page shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.transfer.package import ReducedValue
from schemas.case.base import CaseRecord
from schemas.case.codes import label
from schemas.case.fields import CaseField
from schemas.case.record import CaseFile
from schemas.case.tables import KEYS, TABLES, table_fields

_WIDE = 8


@dataclass(frozen=True, slots=True)
class TableShown:
    """A table with the fields that any row fills, the record's id before and its origin behind them."""

    name: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def is_wide(self) -> bool:
        """Tell whether the table is wider than a page, so that each record stands by itself."""
        return len(self.heads) > _WIDE

    @property
    def by_record(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """Give each record as heads and cells, without those that are empty."""
        return tuple(
            tuple((head, cell) for head, cell in zip(self.heads, row, strict=True) if cell) for row in self.rows
        )


def tables(case: CaseFile, names: dict[str, str], reduced: tuple[ReducedValue, ...]) -> Iterator[TableShown]:
    """Show every table that has rows, reduced values with the form that they are in."""
    less = {(value.table, value.record, value.field): f"{value.value} ({value.transform})" for value in reduced}
    for table, records in case.tables():
        columns = tuple(item for item in table_fields(table) if _is_shown(item, table, records, less))
        rows = tuple(
            (
                record.id,
                *(less.get((table, record.id, item.field), _cell(record, item, names)) for item in columns),
                _origin(record),
            )
            for record in records
        )
        if rows:
            heads = ("record", *(item.field.replace("_", " ") for item in columns), "from")
            yield TableShown(table, TABLES[table].title, heads, rows)


def _is_shown(
    item: CaseField, table: str, records: tuple[CaseRecord, ...], less: dict[tuple[str, str, str], str]
) -> bool:
    if item.field in KEYS and item.field != "person":
        return False
    return any(
        getattr(record, item.field) not in (None, ()) or (table, record.id, item.field) in less for record in records
    )


def _cell(record: CaseRecord, item: CaseField, names: dict[str, str]) -> str:
    value = getattr(record, item.field)
    return ", ".join(_said(found, item, names) for found in (value if isinstance(value, tuple) else (value,)))


def _said(value: object, item: CaseField, names: dict[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if item.codes is not None:
        told = label(item.codes.name, text)
        return text if told == text else f"{told} ({text})"
    return names.get(text, text) if item.points_to == "person" else text


def _origin(record: CaseRecord) -> str:
    told = record.provenance
    copied = f", copied from {told.copied_from}" if told.copied_from else ""
    return f"{told.source} {told.record}, {told.recorded_by}, {told.recorded_at.date().isoformat()}{copied}"
