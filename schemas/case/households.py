"""Where somebody has lived and with whom, over time, from the households that the records hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from schemas.case.family import HouseholdMember
from schemas.case.record import CaseFile


@dataclass(frozen=True, slots=True)
class Companion:
    """Somebody in the same household, and the part of the time for which both were there."""

    person: str
    role: str
    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Residence:
    """A time in a household; `address` is the record of the place, held once for the whole household."""

    household: str
    address: str | None
    role: str
    start: date | None
    end: date | None
    companions: tuple[Companion, ...]


def residences(case: CaseFile, person: str) -> tuple[Residence, ...]:
    """List the households of a person, the earliest first; a child may be in two at once."""
    places = {household.id: household.address for household in case.households}
    found = (
        Residence(
            stay.household,
            places.get(stay.household),
            stay.role or "",
            stay.start_date,
            stay.end_date,
            _companions(case, stay),
        )
        for stay in case.household_members
        if stay.person == person
    )
    return tuple(sorted(found, key=lambda stay: (stay.start or date.min, stay.household)))


def _companions(case: CaseFile, stay: HouseholdMember) -> tuple[Companion, ...]:
    found = []
    for other in case.household_members:
        if other.household != stay.household or other.person == stay.person:
            continue
        start, end = _later(stay.start_date, other.start_date), _earlier(stay.end_date, other.end_date)
        if start is None or end is None or start <= end:
            found.append(Companion(other.person, other.role or "", start, end))
    return tuple(found)


def _later(one: date | None, other: date | None) -> date | None:
    return max((day for day in (one, other) if day is not None), default=None)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day is not None), default=None)
