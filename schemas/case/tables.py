"""The register of case tables and their fields, read from the one declaration: the models."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import cast, get_args

from schemas.case.base import CaseRecord, Provenance
from schemas.case.fields import CaseField, told
from schemas.case.record import CaseFile

# Without these a record is no record: they go wherever any field of it goes.
KEYS = ("id", "person", "provenance")


def _record_type(name: str) -> type[CaseRecord]:
    return cast("type[CaseRecord]", get_args(CaseFile.model_fields[name].annotation)[0])


TABLES: Mapping[str, type[CaseRecord]] = MappingProxyType(
    {name: _record_type(name) for name in CaseFile.model_fields if name not in {"format", "id"}}
)


@cache
def table_fields(table: str) -> tuple[CaseField, ...]:
    """Give the fields of a table in the order of its declaration; raise KeyError where there is no such table."""
    return tuple(told(table, name, info) for name, info in TABLES[table].model_fields.items())


@cache
def provenance_fields() -> tuple[CaseField, ...]:
    """Give the parts of a record's provenance, which every table has."""
    return tuple(told("provenance", name, info) for name, info in Provenance.model_fields.items())


@cache
def fields() -> Mapping[str, CaseField]:
    """Give every field by its canonical name, `table.field`."""
    return MappingProxyType({item.name: item for table in TABLES for item in table_fields(table)})


def field(table: str, name: str) -> CaseField:
    """Return one field; raise KeyError where there is none."""
    return fields()[f"{table}.{name}"]
