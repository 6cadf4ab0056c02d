from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.matching import index as index_module
from gateway.matching.candidate import Candidate, Restriction, relative
from gateway.matching.index import Index
from gateway.matching.levels import Field
from gateway.matching.rules import Grade
from gateway.matching.search import Action, Outcome, Result, search, shown
from gateway.matching.strategy import STANDARD
from matching_people import BORN, NHS, UPNS, candidates, person

NO_NUMBERS: dict[str, Any] = {"nhs_number": "", "upns": ()}
STRANGER: dict[str, Any] = {"family": ["Khan"], "given": ["Ali"], "carers": (), **NO_NUMBERS}
TWIN: dict[str, Any] = {"given": ["Ruby"], "nhs_number": NHS[1], "upns": [UPNS[1]]}


def found(sought: Candidate, *held: Candidate, apart: tuple[str, ...] = ()) -> Result:
    return search(STANDARD, Index(held), sought, apart)


def told(result: Result) -> tuple[Outcome, Action, Grade]:
    return result.outcome, result.action, result.grade


def test_one_certain_person_flows_unattended() -> None:
    result = found(person("theirs-1"), person())
    assert told(result) == (Outcome.MATCH, Action.LINK, Grade.CERTAIN)
    assert result.unattended
    assert (result.sought, result.strategy, result.candidates[0].reference) == ("theirs-1", "standard-1", "ours-1")


@pytest.mark.parametrize(
    ("theirs", "ours", "outcome", "action", "grade"),
    [
        (NO_NUMBERS, {}, Outcome.POSSIBLE, Action.REVIEW, Grade.STRONG),
        (TWIN, {}, Outcome.POSSIBLE, Action.REVIEW, Grade.CONFLICT),
        ({}, {"restriction": Restriction.HIDDEN_ADDRESS}, Outcome.POSSIBLE, Action.REVIEW, Grade.CONFLICT),
        ({"family": ["Khan"], "given": ["Ali"], **NO_NUMBERS}, {}, Outcome.POSSIBLE, Action.REVIEW, Grade.LOW),
        (STRANGER, {}, Outcome.NONE, Action.CREATE, Grade.NONE),
    ],
)
def test_what_is_not_certain_waits_for_a_person(
    theirs: dict[str, Any], ours: dict[str, Any], outcome: Outcome, action: Action, grade: Grade
) -> None:
    result = found(person("theirs-1", **theirs), person(**ours))
    assert told(result) == (outcome, action, grade)
    assert not result.unattended


def test_two_records_of_one_person_are_many() -> None:
    result = found(person("theirs-1"), person(), person("ours-2"))
    assert told(result) == (Outcome.MANY, Action.REVIEW, Grade.POSSIBLE)
    assert [one.reference for one in result.candidates] == ["ours-1", "ours-2"]


def test_a_twin_whom_we_hold_too_stops_what_would_flow() -> None:
    result = found(person("theirs-1"), person(), person("ours-2", **TWIN))
    assert told(result) == (Outcome.MANY, Action.REVIEW, Grade.CONFLICT)
    assert [one.reference for one in result.candidates] == ["ours-1", "ours-2"]


def test_brothers_and_sisters_do_not_stop_it() -> None:
    sister = person("ours-2", given=["Ruby"], births=[date(2012, 3, 4)], nhs_number=NHS[1], upns=[UPNS[1]])
    assert found(person("theirs-1"), person(), sister).outcome is Outcome.MATCH


def test_strong_needs_that_nobody_else_is_listed() -> None:
    cousin = person("ours-2", **NO_NUMBERS, postcodes=["M1 1AA"], carers=())
    result = found(person("theirs-1", **NO_NUMBERS), person(**NO_NUMBERS), cousin)
    assert [one.grade for one in result.candidates] == [Grade.STRONG, Grade.POSSIBLE]
    assert told(result) == (Outcome.MANY, Action.REVIEW, Grade.POSSIBLE)


@pytest.mark.parametrize(
    ("changed", "missing"),
    [
        ({"births": []}, (Field.BIRTH,)),
        ({"family": [], "nhs_number": ""}, (Field.FAMILY,)),
        ({"births": [], "family": [], "nhs_number": ""}, (Field.BIRTH, Field.FAMILY)),
        ({"births": [], "expected": BORN, "carers": ()}, (Field.BIRTH,)),
    ],
)
def test_too_little_asks_the_sender_and_searches_nothing(changed: dict[str, Any], missing: tuple[Field, ...]) -> None:
    result = found(person("theirs-1", **changed), person())
    assert told(result) == (Outcome.NONE, Action.ASK_SENDER, Grade.NONE)
    assert (result.missing, result.candidates, result.compared) == (missing, (), 0)


def test_number_and_day_are_enough_to_search_and_not_to_link() -> None:
    result = found(person("theirs-1", family=[], given=[]), person())
    assert told(result) == (Outcome.POSSIBLE, Action.REVIEW, Grade.CONFLICT)


