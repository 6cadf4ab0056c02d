"""Who the made-up children are: identifiers, birth, sex, ethnicity, disabilities."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from adapters.made_up.people import upn
from adapters.xml.write import Record
from schemas.cin.layout import code_set

_SEX_ITEM_CHANGED = 2025
_GENDERS = {"F": "2", "M": "1", "U": "0"}
_SCHOOL_AGE_YEARS = 4.4
_DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Person:
    """One child: number in the return, birth (expected where unborn), sex, death."""

    number: int
    born: date
    unborn: bool
    sex: str
    ethnicity: str
    died: date | None = None


def identifiers(person: Person, year: int, end: date, rng: Random, *, further: bool) -> Record:
    """Give the identifiers of a child; `further` tells that a referral went past no further action."""
    record: Record = {"LAchildID": f"DEMO{person.number:07d}"}
    record |= _pupil_number(person, end, rng, further=further)
    record["ExpectedPersonBirthDate" if person.unborn else "PersonBirthDate"] = person.born.isoformat()
    if year < _SEX_ITEM_CHANGED:
        record["GenderCurrent"] = _GENDERS[person.sex]
    else:
        record["Sex"] = person.sex
    if person.died is not None:
        record["PersonDeathDate"] = person.died.isoformat()
    return record


def _pupil_number(person: Person, end: date, rng: Random, *, further: bool) -> Record:
    if not further and rng.random() < 0.5:
        return {"UPNunknown": "UN7"}
    if person.unborn or end - person.born < timedelta(days=_SCHOOL_AGE_YEARS * _DAYS_A_YEAR):
        return {"UPNunknown": "UN1"}
    if rng.random() < 0.03:
        return {"UPNunknown": rng.choice(("UN2", "UN3", "UN4", "UN5"))}
    record: Record = {"UPN": upn(person.number, rng)}
    if rng.random() < 0.02:
        record["FormerUPN"] = upn(person.number + 5_000_000, rng)
    return record


def characteristics(person: Person, rng: Random) -> Record:
    """Give the ethnicity and, for a child who is born, the disabilities."""
    record: Record = {"Ethnicity": person.ethnicity}
    if not person.unborn:
        kinds = [code for code in code_set("Disability").values(2017) if code != "NONE"]
        codes = rng.sample(kinds, rng.choice((1, 1, 2, 3))) if rng.random() < 0.14 else ["NONE"]
        record["Disabilities"] = {"Disability": codes}
    return record
