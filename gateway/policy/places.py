"""Class X2: the places that tell where a hidden child is, and every other way in which a record may tell them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from gateway.policy.request import Place
from gateway.policy.restrictions import HIDDEN_ADDRESS, classes
from gateway.policy.words import Marks, marks, run_together
from schemas.case.base import CaseRecord
from schemas.case.genogram import PARENTS
from schemas.case.people import Agency
from schemas.case.record import CaseFile
from schemas.case.tables import KEYS, table_fields

_HEALTH = frozenset({"GP", "HEALTH_VISITING", "SCHOOL_NURSING", "HOSPITAL", "CAMHS"})
_SCHOOLS = frozenset({"SCHOOL", "EARLY_YEARS", "NURSERY", "COLLEGE"})
_WORD = 5
# Words that very many places have: they tell none apart.
_GENERAL = frozenset(
    word
    for line in (
        "street avenue close court crescent drive gardens grove house place square terrace cottage lodge manor flat",
        "apartment school primary junior infant infants secondary academy college nursery church catholic saint",
        "community surgery practice medical centre health clinic hospital service services visiting visitors visitor",
        "refuge hostel foster fostering agency trust north south east west upper lower great little green",
    )
    for word in line.split()
)

_SAFE: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "address": frozenset({"hidden"}),
        "households": frozenset(),
        "household_members": frozenset(),
        "cla_placement": frozenset(
            {"period_of_care", "start_date", "end_date", "kind", "provider", "change_reason", "hidden"}
        ),
        "education": frozenset({"change", "sen_status", "attendance", "education_plan", "start_date", "end_date"}),
        "agencies": frozenset({"kind", "in_core_group", "continues", "start_date", "end_date"}),
    }
)
"""The tables that are about places, and what of them tells no place: a field that is new tells one."""

FIELDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "permanence": frozenset({"provider_urn"}),
        "early_help_episodes": frozenset({"organisation"}),
        "legal_status": frozenset({"court"}),
        "linked_identifiers": frozenset({"value", "issuer"}),
        "contacts": frozenset({"source_detail"}),
        "cin_episodes": frozenset({"source_detail"}),
        **{
            table: frozenset(item.field for item in table_fields(table)) - safe - set(KEYS)
            for table, safe in _SAFE.items()
        },
    }
)
"""The fields that tell where somebody is, by table: of a hidden child none of them goes."""

_BY_VALUE = MappingProxyType(
    {
        "address": ("postcode", "uprn"),
        "cla_placement": ("postcode", "provider_urn"),
        "education": ("setting", "urn", "establishment"),
        "agencies": ("name", "code", "urn"),
    }
)
"""What makes a place of somebody else the same place."""


@dataclass(frozen=True, slots=True)
class Secret:
    """What is to be kept of all hidden children of a file.

    `records` are those of hidden places (`table/id`), `values` what names them, `companions` adults who live there and
    are no parent; `exact` marks what tells a place, `wide` its town too.
    """

    children: frozenset[str]
    records: frozenset[str]
    values: frozenset[str]
    companions: frozenset[str]
    exact: Marks
    wide: Marks

    def is_place(self, table: str, record: CaseRecord) -> bool:
        """Tell whether a record of anybody is about a hidden place, by itself or by what it names."""
        if f"{table}/{record.id}" in self.records:
            return True
        return not self.values.isdisjoint(run_together(value) for value in _values(table, record))

    def tells(self, table: str, record: CaseRecord, field: str) -> bool:
        """Tell whether a field of a record of anybody has a value of a hidden place."""
        value = getattr(record, field)
        return field in FIELDS.get(table, ()) and isinstance(value, str) and run_together(value) in self.values


def kind_of_place(table: str, record: CaseRecord, field: str) -> Place | None:
    """Tell which release a field of a record of a hidden child would need; None where no release lets it go."""
    if table in {"address", "households", "household_members", "cla_placement"}:
        return Place.ADDRESS
    if table == "education":
        return Place.SCHOOL
    if table == "agencies":
        kind = getattr(record, "kind", None)
        if field == "contact":
            return Place.CONTACT
        return Place.HEALTH if kind in _HEALTH else Place.SCHOOL if kind in _SCHOOLS else Place.CONTACT
    return None


def secret(case: CaseFile, day: date) -> Secret | None:
    """Find what is to be kept; None where no child of the file is hidden."""
    hidden = frozenset(person.id for person in case.person if HIDDEN_ADDRESS in classes(case, person.id, day))
    if not hidden:
        return None
    since = {person: _since(case, person) for person in hidden}
    places = [place for person in hidden for place in _kept(case, person, since[person])]
    homes = {record.id for table, record in places if table == "address"}
    households = {row.id for row in case.households if row.address in homes}
    households |= {
        row.household for row in case.household_members if row.person in hidden and _is_kept(row, since[row.person])
    }
    companions = _companions(case, households, hidden)
    values = frozenset(run_together(value) for value in _told(places))
    new = [(table, record) for table, record in places if _is_new(record, since[record.subjects[0]])]
    return Secret(
        children=hidden,
        records=frozenset(f"{table}/{record.id}" for table, record in places)
        | {f"households/{key}" for key in households}
        | {f"household_members/{row.id}" for row in case.household_members if row.household in households},
        values=values,
        companions=companions,
        exact=marks([*_told(places), *_words(new, town=False)]),
        wide=marks([*_told(places), *_words(new, town=True)]),
    )


def _since(case: CaseFile, person: str) -> date:
    """Give the first day on which the child was hidden: what is known from before is known."""
    days = [row.start_date for row in case.restrictions if row.person == person and row.restriction == HIDDEN_ADDRESS]
    days += [home.start_date for home in case.address if home.person == person and (home.hidden or home.hidden_from)]
    days += [
        placement.start_date for placement in case.cla_placement if placement.person == person and placement.hidden
    ]
    return min((day or date.min for day in days), default=date.min)


def _kept(case: CaseFile, person: str, since: date) -> Iterable[tuple[str, CaseRecord]]:
    """Go through the places where the child is; where a later one of a kind is known, an earlier one is past."""
    found = [(table, record) for table, record in case.about(person) if table in _BY_VALUE and _is_kept(record, since)]
    renewed = {_kind(table, record) for table, record in found if _is_new(record, since)}
    return [(table, record) for table, record in found if _is_new(record, since) or _kind(table, record) not in renewed]


def _kind(table: str, record: CaseRecord) -> tuple[str, str]:
    return table, str(getattr(record, "kind", "")) if table == "agencies" else ""


def _is_kept(record: CaseRecord, since: date) -> bool:
    """Tell whether a place is where the child is, or has been since it was hidden."""
    end = getattr(record, "end_date", None)
    return bool(getattr(record, "hidden", None)) or end is None or end > since


def _is_new(record: CaseRecord, since: date) -> bool:
    start = getattr(record, "start_date", None)
    return bool(getattr(record, "hidden", None)) or start is None or start >= since


def _companions(case: CaseFile, households: set[str], hidden: frozenset[str]) -> frozenset[str]:
    children = {child.id for child in case.children}
    parents = {tie.person for tie in case.relationships if tie.kind in PARENTS and tie.other in children}
    there = {row.person for row in case.household_members if row.household in households}
    return frozenset(there - hidden - parents - children)


def _values(table: str, record: CaseRecord) -> list[str]:
    """Give what makes the place the same place; a line of an address alone may be a town, and so is none."""
    found = [getattr(record, field) for field in _BY_VALUE.get(table, ())]
    lines: tuple[str, ...] = getattr(record, "lines", ())
    if len(lines) > 1:
        found += [lines[0], "".join(lines)]
    return [str(value) for value in found if value]


def _told(places: Iterable[tuple[str, CaseRecord]]) -> list[str]:
    found = [value for table, record in places for value in _values(table, record)]
    return found + [record.contact for _, record in places if isinstance(record, Agency) and record.contact]


def _words(places: Iterable[tuple[str, CaseRecord]], *, town: bool) -> list[str]:
    """Give the words by which a new place is known: streets, schools, practices, and the town where `town` says so."""
    texts: list[str] = []
    for table, record in places:
        lines = getattr(record, "lines", ())
        texts += lines if town or len(lines) == 1 else lines[:-1]
        if table in {"education", "agencies"}:
            texts += [text for text in (getattr(record, "setting", ""), getattr(record, "name", "")) if text]
    return [
        word
        for text in texts
        for word in re.findall(r"[^\W\d_]+", text)
        if len(word) >= _WORD and word.casefold() not in _GENERAL
    ]