def test_an_unborn_child_is_found_by_the_mother_and_the_expected_day() -> None:
    mother = relative("Marsh", "Ann", date(1985, 2, 3))
    unborn = person("theirs-1", given=["Unborn"], births=[], expected=BORN, carers=[mother], sex="", **NO_NUMBERS)
    result = found(unborn, person(births=[], expected=date(2015, 6, 1), given=[], carers=[mother], **NO_NUMBERS))
    assert (result.compared, [one.reference for one in result.candidates]) == (1, ["ours-1"])
    assert told(result) == (Outcome.POSSIBLE, Action.REVIEW, Grade.CONFLICT)


def test_a_search_that_could_not_be_complete_links_nothing_and_creates_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "LARGEST", 1)
    other = person("ours-2", given=["Omar"], family=["Haddad"], nhs_number="", upns=(), carers=(), postcodes=())
    assert found(person("theirs-1"), person(), other).outcome is Outcome.POSSIBLE
    third = person("ours-3", given=["Ali"], family=["Nasser"], nhs_number="", upns=(), carers=(), postcodes=())
    nobody = person("theirs-1", family=["Khan"], given=["Zain"], nhs_number="", upns=(), carers=(), postcodes=())
    assert told(found(nobody, other, third)) == (Outcome.NONE, Action.ASK_SENDER, Grade.NONE)


def test_people_kept_apart_never_come_up() -> None:
    result = found(person("theirs-1"), person(), apart=("ours-1",))
    assert told(result) == told(found(person("theirs-1")))
    assert result.candidates == ()
    assert result.compared == 0


def test_a_protected_person_is_answered_as_somebody_unknown() -> None:
    held = person(restriction=Restriction.PROTECTED)
    assert found(person("theirs-1"), held) == found(person("theirs-1"))
    assert found(person("theirs-1", restriction=Restriction.PROTECTED), person()) == found(person("theirs-1"))


def test_relatives_in_common_order_the_list_and_nothing_else() -> None:
    ruby = relative("Marsh", "Ruby", date(2012, 1, 2))
    family = {"siblings": [ruby], **NO_NUMBERS}
    result = found(person("theirs-1", **family), person("ours-1", **NO_NUMBERS), person("ours-2", **family))
    assert [(one.reference, one.relatives) for one in result.candidates] == [("ours-2", 1), ("ours-1", 0)]
    assert result.candidates[0].probability == result.candidates[1].probability


def test_who_is_not_cleared_sees_what_would_be_found_without_the_record() -> None:
    hidden = person("ours-2", restriction=Restriction.HIDDEN_ADDRESS)
    result = found(person("theirs-1", **NO_NUMBERS), person(**NO_NUMBERS), hidden)
    without = found(person("theirs-1", **NO_NUMBERS), person(**NO_NUMBERS))
    view = shown(result, ())
    assert (view.candidates, told(view)) == (without.candidates, told(without))
    assert view.compared == 0
    cleared = shown(result, [Restriction.HIDDEN_ADDRESS])
    assert {one.reference for one in cleared.candidates} == {"ours-1", "ours-2"}
    assert told(shown(found(person("theirs-1"), hidden), ())) == (Outcome.NONE, Action.CREATE, Grade.NONE)


@settings(max_examples=40)
@given(candidates("theirs-1"), st.lists(st.integers(0, 5), min_size=1, max_size=4), st.data())
def test_a_search_is_the_same_whatever_the_order_of_the_people(
    sought: Candidate, numbers: list[int], data: st.DataObject
) -> None:
    held = [data.draw(candidates(f"ours-{number}")) for number in sorted(set(numbers))]
    assert found(sought, *held) == found(sought, *reversed(held))


@given(candidates("theirs-1"), candidates("ours-1"), candidates("ours-2"))
def test_only_one_certain_person_is_ever_unattended(sought: Candidate, one: Candidate, other: Candidate) -> None:
    result = found(sought, one, other)
    certain = [each for each in result.candidates if each.grade is Grade.CERTAIN]
    assert result.unattended == (result.outcome is Outcome.MATCH)
    if result.unattended:
        assert len(result.candidates) == len(certain) == 1
    alone = found(sought, one)
    if other.restriction is not Restriction.PROTECTED and not alone.unattended and result.unattended:
        assert result.candidates[0].reference == "ours-2"


@given(candidates("theirs-1"), candidates("ours-1"))
def test_nothing_is_listed_by_search_that_the_rules_would_not_list(sought: Candidate, held: Candidate) -> None:
    result = found(sought, held)
    alone = STANDARD.assess(sought, held, Index([held]).rarity)
    assert result.candidates in {(), (alone,)}
    if alone.grade is Grade.CERTAIN and not result.missing:
        assert result.candidates == (alone,), "a certain pair was not found by any key"
