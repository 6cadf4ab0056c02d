"""The checklist of essential information: what each process must, should or does not carry, and where it is held."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from schemas.processes.explained import Explained


class Column(Explained):
    """A column of the list: the processes that need the same."""

    CP = "CP", "P1 and P2, child protection"
    CIN = "CIN", "P3 and P4, child in need"
    LAC = "LAC", "P5, looked after"
    MIS = "MIS", "P6, missing"
    UASC = "UASC", "P7, unaccompanied asylum-seeking"
    PF = "PF", "P8, private fostering"
    CL = "CL", "P9, care leaver"
    YJ = "YJ", "P11, youth justice"
    CHK = "CHK", "reply to P12, information check"


class Need(Explained):
    """How much an element is needed."""

    MUST = "M", "it must be there, or a coded reason why it is not"
    SHOULD = "S", "it should be there"
    ASKED = "-", "it is sent only when asked for"


@dataclass(frozen=True, slots=True)
class Held:
    """Where a part of an element is held: fields of a case table; `kinds` limits it to rows of those kinds."""

    table: str
    fields: tuple[str, ...]
    kinds: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Give the canonical names, `table.field`."""
        return tuple(f"{self.table}.{field}" for field in self.fields)


@dataclass(frozen=True, slots=True)
class Element:
    """One element: where case records hold it, and what part of the package itself carries it, if any does."""

    code: str
    item: str
    needs: Mapping[Column, Need]
    held: tuple[Held, ...]
    package: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """Give the canonical names of its fields, each once; a record's keys go with any of its fields."""
        return tuple(dict.fromkeys(name for part in self.held for name in part.names))


def needs(column: Column) -> dict[str, Need]:
    """Give what each element is in one column, by its id."""
    return {code: element.needs[column] for code, element in elements().items()}


@cache
def elements() -> Mapping[str, Element]:
    """Read the list: what is needed from `elements.csv`, where it is held from `element_fields.csv`."""
    held: dict[str, list[Held]] = {}
    for row in _rows("element_fields.csv"):
        part = Held(row["table"], tuple(row["fields"].split()), tuple(row["kinds"].split()))
        held.setdefault(row["id"], []).append(part)
    return MappingProxyType(
        {
            row["id"]: Element(
                row["id"],
                row["item"],
                MappingProxyType({column: Need(row[column]) for column in Column}),
                tuple(held.get(row["id"], ())),
                row["package"],
            )
            for row in _rows("elements.csv")
        }
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("schemas.processes") / name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())
