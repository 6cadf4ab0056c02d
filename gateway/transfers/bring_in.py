"""Bring accepted records into a case file of ours, each with where it came from; nothing of ours is overwritten."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from adapters.transfer.difference import Changed, Difference, difference
from adapters.transfer.package import Package
from schemas.case.base import CaseRecord, Provenance
from schemas.case.papers import CopiedValue, Document
from schemas.case.person import Person
from schemas.case.record import CaseFile
from schemas.case.tables import KEYS, TABLES, table_fields

Ids = dict[tuple[str, str], str]
"""Our id of each of their records, by table and their id."""

_LONGEST = 128
_EMPTY = frozenset({"null", "[]"})


@dataclass(frozen=True, slots=True)
class Brought:
    """Our file with what was added, the values of theirs that differ from ours, and who of theirs is who of ours."""

    file: CaseFile
    difference: Difference
    persons: Mapping[str, str]


def bring_in(held: CaseFile, package: Package, persons: Mapping[str, str], via: str, new: Callable[[], str]) -> Brought:
    """Add the records that we do not have. `persons` says who of theirs is who of ours; the others are new to us.

    `via` is the message; `new` makes an id for somebody who is new. Places that were released by name come last: they
    are hidden here as they were there.
    """
    brought = _bring(held, package, persons, via, new)
    for places in package.places:
        apart = replace(package, records=places.records, papers=(), places=())
        more = _bring(brought.file, apart, brought.persons, via, new)
        file, left = _filled(more.file, more.difference.different, via)
        differs = (*brought.difference.different, *left)
        brought = Brought(file, replace(brought.difference, different=differs), brought.persons)
    return brought


def with_value(record: CaseRecord, table: str, field: str, text: str) -> CaseRecord:
    """Give a record with another value of a field, which is given as JSON text."""
    values = record.model_dump(mode="json", exclude_defaults=True) | {field: json.loads(text)}
    return TABLES[table].model_validate_json(json.dumps(values))


def _filled(file: CaseFile, differs: Iterable[Changed], via: str) -> tuple[CaseFile, tuple[Changed, ...]]:
    """Put values into records that the same message brought without them; give the file and what is left to ask."""
    left = []
    for each in differs:
        rows = {row.id: row for row in dict(file.tables())[each.table]}
        ours = rows[each.ours]
        if ours.provenance.via != via or each.our_value not in _EMPTY:
            left.append(each)
            continue
        rows[each.ours] = with_value(ours, each.table, each.field, each.their_value)
        file = file.with_records(each.table, tuple(rows.values()))
    return file, tuple(left)


def _bring(held: CaseFile, package: Package, persons: Mapping[str, str], via: str, new: Callable[[], str]) -> Brought:
    known = dict(persons) | _same_adults(held, package.records, persons)
    found = difference(package, held, known)
    ids: Ids = {(pair.table, pair.theirs): pair.ours for pair in found.same}
    ids |= {(changed.table, changed.theirs): changed.ours for changed in found.different}
    taken = {(table, record.id) for table, record in held.records()}
    for row in found.added:
        name = new() if row.table == "person" else _named(via, row.record)
        ids[row.table, row.record] = _named(via, name) if (row.table, name) in taken else name
    added = {(row.table, row.record) for row in found.added}
    bytes_of = {paper.record: paper.content for paper in package.papers if paper.changed}
    content = {
        table: (
            *rows,
            *(
                _ours(table, record, ids, via, bytes_of)
                for record in dict(package.records.tables())[table]
                if (table, record.id) in added
            ),
        )
        for table, rows in held.tables()
    }
    file = CaseFile(id=held.id, **content)  # type: ignore[arg-type]  # each table keeps its own kind
    everybody = {theirs: ours for (table, theirs), ours in ids.items() if table == "person"}
    return Brought(file, found, everybody)


def without(case: CaseFile, via: str) -> CaseFile:
    """Give a file without the records that a message brought; somebody whom another record is about stays."""
    left = {table: tuple(row for row in rows if row.provenance.via != via) for table, rows in case.tables()}
    needed = {subject for table, rows in left.items() if table != "person" for row in rows for subject in row.subjects}
    left["person"] = tuple(row for row in case.person if row.provenance.via != via or row.id in needed)
    return CaseFile(id=case.id, **left)  # type: ignore[arg-type]  # each table keeps its own kind


def _same_adults(held: CaseFile, theirs: CaseFile, persons: Mapping[str, str]) -> dict[str, str]:
    """Say which adults are surely the same: those whose names and day of birth are whole and equal, and one alone."""
    ours: dict[tuple[object, ...], list[str]] = {}
    for person in held.person:
        ours.setdefault(_who(person), []).append(person.id)
    found = {}
    for person in theirs.person:
        same = ours.get(_who(person), [])
        if person.id not in persons and not person.is_child and None not in _who(person) and len(same) == 1:
            found[person.id] = same[0]
    return found


def _who(person: Person) -> tuple[object, ...]:
    return person.forename, person.surname, person.date_of_birth


def _named(via: str, theirs: str) -> str:
    """Give the id of a record here: theirs, with the message that brought it, so that no two are the same."""
    name = f"{via}:{theirs}"
    return name if len(name) <= _LONGEST else f"{via}:{sha256(theirs.encode()).hexdigest()}"


def _ours(table: str, record: CaseRecord, ids: Ids, via: str, bytes_of: Mapping[str, bytes]) -> CaseRecord:
    values: dict[str, object] = {"id": ids[table, record.id], "provenance": _from(table, record, ids, via)}
    for item in table_fields(table):
        value = getattr(record, item.field)
        if item.points_to and value is not None and item.field not in KEYS[:1]:
            values[item.field] = _pointing(value, item.points_to, ids, via)
    if isinstance(record, CopiedValue):
        for name in ("record", "copied_from"):
            values[name] = _pointing(getattr(record, name), record.table, ids, via)
    if isinstance(record, Document) and record.id in bytes_of:
        # Its metadata was taken out: these are the bytes that we have.
        content = bytes_of[record.id]
        values |= {"sha256": sha256(content).hexdigest(), "size": len(content)}
    return record.model_copy(update=values)


def _pointing(value: object, table: str, ids: Ids, via: str) -> object:
    if isinstance(value, tuple):
        return tuple(_pointing(found, table, ids, via) for found in value)
    return ids.get((table, str(value))) or _named(via, str(value))


def _from(table: str, record: CaseRecord, ids: Ids, via: str) -> Provenance:
    told = record.provenance
    copied = (table, told.copied_from or ""), ("person", told.copied_person or "")
    both = told.copied_from is not None and all(name in ids for name in copied)
    return told.model_copy(
        update={
            "via": via,
            "copied_from": ids[copied[0]] if both else None,
            "copied_person": ids[copied[1]] if both else None,
            "copied_at": told.copied_at if both else None,
            "copied_by": told.copied_by if both else None,
        }
    )
