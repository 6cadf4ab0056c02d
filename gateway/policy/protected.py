"""Class X5: a protected child is not on the gateway; the file is as if there were no such child."""

from __future__ import annotations

from datetime import date

from gateway.policy.restrictions import PROTECTED, classes
from gateway.policy.texts import may_tell
from gateway.policy.words import Marks, marks
from schemas.case.base import CaseRecord
from schemas.case.record import CaseFile
from schemas.case.tables import TABLES, table_fields

_CLEARED = {"copied_from": None, "copied_person": None, "copied_at": None, "copied_by": None}


def without_protected(case: CaseFile, day: date) -> CaseFile:
    """Give the file without the people of class X5: no record that is about or points to them, no text that names them.

    What is sent is then the same as from a file that never had them, but for texts about them.
    """
    people = _protected(case, day)
    if not people:
        return case
    names = _names(case, people)
    left = {
        table: tuple(
            _cleared(table, record, people, names)
            for record in rows
            if people.isdisjoint(record.subjects) and people.isdisjoint(_pointed_to(table, record))
        )
        for table, rows in case.tables()
    }
    homes = {row.household for row in case.household_members if row.person in people}
    lived_in = {getattr(row, "household", "") for row in left["household_members"]}
    left["households"] = tuple(row for row in left["households"] if row.id in lived_in or row.id not in homes)
    return CaseFile(id=case.id, **left)  # type: ignore[arg-type]  # each table keeps its own kind


def names_of_protected(case: CaseFile, day: date) -> Marks | None:
    """Give what names the people of class X5, by which documents are searched; None where the file has none."""
    people = _protected(case, day)
    return _names(case, people) if people else None


def _protected(case: CaseFile, day: date) -> frozenset[str]:
    return frozenset(person.id for person in case.person if PROTECTED in classes(case, person.id, day))


def _pointed_to(table: str, record: CaseRecord) -> frozenset[str]:
    """Give the persons whom a record points to, but for those of a list: out of one they can be taken."""
    values = (getattr(record, item.field) for item in table_fields(table) if item.points_to == "person")
    return frozenset(value for value in values if isinstance(value, str))


def _cleared(table: str, record: CaseRecord, people: frozenset[str], names: Marks) -> CaseRecord:
    changed: dict[str, object] = {}
    for item in table_fields(table):
        value = getattr(record, item.field)
        if isinstance(value, tuple) and item.points_to == "person":
            changed[item.field] = tuple(key for key in value if key not in people)
        elif isinstance(value, str) and may_tell(item.name) and names.within(value):
            changed[item.field] = None
    if record.provenance.copied_person in people:
        changed["provenance"] = record.provenance.model_copy(update=_CLEARED)
    required = {name for name, info in TABLES[table].model_fields.items() if info.is_required()}
    return record.model_copy(
        update={name: value for name, value in changed.items() if value is not None or name not in required}
    )


def _names(case: CaseFile, people: frozenset[str]) -> Marks:
    """Give what names them: forenames as words, since surnames are the family's, and numbers."""
    persons = [person for person in case.person if person.id in people]
    others = {person.forename for person in case.person if person.id not in people}
    forenames = {person.forename for person in persons}
    forenames |= {row.forename for row in case.names if row.person in people}
    numbers = {
        number
        for person in persons
        for number in (person.authority_reference, person.legacy_reference, person.nhs_number, person.upn, person.uln)
    }
    numbers |= {row.value for row in case.linked_identifiers if row.person in people}
    return marks(filter(None, numbers), filter(None, forenames - others))
