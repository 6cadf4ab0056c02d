"""The family in view: genogram on a day, households over time."""

from __future__ import annotations

from datetime import date

from case_family import TODAY, family, record
from schemas.case.base import CaseRecord
from schemas.case.genogram import Circle, Genogram, Union, genogram
from schemas.case.households import residences
from schemas.case.record import CaseFile

MOVED = date(2022, 7, 1)


def couple(**more: object) -> CaseFile:
    tie = record("relationships", "couple", person="mum", other="dad", kind="PARTNER", **more)
    return family(relationships=[tie])


def test_parents_are_above_their_children_from_the_eldest_on() -> None:
    made = genogram(family(), TODAY)
    assert {who.person: who.generation for who in made.individuals} == {"mum": 1, "dad": 1, "eva": 0, "jon": 0}
    assert made.unions == (Union(("mum", "dad"), ("eva", "jon"), ended=False),)
    assert [(who.name, who.sex, who.born) for who in made.individuals if who.person == "eva"] == [
        ("Eva", "F", date(2014, 3, 3))
    ]


def test_a_couple_has_parted_after_its_last_day() -> None:
    ended = date(2024, 1, 1)
    assert genogram(couple(end_date=ended), ended).unions[0].ended is False
    assert genogram(couple(end_date=ended), date(2024, 1, 2)).unions[0].ended is True


def test_an_aunt_stands_beside_the_parents_and_a_grandmother_above() -> None:
    case = family(
        person=[record("person", "gran", kind="ADULT"), record("person", "aunt", kind="ADULT")],
        relationships=[
            record("relationships", "g", person="gran", other="eva", kind="GRANDPARENT"),
            record("relationships", "a", person="aunt", other="eva", kind="AUNT_UNCLE", end_date=date(2020, 1, 1)),
        ],
    )
    made = genogram(case, TODAY)
    assert {who.person: who.generation for who in made.individuals if who.person in {"gran", "aunt"}} == {
        "gran": 2,
        "aunt": 1,
    }
    assert [(tie.person, tie.kind) for tie in made.ties] == [("gran", "Grandparent")]
    assert {who.name for who in made.individuals if who.person == "gran"} == {"gran"}


def test_data_that_go_in_a_circle_end() -> None:
    case = family(relationships=[record("relationships", "odd", person="eva", other="mum", kind="MOTHER")])
    assert isinstance(genogram(case, TODAY), Genogram)


def homes() -> CaseFile:
    def member(identifier: str, who: str, where: str, start: date, end: date | None = None) -> CaseRecord:
        return record(
            "household_members", identifier, person=who, household=where, role="CHILD", start_date=start, end_date=end
        )

    return family(
        households=[record("households", "h1", start_date=date(2014, 3, 3)), record("households", "h2", address="a2")],
        household_members=[
            member("m1", "mum", "h1", date(2014, 3, 3)),
            member("m2", "eva", "h1", date(2014, 3, 3), MOVED),
            member("m3", "jon", "h1", date(2018, 4, 4)),
            member("m4", "eva", "h2", MOVED),
            member("m5", "dad", "h1", date(2010, 1, 1), date(2015, 1, 1)),
        ],
    )


def test_circles_are_those_of_the_day() -> None:
    assert genogram(homes(), date(2022, 6, 30)).circles == (Circle("h1", ("mum", "eva", "jon")),)
    assert genogram(homes(), TODAY).circles == (Circle("h1", ("mum", "jon")), Circle("h2", ("eva",)))


def test_residences_tell_who_was_there_at_the_same_time() -> None:
    first, second = residences(homes(), "eva")
    assert (first.household, first.address, first.end) == ("h1", None, MOVED)
    assert [(one.person, one.start, one.end) for one in first.companions] == [
        ("mum", date(2014, 3, 3), MOVED),
        ("jon", date(2018, 4, 4), MOVED),
        ("dad", date(2014, 3, 3), date(2015, 1, 1)),
    ]
    assert (second.household, second.address, second.companions) == ("h2", "a2", ())
    assert [one.person for one in residences(homes(), "jon")[0].companions] == ["mum", "eva"]
