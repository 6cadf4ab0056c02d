"""A package as it is composed and as it is read back: the same object on both sides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import StringConstraints

from adapters.transfer.header import Child, Header, restriction_of
from adapters.transfer.statement import Entry
from schemas.case.base import Frozen
from schemas.case.record import CaseFile
from schemas.case.types import Key


class ReducedValue(Frozen):
    """A value that goes in a form that tells less; the field of its record is empty."""

    table: Key
    record: Key
    field: Key
    transform: Literal["year-only", "area-only", "masked", "yes-no"]
    value: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]


@dataclass(frozen=True, slots=True)
class Paper:
    """A document: `record` is its row in `documents`; `changed` where the bytes are not those that the row hashes."""

    record: str
    content: bytes = field(repr=False)
    changed: bool = False


@dataclass(frozen=True, slots=True)
class ReleasedPlaces:
    """Places of a hidden child that somebody released by name: records of their own, never joined with the others."""

    child: str
    records: CaseFile


@dataclass(frozen=True, slots=True)
class Package:
    """What is sent: masked records by table, and what belongs to them. The order of rows is that of their ids."""

    header: Header
    children: tuple[Child, ...]
    records: CaseFile
    reduced: tuple[ReducedValue, ...] = ()
    papers: tuple[Paper, ...] = ()
    statement: tuple[Entry, ...] = ()
    places: tuple[ReleasedPlaces, ...] = ()

    @property
    def restriction(self) -> tuple[str, ...]:
        """List the classes of restriction of everybody in it, the least first."""
        return restriction_of(self.header, self.children)

    def child(self, reference: str) -> Child:
        """Find a child by its reference; raise KeyError."""
        for found in self.children:
            if found.reference == reference:
                return found
        raise KeyError(reference)


def in_order(case: CaseFile) -> CaseFile:
    """Give a file with the rows of each table in the order of their ids."""
    content = {table: tuple(sorted(rows, key=lambda row: row.id)) for table, rows in case.tables()}
    return CaseFile(id=case.id, **content)  # type: ignore[arg-type]  # each table keeps its own kind


def keys(values: Iterable[ReducedValue]) -> tuple[tuple[str, str, str], ...]:
    """Give table, record and field of reduced values."""
    return tuple((value.table, value.record, value.field) for value in values)
