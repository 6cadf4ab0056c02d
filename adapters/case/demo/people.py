"""Who the made-up people are, what they are to each other, where they live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from adapters.case.demo.dossier import Dossier
from adapters.made_up.people import ethnicity, upn
from schemas.case.codes import known
from schemas.identifiers import nhs_check_digit

_YEAR = 365.25
_SCHOOL, _TALKS = 4.6, 4
# Far from the numbers of living records, so that no former number is another child's.
_FORMER = 5_000_000
FORENAMES = {
    "F": ("Amara", "Bryony", "Ceri", "Dalia", "Esme", "Farah", "Greta", "Hana", "Imogen", "Jaya", "Kezia", "Lowri"),
    "M": ("Aled", "Bram", "Cai", "Dev", "Emeka", "Finn", "Gethin", "Hamza", "Ivo", "Jago", "Kofi", "Leon"),
    "U": ("Baby",),
}
SURNAMES = (
    "Thistlewood",
    "Ambersley",
    "Quillfeather",
    "Marlowe-Finch",
    "Oakenshaw",
    "Pellinore",
    "Varnavides",
    "Achterberg",
)
_STREETS = ("Tansy Walk", "Copperbeech Road", "Larkrise Court", "Old Tannery Lane", "Foundry Terrace", "Whinfell Drive")
_TOWNS = ("Northmere", "Southmere", "Eastmere", "Westmere")
_LANGUAGES = ("English", "English", "English", "Polish", "Urdu", "Somali", "Portuguese")
_RELIGIONS = ("None", "Christian", "Muslim", "Hindu", "Sikh", "Jewish")


@dataclass(frozen=True, slots=True)
class Child:
    """A child of the family while it is made."""

    id: str
    born: date
    sex: str
    number: int

    def age(self, day: date) -> float:
        """Give the age in years."""
        return (day - self.born).days / _YEAR

    def at_school(self, day: date) -> bool:
        """Tell whether the child is old enough for school."""
        return self.age(day) >= _SCHOOL

    def talks(self, day: date) -> bool:
        """Tell whether the child is old enough to be asked at a meeting."""
        return self.age(day) >= _TALKS


def nhs_number(number: int) -> str:
    """Make a valid NHS number of the range for tests, a different one for every number up to a million."""
    for start in range(number * 10, number * 10 + 10):
        nine = f"999{start % 1_000_000:06d}"
        digit = nhs_check_digit(nine)
        if digit is not None:
            return nine + digit
    raise ValueError("ten numbers in a row have no check digit")


def postcode(dossier: Dossier) -> str:
    """Make a postcode that no place has: ZZ99 stands for places that are not known."""
    letters = "ABDEFGHJLNPQRSTUWXY"
    return f"ZZ99 {dossier.rng.randint(0, 6)}{dossier.one(letters)}{dossier.one(letters)}"


def adult(dossier: Dossier, sex: str, surname: str, born: date, entered: date) -> str:
    """Put in an adult."""
    return dossier.add(
        "person",
        entered,
        kind="ADULT",
        forename=dossier.one(FORENAMES[sex]),
        surname=surname,
        sex=sex,
        date_of_birth=born,
    )


def child(dossier: Dossier, number: int, surname: str, born: date, family: dict[str, str], entered: date) -> Child:
    """Put in a child with numbers, names and disabilities; one born after today is unborn."""
    unborn = born > dossier.today
    sex = "U" if unborn else dossier.one(("F", "M"))
    age = (dossier.today - born).days / _YEAR
    values: dict[str, object] = {
        "kind": "UNBORN" if unborn else "CHILD",
        "authority_reference": f"DEMO{number:07d}",
        "forename": dossier.one(FORENAMES[sex]),
        "surname": surname,
        "sex": sex,
        "expected_date_of_birth" if unborn else "date_of_birth": born,
        "ethnicity": family["ethnicity"],
    }
    if not unborn:
        values |= {
            "nhs_number": nhs_number(number),
            "nhs_number_verified": "CONFIRMED",
            "nhs_number_verified_on": min(entered, dossier.today),
        }
    values |= {"upn": upn(number, dossier.rng)} if age >= _SCHOOL else {"upn_unknown": "UN1"}
    identifier = dossier.add("person", entered, **values)
    dossier.add("family", entered, person=identifier, family=dossier.key)
    dossier.add("names", entered, person=identifier, kind="BIRTH", forename=values["forename"], surname=surname)
    dossier.add("linked_identifiers", entered, person=identifier, kind="CASE_NUMBER", value=f"C{number:07d}")
    if age >= _SCHOOL and dossier.likely(0.05):
        former = upn(number + _FORMER, dossier.rng)
        dossier.add("linked_identifiers", entered, person=identifier, kind="FORMER_UPN", value=former)
    if family["first_language"] == "Somali" and not unborn:
        dossier.add(
            "immigration_status", entered, person=identifier, status="REFUGEE", start_date=max(born, entered - years(2))
        )
    if not unborn and dossier.likely(0.15):
        for code in dossier.rng.sample(sorted(known("Disability") - {"NONE"}), dossier.one((1, 1, 2))):
            dossier.add("disability", entered, person=identifier, code=code)
    return Child(identifier, born, sex, number)


def shared(dossier: Dossier) -> dict[str, str]:
    """Choose what the children of a family have in common."""
    return {
        "ethnicity": ethnicity(dossier.rng),
        "first_language": dossier.one(_LANGUAGES),
        "religion": dossier.one(_RELIGIONS),
    }


def address(dossier: Dossier, person: str, start: date, end: date | None = None, **more: object) -> str:
    """Put in an address of somebody."""
    values: dict[str, object] = {
        "kind": "HOME",
        "lines": (f"{dossier.rng.randint(1, 120)} {dossier.one(_STREETS)}", dossier.one(_TOWNS)),
        "postcode": postcode(dossier),
        "housing_basis": "PERMANENT",
    }
    return dossier.add("address", start, person=person, start_date=start, end_date=end, **(values | more))


def household(dossier: Dossier, home: str, members: dict[str, str], start: date, end: date | None = None) -> str:
    """Put in a household at an address with its members (person: role)."""
    identifier = dossier.add("households", start, address=home, start_date=start, end_date=end)
    for person, role in members.items():
        dossier.add(
            "household_members",
            start,
            person=person,
            household=identifier,
            role=role,
            start_date=start,
            end_date=end,
        )
    return identifier


def related(dossier: Dossier, person: str, other: str, kind: str, entered: date, **more: object) -> None:
    """Put in what one person is to another."""
    dossier.add("relationships", entered, person=person, other=other, kind=kind, **more)


def years(count: float) -> timedelta:
    """Give a number of years as days."""
    return timedelta(days=round(count * _YEAR))
