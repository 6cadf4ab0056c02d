from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given

from gateway.matching.candidate import Restriction, relative
from gateway.matching.comparison import compare, family_names, given_names
from gateway.matching.levels import Fact, Level
from gateway.matching.names import Name, family_name, given_name
from matching_people import BORN, NHS, candidates, person


def name(text: str) -> Name:
    found = family_name(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("O'Brien", "OBRIEN", Level.EXACT),
        ("Smith-Jones", "Jones Smith", Level.EXACT),
        ("Wiśniewska", "Wisniewska", Level.EXACT),
        ("Okonkwo", "Okonkwu", Level.CLOSE),
        ("Smith-Jones", "Jones", Level.PART),
        ("Smith", "Smyth", Level.WEAK),
        ("Gill Singh", "Sandhu Singh", Level.DIFFER),
        ("Marsh", "Khan", Level.DIFFER),
    ],
)
def test_family_names(one: str, other: str, level: Level) -> None:
    assert family_names(name(one), name(other)) is level
    assert family_names(name(other), name(one)) is level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("Anne-Marie", "Annemarie", Level.EXACT),
        ("Ann Tess", "Tess Ann", Level.EXACT),
        ("Tess", "Tess Ann", Level.FEWER),
        ("Bill", "William", Level.VARIANT),
        ("Mohammed", "Muhammad", Level.VARIANT),
        ("Aishah", "Aisha", Level.CLOSE),
        ("Mohammed Ali", "Mohammed Hassan", Level.PART),
        ("Jayden", "Kayden", Level.WEAK),
        ("Anna", "Hanna", Level.WEAK),
        ("T", "Tess", Level.INITIAL),
        ("Tess", "Ruby", Level.DIFFER),
    ],
)
def test_given_names(one: str, other: str, level: Level) -> None:
    mine, theirs = given_name(one), given_name(other)
    assert mine is not None
    assert theirs is not None
    assert given_names(mine, theirs) is level
    assert given_names(theirs, mine) is level


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        (date(2015, 5, 3), date(2015, 5, 3), Level.EXACT),
        (date(2015, 5, 3), date(2015, 3, 5), Level.SWAPPED),
        (date(2015, 5, 12), date(2015, 12, 5), Level.SWAPPED),
        (date(2015, 5, 13), date(2015, 5, 12), Level.DIGIT),
        (date(2015, 5, 13), date(2016, 5, 13), Level.DIGIT),
        (date(2015, 5, 13), date(2016, 5, 14), Level.DIFFER),
        (date(2015, 1, 1), date(2015, 5, 13), Level.YEAR),
        (date(2015, 1, 1), date(2015, 1, 1), Level.YEAR),
        (date(2015, 1, 1), date(2016, 1, 1), Level.DIFFER),
    ],
)
def test_days_of_birth(one: date, other: date, level: Level) -> None:
    assert compare(person(births=[one]), person(births=[other])).birth is level


@pytest.mark.parametrize(
    ("expected", "level"), [(date(2015, 7, 4), Level.NEAR), (date(2015, 7, 5), Level.DIFFER), (None, Level.MISSING)]
)
def test_an_unborn_child_is_compared_by_the_expected_day(expected: date | None, level: Level) -> None:
    unborn = person(births=[], expected=expected)
    assert compare(unborn, person()).birth is level
    assert (Fact.UNBORN in compare(unborn, person()).facts) == (expected is not None)


@pytest.mark.parametrize(
    ("number", "former", "level"),
    [
        (NHS[0], (), Level.EXACT),
        (NHS[1], (), Level.DIFFER),
        (NHS[1], (NHS[0],), Level.FORMER),
        ("", (), Level.MISSING),
        ("9990000019", (), Level.MISSING),
    ],
)
def test_nhs_numbers(number: str, former: tuple[str, ...], level: Level) -> None:
    assert compare(person(nhs_number=number, former_nhs_numbers=former), person()).nhs is level


def test_names_in_each_other_s_field_are_seen() -> None:
    found = compare(person(), person(family=["Tess"], given=["Marsh"]))
    assert (found.family, found.given) == (Level.SWAPPED, Level.SWAPPED)


@pytest.mark.parametrize(
    ("postcode", "level"),
    [("LS1 4AB", Level.EXACT), ("LS1 4XY", Level.SECTOR), ("M1 1AA", Level.DIFFER), ("", Level.MISSING)],
)
def test_addresses(postcode: str, level: Level) -> None:
    assert compare(person(), person(postcodes=[postcode])).place is level


def test_one_property_is_one_address_whatever_the_postcode() -> None:
    assert compare(person(uprns=["1"]), person(postcodes=["M1 1AA"], uprns=["1"])).place is Level.EXACT


@pytest.mark.parametrize("restriction", [Restriction.HIDDEN_ADDRESS, Restriction.ADOPTION, Restriction.WATCHED])
def test_the_address_of_a_closed_record_is_never_compared(restriction: Restriction) -> None:
    closed = person(restriction=restriction)
    assert compare(person(), closed).place is Level.MISSING
    assert compare(closed, person()).place is Level.MISSING
    assert compare(closed, person(postcodes=["M1 1AA"])).place is Level.MISSING


def test_parents() -> None:
    ann, paul = relative("Marsh", "Ann", BORN), relative("Marsh", "Paul")
    assert compare(person(carers=[ann, paul]), person(carers=[paul, ann])).carers is Level.EXACT
    assert compare(person(carers=[ann, paul]), person(carers=[ann])).carers is Level.PART
    assert compare(person(carers=[ann]), person(carers=[paul])).carers is Level.DIFFER
    assert compare(person(carers=[ann]), person(carers=[])).carers is Level.MISSING
    remarried = relative("Khan", "Ann", BORN)
    assert compare(person(carers=[ann]), person(carers=[remarried])).carers is Level.PART
    other = relative("Marsh", "Ann", date(1990, 1, 2))
    assert compare(person(carers=[ann]), person(carers=[other])).carers is Level.DIFFER


def test_a_brother_or_sister_of_the_same_day_makes_a_twin() -> None:
    twin = person(siblings=[relative("Marsh", "Ruby", BORN)])
    assert Fact.MULTIPLE in compare(twin, person()).facts
    older = person(siblings=[relative("Marsh", "Ruby", date(2012, 5, 23))])
    assert Fact.MULTIPLE not in compare(older, person()).facts


@given(candidates("a"), candidates("b"))
def test_neither_side_comes_first(one: object, other: object) -> None:
    assert compare(one, other) == compare(other, one)  # type: ignore[arg-type]  # made by the strategy


def test_reasons_name_fields_and_no_value() -> None:
    said = " ".join(map(str, compare(person(), person(given=["Tessa"])).reasons()))
    assert "Given name differs by little." in said or "Given name agrees by a usual short or other form." in said
    assert "NHS number agrees." in said
    for value in ("arsh", "Tess", "tess", "2015", NHS[0], "LS1", "H801200001001"):
        assert value not in said
