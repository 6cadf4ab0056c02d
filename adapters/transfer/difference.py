"""What a package would change in what the receiver holds: shown field by field, and decided by a person.

Nothing here changes a record: what differs is never overwritten by itself.
"""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from adapters.transfer.package import Package
from adapters.transfer.scopes import mentioned
from schemas.case.base import CaseRecord
from schemas.case.record import CaseFile
from schemas.case.tables import KEYS, TABLES, table_fields


@dataclass(frozen=True, slots=True)
class Row:
    """A record by table and identifier."""

    table: str
    record: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A record of the package and the one of ours that is the same."""

    table: str
    theirs: str
    ours: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A value that is not ours; values are JSON texts, `our_value` is null where we have none."""

    table: str
    theirs: str
    ours: str
    field: str
    their_value: str
    our_value: str


@dataclass(frozen=True, slots=True)
class Difference:
    """The records that we do not have, those that say the same, values that differ, and what only we have."""

    added: tuple[Row, ...]
    same: tuple[Pair, ...]
    different: tuple[Changed, ...]
    only_ours: tuple[Row, ...]


def difference(package: Package, held: CaseFile, persons: Mapping[str, str]) -> Difference:
    """Compare a package with the receiver's own file; `persons` says who of theirs is who of ours.

    A record is one of ours where it came from the same record of the same system, or where it is about the same person
    and alike. What the package leaves empty says nothing: it may be withheld. What we alone have is listed for those of
    our people who are in `persons`.
    """
    pairs = _pairs(package.records, held, persons)
    ours_of = {(table, theirs.id): ours.id for table, theirs, ours in pairs}
    changed = {(table, theirs.id): tuple(_changed(table, theirs, ours, ours_of)) for table, theirs, ours in pairs}
    matched = {(table, ours.id) for table, _, ours in pairs}
    known = frozenset(persons.values())
    return Difference(
        added=tuple(Row(table, row.id) for table, row in package.records.records() if (table, row.id) not in ours_of),
        same=tuple(Pair(table, theirs.id, ours.id) for table, theirs, ours in pairs if not changed[table, theirs.id]),
        different=tuple(chain.from_iterable(changed.values())),
        only_ours=tuple(
            Row(table, row.id)
            for table, row in held.records()
            if (table, row.id) not in matched and not known.isdisjoint(mentioned(table, row))
        ),
    )


Match = tuple[str, CaseRecord, CaseRecord]


def _pairs(theirs: CaseFile, held: CaseFile, persons: Mapping[str, str]) -> tuple[Match, ...]:
    """Pair records, each of ours with one of theirs at most: by where they came from first, then by what they say."""
    themselves = {person.id: person.id for person in held.person}
    found: list[Match] = []
    for table, rows in theirs.tables():
        left, ours = list(rows), list(dict(held.tables())[table])
        for key in (_origin, _likeness):
            known = {key(table, row, themselves): row for row in reversed(ours)}
            pairs = [(row, known.pop(key(table, row, persons), None)) for row in left]
            found += [(table, row, own) for row, own in pairs if own is not None]
            paired = {own.id for _, own in pairs if own is not None}
            left = [row for row, own in pairs if own is None]
            ours = [row for row in ours if row.id not in paired]
    return tuple(found)


def _origin(table: str, row: CaseRecord, persons: Mapping[str, str]) -> Hashable:
    """Give what makes a record the same as another one: for people who they are, else the record that it came from."""
    people = _people(row, persons)
    if people is None:
        return object()  # like nothing else
    return people if table == "person" else (row.provenance.source, row.provenance.record, people)


def _likeness(table: str, row: CaseRecord, persons: Mapping[str, str]) -> Hashable:
    """Give what two records of the same fact have in common; of what says nothing alike each is its own."""
    people = _people(row, persons)
    told = tuple(getattr(row, name) for name in TABLES[table].alike)
    return object() if people is None or all(value is None for value in told) else (people, told)


def _people(row: CaseRecord, persons: Mapping[str, str]) -> tuple[str, ...] | None:
    """Give whom a record is about, as ours; None where one of them is nobody of ours."""
    found = tuple(persons[person] for person in row.subjects if person in persons)
    return found if len(found) == len(row.subjects) else None


def _changed(
    table: str, theirs: CaseRecord, ours: CaseRecord, ours_of: Mapping[tuple[str, str], str]
) -> Iterator[Changed]:
    for item in table_fields(table):
        value, own = getattr(theirs, item.field), getattr(ours, item.field)
        if item.field in KEYS or value in (None, ()):
            continue
        if item.points_to:
            value = _as_ours(value, item.points_to, ours_of)
        if value != own:
            yield Changed(table, theirs.id, ours.id, item.field, _text(value), _text(own))


def _as_ours(value: object, table: str, ours_of: Mapping[tuple[str, str], str]) -> object:
    if isinstance(value, tuple):
        return tuple(_as_ours(found, table, ours_of) for found in value)
    return ours_of.get((table, str(value)), value)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
