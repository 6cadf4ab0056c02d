"""Candidates from the records of a case file: what we hold, or what a package brought."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from gateway.matching.candidate import Candidate, Relative, Restriction, candidate, partner_reference, relative
from gateway.policy.restrictions import classes
from schemas.case.person import Person
from schemas.case.record import CaseFile
from schemas.identifiers import ULN_UNKNOWN

_PARENTS = frozenset({"MOTHER", "FATHER", "PARENT", "STEP_PARENT", "CARER", "GUARDIAN"})
_SIBLINGS = frozenset({"SIBLING", "HALF_SIBLING"})
_PUPIL_NUMBERS = frozenset({"UPN", "FORMER_UPN"})
_OTHER_NUMBERS = frozenset({"ULN", "HOME_OFFICE"})
_VERIFIED = "CONFIRMED"


def children(case: CaseFile, on: date, partner: str = "") -> tuple[Candidate, ...]:
    """Make a candidate of every child of a file, with the restrictions that hold on a day.

    Where `partner` sent the file, each is known by the partner's reference, which no record of ours has
    and which an earlier link knows.
    """
    return tuple(_child(case, person, on, partner) for person in case.person if person.is_child)


def _child(case: CaseFile, person: Person, on: date, partner: str) -> Candidate:
    names = [name for name in case.names if name.person == person.id]
    numbers = [(each.kind, each.value) for each in case.linked_identifiers if each.person == person.id]
    homes = [home for home in case.address if home.person == person.id]
    theirs = partner_reference(partner, person.id)
    return candidate(
        theirs if partner else person.id,
        family=[text for text in (person.surname, *(name.surname for name in names)) if text],
        given=[text for text in (person.forename, *(name.forename for name in names)) if text],
        births=[person.date_of_birth] if person.date_of_birth else (),
        expected=person.expected_date_of_birth,
        sex=person.sex or "",
        nhs_number=person.nhs_number or "",
        nhs_verified=person.nhs_number_verified == _VERIFIED,
        former_nhs_numbers=[value for kind, value in numbers if kind == "NHS_NUMBER" and value != person.nhs_number],
        upns=[*([person.upn] if person.upn else ()), *(value for kind, value in numbers if kind in _PUPIL_NUMBERS)],
        numbers=_others([("ULN", person.uln or ""), *numbers]),
        known_as=[theirs] if partner else (),
        postcodes=[home.postcode for home in homes if home.postcode],
        uprns=[home.uprn for home in homes if home.uprn],
        carers=_parents(case, person),
        siblings=_siblings(case, person),
        restriction=_restriction(case, person, on),
        deceased=person.date_of_death is not None,
    )


def _others(numbers: Iterable[tuple[str, str]]) -> Iterator[str]:
    for kind, value in numbers:
        if kind in _OTHER_NUMBERS and value and value != ULN_UNKNOWN:
            yield f"{kind}:{value}"


def _parents(case: CaseFile, person: Person) -> Iterator[Relative]:
    wanted = {tie.person for tie in case.relationships if tie.other == person.id and tie.kind in _PARENTS}
    return _relatives(case, wanted)


def _siblings(case: CaseFile, person: Person) -> Iterator[Relative]:
    ties = [tie for tie in case.relationships if tie.kind in _SIBLINGS and person.id in {tie.person, tie.other}]
    return _relatives(case, {each for tie in ties for each in (tie.person, tie.other)} - {person.id})


def _relatives(case: CaseFile, wanted: set[str]) -> Iterator[Relative]:
    for person in case.person:
        if person.id in wanted:
            yield relative(person.surname or "", person.forename or "", person.date_of_birth)


def _restriction(case: CaseFile, person: Person, on: date) -> Restriction:
    """Take the strictest that holds, by the same classes as agreements are asked about."""
    return max([Restriction.NORMAL, *map(Restriction, classes(case, person.id, on))])
