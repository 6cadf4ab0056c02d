from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from gateway.matching import outsider
from gateway.matching.candidate import CLOSED, Candidate, Restriction
from gateway.matching.comparison import Comparison
from gateway.matching.comparison import compare as really_compare
from gateway.matching.index import Index
from gateway.matching.outsider import ANSWER_AFTER, Answer, Asked, Told, ask
from gateway.matching.search import Outcome, search
from gateway.matching.strategy import STANDARD
from matching_people import BORN, candidates, person

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
WITHOUT_ADDRESS: dict[str, Any] = {"postcodes": ()}
STRANGER: dict[str, Any] = {
    "family": ["Khan"],
    "given": ["Ali"],
    "births": [date(2012, 11, 27)],
    "nhs_number": "",
    "upns": (),
    "postcodes": (),
    "carers": (),
}


def crowd() -> list[Candidate]:
    days = (date(2003, 2, 13) + timedelta(days=7 * number) for number in range(40))
    return [
        person(f"ours-{number}", **STRANGER | {"births": [day], "family": [f"Name{number}"]})
        for number, day in enumerate(days, start=10)
    ]


def asked(sought: Candidate, *held: Candidate, may_be_told: bool = True, apart: tuple[str, ...] = ()) -> Asked:
    return ask(STANDARD, Index(held), sought, AT, may_be_told=may_be_told, apart=apart)


def test_somebody_who_may_be_told_is_told_of_one_certain_person() -> None:
    assert asked(person("theirs-1"), person()).answer == Answer("theirs-1", Told.KNOWN, AT + ANSWER_AFTER)


NOTHING: dict[str, tuple[dict[str, Any], dict[str, Any], bool, tuple[str, ...]]] = {
    "unknown": (STRANGER, {}, True, ()),
    "known, may not be told": ({}, {}, False, ()),
    "possible": ({"nhs_number": "", "upns": ()}, {}, True, ()),
    "protected": ({}, {"restriction": Restriction.PROTECTED}, True, ()),
    "asked for a protected person": ({"restriction": Restriction.PROTECTED}, {}, True, ()),
    "hidden address, asked with an address": ({}, {"restriction": Restriction.HIDDEN_ADDRESS}, True, ()),
    "hidden address, asked without": (WITHOUT_ADDRESS, {"restriction": Restriction.HIDDEN_ADDRESS}, True, ()),
    "adoption": (WITHOUT_ADDRESS, {"restriction": Restriction.ADOPTION}, True, ()),
    "watched": (WITHOUT_ADDRESS, {"restriction": Restriction.WATCHED}, True, ()),
    "kept apart": ({}, {}, True, ("ours-1",)),
    "too little": ({"births": ()}, {}, True, ()),
}


@pytest.mark.parametrize(("theirs", "ours", "may_be_told", "apart"), NOTHING.values(), ids=NOTHING)
def test_every_other_answer_is_one_and_the_same(
    theirs: dict[str, Any], ours: dict[str, Any], may_be_told: bool, apart: tuple[str, ...]
) -> None:
    found = asked(person("theirs-1", **theirs), person(**ours), may_be_told=may_be_told, apart=apart)
    assert found.answer == Answer("theirs-1", Told.NOTHING, AT + ANSWER_AFTER)


def test_an_answer_holds_the_question_a_word_and_a_time() -> None:
    assert asdict(asked(person("theirs-1"), person()).answer).keys() == {"question", "told", "not_before"}
    assert asdict(asked(person("theirs-1")).answer).keys() == {"question", "told", "not_before"}


def test_the_record_with_a_hidden_address_stays_for_the_reviewers_inside() -> None:
    found = asked(person("theirs-1"), person(restriction=Restriction.HIDDEN_ADDRESS))
    assert found.result.outcome is Outcome.POSSIBLE
    assert found.result.candidates[0].reference == "ours-1"


@pytest.mark.parametrize(("theirs", "ours", "may_be_told", "apart"), NOTHING.values(), ids=NOTHING)
def test_the_work_is_the_same_for_everybody(
    theirs: dict[str, Any],
    ours: dict[str, Any],
    may_be_told: bool,
    apart: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted = []

    def counting(one: Candidate, other: Candidate) -> Comparison:
        counted.append(other.reference)
        return really_compare(one, other)

    monkeypatch.setattr(outsider, "COMPARISONS", 20)
    monkeypatch.setattr("gateway.matching.strategy.compare", counting)
    asked(person("theirs-1", **theirs), person(**ours), *crowd(), may_be_told=may_be_told, apart=apart)
    assert len(counted) == len(set(counted)) == 20


def test_more_people_near_than_are_compared_tell_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outsider, "COMPARISONS", 2)
    same_day = [person(f"ours-{number}", **STRANGER | {"births": [BORN]}) for number in (2, 3)]
    found = asked(person("theirs-1"), person(), *same_day)
    assert found.answer.told is Told.NOTHING
    assert not found.result.complete


@given(candidates("theirs-1"), candidates("ours-1"), candidates("ours-2"))
def test_a_protected_record_changes_no_answer(sought: Candidate, held: Candidate, other: Candidate) -> None:
    protected = candidate_with(other, Restriction.PROTECTED)
    assert asked(sought, held, protected) == asked(sought, held)


@given(candidates("theirs-1"), candidates("ours-1"), candidates("ours-2"))
def test_a_closed_record_changes_no_answer(sought: Candidate, held: Candidate, other: Candidate) -> None:
    closed = candidate_with(other, Restriction.HIDDEN_ADDRESS)
    assert asked(sought, held, closed).answer == asked(sought, held).answer


def test_a_closed_record_of_the_same_person_does_not_show_by_silence() -> None:
    closed = person("ours-2", restriction=Restriction.HIDDEN_ADDRESS, postcodes=())
    assert asked(person("theirs-1", **WITHOUT_ADDRESS), person(), closed).answer.told is Told.KNOWN


@given(candidates("theirs-1"), candidates("ours-1"), candidates("ours-2"))
def test_nobody_is_told_of_what_would_not_flow_unattended(sought: Candidate, held: Candidate, other: Candidate) -> None:
    found = asked(sought, held, other)
    open_ones = [one for one in (held, other) if one.restriction not in CLOSED]
    if found.answer.told is Told.KNOWN:
        assert search(STANDARD, Index(open_ones), sought).unattended


def candidate_with(one: Candidate, restriction: Restriction) -> Candidate:
    return replace(one, restriction=restriction)
