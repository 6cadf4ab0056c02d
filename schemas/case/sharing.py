"""Facts that brothers and sisters share: what one has and another lacks is offered, what differs is shown.

A person decides on both: see `schemas.case.copying`. Nothing is offered from or to a child whose
record is restricted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from schemas.case.base import CaseRecord
from schemas.case.fields import Copying
from schemas.case.genogram import parents_of
from schemas.case.person import Person
from schemas.case.record import CaseFile
from schemas.case.tables import TABLES, table_fields

_CLOSED = frozenset({"X2", "X3", "X4", "X5"})
_SIBLINGS = frozenset({"SIBLING", "HALF_SIBLING"})


@dataclass(frozen=True, slots=True)
class Offer:
    """A fact that a brother or sister has and the child has not; `own` is the child's record that lacks it, if any."""

    child: str
    table: str
    origin: str
    origin_person: str
    fields: tuple[str, ...]
    copying: Copying
    own: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A value of the child's record that is not the brother's or sister's; values are JSON texts."""

    child: str
    table: str
    own: str
    origin: str
    origin_person: str
    field: str
    own_value: str
    other_value: str


def siblings(case: CaseFile, child: str) -> tuple[Person, ...]:
    """Give the other children who have a parent in common with the child, or are said to be brother or sister."""
    parents = set(parents_of(case, child))
    said = {
        person
        for tie in case.relationships
        if tie.kind in _SIBLINGS and child in tie.subjects
        for person in tie.subjects
    }
    return tuple(
        other
        for other in case.children
        if other.id != child and (other.id in said or not parents.isdisjoint(parents_of(case, other.id)))
    )


def is_restricted(case: CaseFile, person: str, day: date) -> bool:
    """Tell whether a person's record is restricted more than "sensitive" on a day, or holds a hidden place."""
    by_class = any(
        rule.person == person and rule.restriction in _CLOSED and (rule.end_date is None or day <= rule.end_date)
        for rule in case.restrictions
    )
    hidden = {place.person for place in case.address if place.hidden}
    return by_class or person in hidden | {place.person for place in case.cla_placement if place.hidden}


def offers(case: CaseFile, child: str, day: date) -> tuple[Offer, ...]:
    """List what brothers and sisters have that the child has not; the same fact of two of them is offered once."""
    found: dict[tuple[object, ...], Offer] = {}
    for table, theirs, own in _pairs(case, child, day):
        fields = tuple(name for name in _filled(table, theirs) if own is None or _is_empty(getattr(own, name)))
        if not fields:
            continue
        for offer in _offers(child, table, theirs, own, fields):
            values = tuple(getattr(theirs, name) for name in offer.fields)
            found.setdefault((table, offer.own, offer.fields, values), offer)
    return tuple(found.values())


def differences(case: CaseFile, child: str, day: date) -> tuple[Difference, ...]:
    """List the values in which a child's records differ from a brother's or sister's, but for those decided."""
    decided = {(row.record, row.field, row.copied_from, row.own_value, row.other_value) for row in case.copied_values}
    return tuple(
        Difference(child, table, own.id, theirs.id, subject_of(theirs), name, mine, other)
        for table, theirs, own in _pairs(case, child, day)
        if own is not None
        for name in _filled(table, theirs)
        if not _is_empty(getattr(own, name))
        and (mine := value_text(own, name)) != (other := value_text(theirs, name))
        and (own.id, name, theirs.id, mine, other) not in decided
    )


def _pairs(case: CaseFile, child: str, day: date) -> Iterator[tuple[str, CaseRecord, CaseRecord | None]]:
    """Go through every shared record of brothers and sisters with the child's record of the same fact, if any."""
    if is_restricted(case, child, day):
        return
    for other in siblings(case, child):
        if is_restricted(case, other.id, day):
            continue
        yield "person", other, case.somebody(child)
        for table, theirs in case.about(other.id):
            if TABLES[table].alike and theirs.provenance.state != "SUPERSEDED":
                yield table, theirs, _own(case, child, table, theirs)


def _own(case: CaseFile, child: str, table: str, theirs: CaseRecord) -> CaseRecord | None:
    """Find the child's record of a fact: the copy of it or its origin, else the one that is alike."""
    alike = None
    for name, record in case.about(child):
        if name != table:
            continue
        if theirs.id == record.provenance.copied_from or record.id == theirs.provenance.copied_from:
            return record
        if all(getattr(record, part) == getattr(theirs, part) for part in TABLES[table].alike):
            alike = alike or record
    return alike


def _offers(
    child: str, table: str, theirs: CaseRecord, own: CaseRecord | None, fields: tuple[str, ...]
) -> Iterator[Offer]:
    """Make one offer of each kind of copying, or one of a whole record, which takes the stricter kind."""
    kinds = {item.field: item.copying for item in table_fields(table)}
    if own is None:
        strictest = Copying.CHILD if Copying.CHILD in {kinds[name] for name in fields} else Copying.FAMILY
        yield Offer(child, table, theirs.id, subject_of(theirs), fields, strictest)
        return
    for kind in (Copying.FAMILY, Copying.CHILD):
        of_kind = tuple(name for name in fields if kinds[name] is kind)
        if of_kind:
            yield Offer(child, table, theirs.id, subject_of(theirs), of_kind, kind, own.id)


def _filled(table: str, record: CaseRecord) -> tuple[str, ...]:
    return tuple(
        item.field
        for item in table_fields(table)
        if item.copying is not Copying.NEVER and not _is_empty(getattr(record, item.field))
    )


def _is_empty(value: object) -> bool:
    return value is None or value == ()


def subject_of(record: CaseRecord) -> str:
    """Give the person whom a shared record is about."""
    return record.subjects[0]


def value_text(record: CaseRecord, name: str) -> str:
    """Give a value of a record as JSON."""
    return json.dumps(record.model_dump(mode="json", include={name})[name], ensure_ascii=False)
