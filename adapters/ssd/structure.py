"""Compare the tables and columns of a source with the standard and with what its case system is known to lack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from adapters.ssd.dialects import release_of, system_of
from adapters.ssd.notes import Note, Topic, Weight
from adapters.ssd.source import Found
from schemas.ssd.layout import SCRIPT, Column, ColumnKind, System, Table, tables

_KINDS: Mapping[ColumnKind, tuple[str, ...]] = {
    ColumnKind.STRING: ("CHAR", "TEXT", "CLOB", "STRING", "UUID", "UNIQUEIDENTIFIER"),
    ColumnKind.JSON: ("CHAR", "TEXT", "CLOB", "JSON"),
    ColumnKind.DATETIME: ("DATE", "TIMESTAMP"),
    ColumnKind.INTEGER: ("INT",),
    ColumnKind.DECIMAL: ("NUMERIC", "DECIMAL", "FLOAT", "REAL", "DOUBLE", "MONEY"),
}


def structure(there: Mapping[str, tuple[Found, ...]]) -> Iterator[Note]:
    """Say which system and release the source looks like, and where its tables and columns differ."""
    columns = {table: frozenset(found.name for found in content) for table, content in there.items()}
    system = system_of(columns)
    told = f"looks like {system.value}" if system else "looks like no known case system"
    yield Note(
        Topic.SOURCE, Weight.INFO, "", "", f"It {told}, release {release_of(columns)}; compared with release {SCRIPT}."
    )
    standard = {name: table for name, table in tables().items() if table.carries_cases}
    for table in standard.values():
        yield from _table(table, there, system)
    for name in there.keys() - tables().keys():
        if name.startswith("ssd_"):
            yield Note(Topic.TABLE, Weight.INFO, name, "", "The standard has no such table; it is not read.")


def _table(table: Table, there: Mapping[str, tuple[Found, ...]], system: System | None) -> Iterator[Note]:
    if table.name not in there:
        known = system is not None and system not in table.systems
        weight = Weight.INFO if known or table.status == "placeholder" else Weight.WARN
        told = f"Not in {system.value} deployments." if system and known else "The table is missing."
        yield Note(Topic.TABLE, weight, table.name, "", told)
        return
    found = {column.name: column.type for column in there[table.name]}
    for column in table.columns:
        yield from _column(column, found, system)
    known_names = {name.lower() for column in table.columns for name in column.names}
    for name in sorted(found.keys() - known_names):
        yield Note(Topic.COLUMN, Weight.INFO, table.name, name, "The standard has no such column; it is not read.")


def _column(column: Column, found: Mapping[str, str], system: System | None) -> Iterator[Note]:
    name = next((name for name in column.names if name.lower() in found), None)
    if name is None:
        known = system in column.absent or (system is None and column.absent)
        weight = Weight.INFO if known else Weight.WARN
        since = f" It came with release {column.since}." if column.since else ""
        told = f"Not in {system.value} deployments." if system and known else f"The column is missing.{since}"
        yield Note(Topic.COLUMN, weight, column.table, column.name, told)
        return
    if name != column.name:
        yield Note(Topic.COLUMN, Weight.INFO, column.table, column.name, f"It is called {name} here.")
    kind = found[name.lower()].upper()
    if kind and not any(word in kind for word in _KINDS.get(column.kind, (kind,))):
        told = f"Declared as {kind.lower()} where the standard has {column.kind.value}; it is read as text."
        yield Note(Topic.TYPE, Weight.INFO, column.table, column.name, told)
