"""What a package would change in what the receiver holds: shown field by field, and decided by a person.

Nothing here changes a record: what differs is never overwritten by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
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
    found: list[Match] = []
    for table, rows in theirs.tables():
        left = {row.id: row for row in dict(held.tables())[table]}
        for choose in (_by_origin, _by_likeness):
            paired = {row.id for name, row, _ in found if name == table}
            for row in (row for row in rows if row.id not in paired):
                ours = next((ours for ours in left.values() if choose(table, row, ours, persons)), None)
                if ours is not None:
                    del left[ours.id]
                    found.append((table, row, ours))
    return tuple(found)


def _by_origin(table: str, theirs: CaseRecord, ours: CaseRecord, persons: Mapping[str, str]) -> bool:
    if table == "person":
        return persons.get(theirs.id) == ours.id
    one, other = theirs.provenance, ours.provenance
    return (one.source, one.record) == (other.source, other.record) and _same_people(theirs, ours, persons)


def _by_likeness(table: str, theirs: CaseRecord, ours: CaseRecord, persons: Mapping[str, str]) -> bool:
    names = TABLES[table].alike
    if table == "person" or not names or not _same_people(theirs, ours, persons):
        return False
    told = [(getattr(theirs, name), getattr(ours, name)) for name in names]
    return all(one == other for one, other in told) and any(one is not None for one, _ in told)


def _same_people(theirs: CaseRecord, ours: CaseRecord, persons: Mapping[str, str]) -> bool:
    return tuple(persons.get(person) for person in theirs.subjects) == ours.subjects


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
