"""The data of a genogram: who belongs to whom, who lives with whom, on a day; nothing of it is typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from schemas.case.codes import label
from schemas.case.family import HouseholdMember, Relationship
from schemas.case.person import Person
from schemas.case.record import CaseFile

PARENTS = frozenset({"MOTHER", "FATHER", "PARENT"})
_COUPLES = frozenset({"PARTNER", "FORMER_PARTNER"})
_TIED = PARENTS | _COUPLES | {"SIBLING", "HALF_SIBLING"}


_STEPS = dict.fromkeys((*PARENTS, "STEP_PARENT", "AUNT_UNCLE"), 1) | {"GRANDPARENT": 2}


@dataclass(frozen=True, slots=True)
class Individual:
    """One symbol: a square, a circle, or a triangle for the unborn; `generation` 0 is the children's."""

    person: str
    name: str
    sex: str
    born: date | None
    died: date | None
    unborn: bool
    generation: int


@dataclass(frozen=True, slots=True)
class Union:
    """Two parents, or one who is known, with their children from the eldest on; `ended` tells a couple apart."""

    parents: tuple[str, ...]
    children: tuple[str, ...]
    ended: bool


@dataclass(frozen=True, slots=True)
class Circle:
    """Those who live together on the day."""

    household: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tie:
    """Another relationship on the day, in words."""

    person: str
    other: str
    kind: str


@dataclass(frozen=True, slots=True)
class Genogram:
    """A family on a day."""

    day: date
    individuals: tuple[Individual, ...]
    unions: tuple[Union, ...]
    circles: tuple[Circle, ...]
    ties: tuple[Tie, ...]


def runs(record: Relationship | HouseholdMember, day: date) -> bool:
    """Tell whether a relationship or a time in a household holds on a day, both its ends included."""
    return (record.start_date is None or record.start_date <= day) and (
        record.end_date is None or day <= record.end_date
    )


def genogram(case: CaseFile, day: date) -> Genogram:
    """Derive the genogram of a family as it is on a day."""
    levels = _generations(case)
    return Genogram(
        day=day,
        individuals=tuple(_individual(person, levels[person.id]) for person in case.person),
        unions=_unions(case, day),
        circles=_circles(case, day),
        ties=tuple(
            Tie(tie.person, tie.other, label("RelationshipKind", tie.kind))
            for tie in case.relationships
            if tie.kind not in _TIED and runs(tie, day)
        ),
    )


def parents_of(case: CaseFile, child: str) -> tuple[str, ...]:
    """Give the parents of a person in the order of the records, each once."""
    found = (tie.person for tie in case.relationships if tie.kind in PARENTS and tie.other == child)
    return tuple(dict.fromkeys(found))


def household_members(case: CaseFile, household: str, day: date) -> tuple[str, ...]:
    """Give who lives in a household on a day."""
    return tuple(
        member.person for member in case.household_members if member.household == household and runs(member, day)
    )


def _individual(person: Person, generation: int) -> Individual:
    return Individual(
        person=person.id,
        name=" ".join(part for part in (person.forename, person.surname) if part) or person.id,
        sex=person.sex or "U",
        born=person.date_of_birth or person.expected_date_of_birth,
        died=person.date_of_death,
        unborn=person.kind == "UNBORN",
        generation=generation,
    )


def _generations(case: CaseFile) -> dict[str, int]:
    """Count how far each person is above the children: parents 1, grandparents 2. Data that go in a circle end it."""
    levels = {person.id: 0 for person in case.person}
    for _ in case.person:
        for tie in case.relationships:
            step = _STEPS.get(tie.kind, 0)
            if step:
                levels[tie.person] = min(max(levels[tie.person], levels[tie.other] + step), len(levels))
            elif tie.kind in _COUPLES:
                levels[tie.person] = levels[tie.other] = max(levels[tie.person], levels[tie.other])
    return levels


def _unions(case: CaseFile, day: date) -> tuple[Union, ...]:
    born = {person.id: (person.date_of_birth or person.expected_date_of_birth or date.max) for person in case.person}
    children: dict[tuple[str, ...], list[str]] = {}
    for person in case.person:
        parents = parents_of(case, person.id)
        if parents:
            children.setdefault(parents, []).append(person.id)
    for tie in case.relationships:
        if tie.kind in _COUPLES and not any({tie.person, tie.other} <= set(parents) for parents in children):
            children[tie.person, tie.other] = []
    return tuple(
        Union(parents, tuple(sorted(own, key=born.__getitem__)), _ended(case.relationships, parents, day))
        for parents, own in children.items()
    )


def _ended(ties: Iterable[Relationship], parents: tuple[str, ...], day: date) -> bool:
    couple = [tie for tie in ties if tie.kind in _COUPLES and {tie.person, tie.other} == set(parents)]
    return bool(couple) and not any(tie.kind == "PARTNER" and runs(tie, day) for tie in couple)


def _circles(case: CaseFile, day: date) -> tuple[Circle, ...]:
    found = ((household.id, household_members(case, household.id, day)) for household in case.households)
    return tuple(Circle(household, members) for household, members in found if members)
