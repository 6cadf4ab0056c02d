"""The table form: each case table as a Polars frame, there and back without loss.

The columns are the fields; provenance stands in columns of its own, `provenance.<part>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import NoneType
from typing import Any, get_args, get_origin

import polars as pl
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from schemas.case.base import CaseRecord, Provenance
from schemas.case.record import CaseFile
from schemas.case.refusals import refused
from schemas.case.tables import TABLES
from schemas.errors import Rejected

_TYPES: dict[type, pl.DataType] = {
    str: pl.String(),
    bool: pl.Boolean(),
    int: pl.Int64(),
    float: pl.Float64(),
    date: pl.Date(),
    datetime: pl.Datetime("us", "UTC"),
}
_PART = "provenance."


def value_type(info: FieldInfo) -> tuple[type, bool]:
    """Give the plain type of a field's values, and whether it holds many."""
    return _plain(info.annotation)


def _plain(annotation: Any) -> tuple[type, bool]:  # noqa: ANN401  # an annotation may be anything
    if get_origin(annotation) is tuple:
        return _plain(get_args(annotation)[0])[0], True
    if isinstance(annotation, type):
        return annotation, False
    inner = [argument for argument in get_args(annotation) if argument is not NoneType]
    return _plain(inner[0])


def schema(table: str) -> pl.Schema:
    """Give the columns of a table's frame, in order; raise KeyError where there is no such table."""
    columns: dict[str, pl.DataType] = {}
    for name, info in TABLES[table].model_fields.items():
        if name == "provenance":
            columns |= {f"{_PART}{part}": _column(told) for part, told in Provenance.model_fields.items()}
        else:
            columns[name] = _column(info)
    return pl.Schema(columns)


def _column(info: FieldInfo) -> pl.DataType:
    kind, many = value_type(info)
    return pl.List(_TYPES[kind]) if many else _TYPES[kind]


def frame(table: str, records: Iterable[CaseRecord]) -> pl.DataFrame:
    """Put the records of a table in a frame, a row each."""
    return pl.DataFrame([_row(record) for record in records], schema=schema(table), orient="row")


def _row(record: CaseRecord) -> tuple[object, ...]:
    cells: list[object] = []
    for name in type(record).model_fields:
        value = getattr(record, name)
        if isinstance(value, Provenance):
            cells.extend(getattr(value, part) for part in Provenance.model_fields)
        else:
            cells.append(list(value) if isinstance(value, tuple) else value)
    return tuple(cells)


def records(table: str, content: pl.DataFrame) -> tuple[CaseRecord, ...]:
    """Read the rows of a table's frame; raise Rejected where one is no record.

    Columns may be in any order, and one that is left out is empty in every row.
    """
    unknown = set(content.columns) - schema(table).keys()
    if unknown:
        raise Rejected(f"The table {table} has {len(unknown)} columns that it cannot have.")
    return tuple(_record(table, number, row) for number, row in enumerate(content.iter_rows(named=True), start=1))


def _record(table: str, number: int, row: Mapping[str, object]) -> CaseRecord:
    values: dict[str, Any] = {"provenance": {}}
    for name, value in row.items():
        if value is None:
            continue
        if name.startswith(_PART):
            values["provenance"][name.removeprefix(_PART)] = value
        else:
            values[name] = tuple(value) if isinstance(value, list) else value
    try:
        return TABLES[table].model_validate(values)
    except ValidationError as error:
        raise refused(f"row {number} of {table}", error) from None


def frames(case: CaseFile) -> dict[str, pl.DataFrame]:
    """Give the frame of every table that has records."""
    return {table: frame(table, content) for table, content in case.tables() if content}


def case_of(identifier: str, content: Mapping[str, pl.DataFrame]) -> CaseFile:
    """Put a file together from its frames; raise Rejected where they make none."""
    unknown = content.keys() - TABLES.keys()
    if unknown:
        raise Rejected(f"{len(unknown)} tables are no case tables.")
    try:
        return CaseFile.model_validate(
            {"id": identifier} | {table: records(table, rows) for table, rows in content.items()}
        )
    except ValidationError as error:
        raise refused("the file", error) from None
