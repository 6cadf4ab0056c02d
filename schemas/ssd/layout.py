"""The tables and columns of the Standard Safeguarding Dataset, read from the two data files beside this module.

Source: the published deployment scripts, release 1.4.5, with the item numbers of the standard. A column is
found by its name, never by its place: the order differs between systems.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

SCRIPT = "1.4.5"


class System(StrEnum):
    """A case management system for which the standard has a deployment."""

    SYSTEMC = "systemc"
    MOSAIC = "mosaic"
    ECLIPSE = "eclipse"


class ColumnKind(StrEnum):
    """What a column is declared to hold; `JSON` is text."""

    STRING = "string"
    JSON = "json"
    DATETIME = "datetime"
    DATE = "date"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    BINARY = "binary"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `reference` is its item number, empty where none is published.

    `points_to` is the column of the parent, `also` other names that releases and systems give it, `absent` the
    systems that do not have it, `since` the release that brought it. Foreign keys are not enforced anywhere.
    """

    table: str
    name: str
    reference: str
    kind: ColumnKind
    length: int | None
    filled: bool
    key: bool
    points_to: str
    also: tuple[str, ...]
    absent: tuple[System, ...]
    since: str

    @property
    def names(self) -> tuple[str, ...]:
        """Give every name under which the column is found, the present one first."""
        return (self.name, *self.also)


@dataclass(frozen=True, slots=True)
class Table:
    """One table; `status` is live, placeholder, helper, outbox, working, development or retired."""

    name: str
    status: str
    systems: tuple[System, ...]
    columns: tuple[Column, ...]

    @property
    def carries_cases(self) -> bool:
        """Tell whether the table is a part of the standard that may have rows about people."""
        return self.status in {"live", "placeholder"}

    @property
    def key(self) -> Column:
        """Give the column of the row's key; raise LookupError where the table has none."""
        keys = [column for column in self.columns if column.key]
        if not keys:
            raise LookupError(f"{self.name} has no key")
        return keys[0]

    def column(self, name: str) -> Column:
        """Return a column by its present name; raise KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")


@cache
def tables() -> dict[str, Table]:
    """Give every table by its name, in the order of the scripts."""
    columns: dict[str, list[Column]] = {}
    for row in _rows("columns.csv"):
        columns.setdefault(row["table"], []).append(_column(row))
    return {
        row["table"]: Table(row["table"], row["status"], _systems(row["systems"]), tuple(columns[row["table"]]))
        for row in _rows("tables.csv")
    }


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("schemas.ssd") / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _column(row: dict[str, str]) -> Column:
    return Column(
        table=row["table"],
        name=row["column"],
        reference=row["reference"],
        kind=ColumnKind(row["kind"]),
        length=int(row["length"]) if row["length"] else None,
        filled=bool(row["filled"]),
        key=bool(row["key"]),
        points_to=row["points_to"],
        also=tuple(row["also"].split()),
        absent=_systems(row["absent"]),
        since=row["since"],
    )


def _systems(text: str) -> tuple[System, ...]:
    return tuple(System(name) for name in text.split())
