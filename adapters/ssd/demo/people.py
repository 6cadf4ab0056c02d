"""Put a made-up child of the census population, or another young person, in the tables about people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from adapters.case.demo.people import FORENAMES, SURNAMES, nhs_number
from adapters.ssd.demo.office import HOMES, Office
from adapters.xml.write import Record

_MOST_NHS_NUMBERS = 90_000
_YEAR = 365.25
_GENDERS = {"F": "Female", "M": "Male", "U": "Unknown"}
_STREETS = ("Tansy Walk", "Copperbeech Road", "Larkrise Court", "Old Tannery Lane", "Foundry Terrace")


@dataclass(frozen=True, slots=True)
class Child:
    """A child while the history is made."""

    id: str
    born: date
    sex: str
    unborn: bool

    def age(self, day: date) -> float:
        """Give the age in years."""
        return (day - self.born).days / _YEAR

    def birthday(self, years: int) -> date:
        """Give the day on which the child is so old; born on 29 February, it is 28 February in other years."""
        try:
            return self.born.replace(year=self.born.year + years)
        except ValueError:
            return self.born.replace(year=self.born.year + years, day=28)


def from_census(office: Office, number: int, record: Record) -> Child:
    """Put in a child as the census describes them."""
    identifiers = cast("dict[str, str]", record["ChildIdentifiers"])
    about = cast("Record", record["ChildCharacteristics"])
    born = identifiers.get("PersonBirthDate")
    due = identifiers.get("ExpectedPersonBirthDate")
    died = identifiers.get("PersonDeathDate")
    child = Child(f"D{number:07}", date.fromisoformat(born or due or ""), identifiers["Sex"], born is None)
    _person(
        office,
        child,
        number,
        ethnicity=about["Ethnicity"],
        date_of_death=died and date.fromisoformat(died),
        upn=identifiers.get("UPN"),
        upn_unknown=identifiers.get("UPNunknown"),
    )
    if "FormerUPN" in identifiers:
        office.rows.add("linked_identifiers", person=child.id, kind="FORMER_UPN", value=identifiers["FormerUPN"])
    for code in cast("dict[str, list[str]]", about.get("Disabilities", {})).get("Disability", []):
        if code != "NONE":
            office.rows.add("disability", person=child.id, code=code)
    return child


def young_person(office: Office, number: int, born: date, upn: str) -> Child:
    """Put in somebody whom no census of this year has."""
    child = Child(f"D{number:07}", born, office.one(("F", "M")), unborn=False)
    _person(office, child, number, ethnicity="WBRI", upn=upn)
    return child


def _person(office: Office, child: Child, number: int, **more: object) -> None:
    office.rows.add(
        "person",
        id=child.id,
        authority_reference=child.id,
        legacy_reference=f"L{number:07}",
        forename=office.one(FORENAMES[child.sex]),
        surname=office.one(SURNAMES),
        sex=child.sex,
        gender_identity=_GENDERS[child.sex],
        nhs_number=nhs_number(number) if number <= _MOST_NHS_NUMBERS and not child.unborn else None,
        has_ehc_plan=False,
        nationality="British",
        **{"expected_date_of_birth" if child.unborn else "date_of_birth": child.born},
        **more,
    )
    office.rows.add("family", person=child.id, family=f"F{number:07}")


def baby(office: Office, mother: Child) -> None:
    """Put in a child of somebody who is a child, born in the year."""
    sex = office.one(("F", "M"))
    identifier = office.rows.add(
        "person",
        id=f"B{mother.id[1:]}",
        sex=sex,
        gender_identity=_GENDERS[sex],
        date_of_birth=office.after(office.start, 10, 330),
        ethnicity="NOBT",
        upn_unknown="UN1",
    )
    office.rows.add("relationships", person=mother.id, other=identifier, kind="MOTHER")


def home(office: Office, child: Child, until: date | None = None) -> None:
    """Put in where the child lives, or lived until coming into care."""
    since = max(child.born, office.start - timedelta(days=office.rng.randint(500, 2000)))
    lines = (f"{office.rng.randint(1, 120)} {office.one(_STREETS)}", "Northmere")
    office.rows.add(
        "address",
        person=child.id,
        kind="HOME",
        lines=lines,
        postcode=office.one(HOMES),
        start_date=None if child.unborn else min(since, until or since),
        end_date=until,
    )
