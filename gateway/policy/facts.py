"""What the rules look at in the people of a case file: who they are in the package, ages, statuses, restrictions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from gateway.policy.agreement import Role
from gateway.policy.protected import without_protected
from gateway.policy.request import Subject
from gateway.policy.restrictions import classes
from schemas.case.base import CaseRecord
from schemas.case.genogram import PARENTS
from schemas.case.person import Person
from schemas.case.record import CaseFile
from schemas.errors import Rejected


def facts(case: CaseFile, children: Iterable[str], day: date) -> tuple[Subject, ...]:
    """Tell of everybody in a file what the rules look at, when the package is about these children.

    Raises Rejected where the file has no such child, in the same words where it has one whose existence is secret.
    """
    seen = without_protected(case, day)
    wanted = tuple(dict.fromkeys(children))
    if not wanted or not set(wanted) <= {child.id for child in seen.children}:
        raise Rejected("There is no such child in the case file.", hint="Give the identifier of one of its children.")
    parents = {
        tie.person
        for tie in seen.relationships
        if tie.other in wanted and (tie.kind in PARENTS or tie.parental_responsibility not in {None, "NONE"})
    }
    return tuple(_subject(seen, person, wanted, parents, day) for person in seen.person)


def _subject(case: CaseFile, person: Person, wanted: tuple[str, ...], parents: set[str], day: date) -> Subject:
    role = Role.ADULT
    if person.id in wanted:
        role = Role.CHILD
    elif person.is_child:
        role = Role.SIBLING
    elif person.id in parents:
        role = Role.PARENT
    return Subject(person.id, role, _age(person, day), _statuses(case, person, day), classes(case, person.id, day))


def _age(person: Person, day: date) -> int | None:
    born = person.date_of_birth
    return (
        None if born is None or day < born else day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    )


def _statuses(case: CaseFile, person: Person, day: date) -> frozenset[str]:
    spells: tuple[tuple[str, Iterable[CaseRecord]], ...] = (
        ("CHILD_PROTECTION", case.cp_plans),
        ("CHILD_IN_NEED", case.cin_plans),
        ("LOOKED_AFTER", case.cla_episodes),
    )
    found = {name for name, rows in spells if any(person.id in row.subjects and _runs(row, day) for row in rows)}
    if any(row.person == person.id for row in case.care_leavers):
        found.add("CARE_LEAVER")
    if person.kind == "UNBORN":
        found.add("UNBORN")
    return frozenset(found)


def _runs(row: CaseRecord, day: date) -> bool:
    start, end = getattr(row, "start_date", None), getattr(row, "end_date", None)
    return (start is None or start <= day) and (end is None or day <= end)
