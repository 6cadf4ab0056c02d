from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from case_records import STAMP
from gateway.matching.candidate import Candidate, Restriction, relative
from gateway.matching.case import children
from gateway.matching.index import Index
from gateway.matching.search import Outcome, search
from gateway.matching.strategy import STANDARD
from matching_people import BORN, NHS, UPNS
from schemas.case.care import Placement
from schemas.case.family import Address, Relationship
from schemas.case.family import Restriction as RestrictionRecord
from schemas.case.person import LinkedIdentifier, Name, Person
from schemas.case.record import CaseFile

TODAY = date(2026, 11, 25)


def record(table: type[Any], number: int = 1, /, **values: Any) -> Any:
    return table(id=f"{table.__name__.lower()}-{number}", provenance=STAMP, **values)


def family(**changed: Any) -> CaseFile:
    tables: dict[str, Any] = {
        "person": (
            Person(
                id="child-1",
                provenance=STAMP,
                kind="CHILD",
                forename="Tess",
                surname="Marsh",
                date_of_birth=BORN,
                sex="F",
                nhs_number=NHS[0],
                nhs_number_verified="CONFIRMED",
                upn=UPNS[0],
                uln="9999999999",
            ),
            Person(id="child-2", provenance=STAMP, kind="CHILD", forename="Ruby", surname="Marsh", date_of_birth=TODAY),
            Person(id="adult-1", provenance=STAMP, kind="ADULT", forename="Ann", surname="Marsh"),
        ),
        "names": (record(Name, person="child-1", kind="BIRTH", forename="Tess", surname="Okafor"),),
        "linked_identifiers": (
            record(LinkedIdentifier, 1, person="child-1", kind="FORMER_UPN", value=UPNS[1]),
            record(LinkedIdentifier, 2, person="child-1", kind="NHS_NUMBER", value=NHS[1]),
            record(LinkedIdentifier, 3, person="child-1", kind="HOME_OFFICE", value="H1"),
            record(LinkedIdentifier, 4, person="child-2", kind="HOME_OFFICE", value="H2"),
        ),
        "relationships": (
            record(Relationship, 1, person="adult-1", other="child-1", kind="MOTHER"),
            record(Relationship, 2, person="child-2", other="child-1", kind="SIBLING"),
        ),
        "address": (record(Address, person="child-1", postcode="LS1 4AB", uprn="100"),),
    }
    return CaseFile(id="file-1", **(tables | changed))


def child(case: CaseFile, partner: str = "") -> Candidate:
    return children(case, TODAY, partner)[0]


def test_a_child_of_a_case_file_becomes_a_candidate() -> None:
    assert [one.reference for one in children(family(), TODAY)] == ["child-1", "child-2"]
    one = child(family())
    assert {name.whole for name in one.families} == {"marsh", "okafor"}
    assert (one.sex, one.nhs_number, one.nhs_verified) == ("F", NHS[0], True)
    assert one.births == {BORN}
    assert one.former_nhs_numbers == {NHS[1]}
    assert one.upns == set(UPNS)
    assert one.numbers == {"HOME_OFFICE:H1"}
    assert one.postcodes == {"LS14AB"}
    assert one.uprns == {"100"}
    assert one.known_as == frozenset()
    assert one.carers == {relative("Marsh", "Ann")}
    assert one.siblings == {relative("Marsh", "Ruby", TODAY)}
    assert (one.restriction, one.deceased) == (Restriction.NORMAL, False)


def test_a_partner_s_file_carries_the_partner_s_reference() -> None:
    one = child(family(), "urn:ics:org:ods:BBB")
    assert one.reference == "urn:ics:org:ods:BBB|child-1"
    assert one.known_as == {"urn:ics:org:ods:BBB|child-1"}


@pytest.mark.parametrize(
    ("restriction", "end", "expected"),
    [("X1", None, "X1"), ("X4", TODAY, "X4"), ("X4", date(2026, 11, 24), "X0"), ("X5", None, "X5")],
)
def test_a_restriction_holds_until_its_last_day(restriction: str, end: date | None, expected: str) -> None:
    noted = record(RestrictionRecord, person="child-1", restriction=restriction, end_date=end)
    other = record(RestrictionRecord, 2, person="child-2", restriction="X3")
    case = family(restrictions=(noted, other))
    assert child(case).restriction == expected


def test_a_hidden_address_restricts_without_the_class() -> None:
    case = family(address=(record(Address, person="child-1", postcode="LS1 4AB", hidden=True),))
    assert child(case).restriction is Restriction.HIDDEN_ADDRESS


@pytest.mark.parametrize(
    "hidden",
    [
        {"address": (record(Address, person="child-1", postcode="LS1 4AB", hidden_from=("adult-1",)),)},
        {"cla_placement": (record(Placement, person="child-1", period_of_care="p-1", hidden=True),)},
    ],
)
def test_a_place_that_is_hidden_from_somebody_restricts_as_well(hidden: dict[str, Any]) -> None:
    assert child(family(**hidden)).restriction is Restriction.HIDDEN_ADDRESS


def test_a_family_sent_again_is_matched_child_by_child() -> None:
    index = Index(children(family(), TODAY))
    tess, ruby = (search(STANDARD, index, one) for one in children(family(), TODAY, "urn:ics:org:ods:BBB"))
    assert (tess.outcome, [one.reference for one in tess.candidates]) == (Outcome.MATCH, ["child-1"])
    assert (ruby.outcome, [one.reference for one in ruby.candidates]) == (Outcome.POSSIBLE, ["child-2"])
