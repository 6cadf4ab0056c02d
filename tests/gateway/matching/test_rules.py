from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.matching.candidate import Candidate, Restriction, relative
from gateway.matching.levels import Fact, Field, Level
from gateway.matching.rules import Grade
from gateway.matching.strategy import STANDARD, STRATEGIES, Assessed
from matching_people import BORN, NHS, UPNS, candidates, person

LINKED = "urn:ics:org:ods:BBB|7"
NO_NHS: Mapping[str, Any] = {"nhs_number": "", "upns": ()}


def rare(_: str) -> float:
    return 0.0001


def assess(sought: Candidate, held: Candidate) -> Assessed:
    return STANDARD.assess(sought, held, rare)


CASES: dict[str, tuple[Mapping[str, Any], Mapping[str, Any], str, Grade]] = {
    "the same": ({}, {}, "D1", Grade.CERTAIN),
    "married name": ({"family": ["Khan"]}, {}, "D1", Grade.CERTAIN),
    "names swapped": ({"family": ["Tess"], "given": ["Marsh"]}, {}, "D1", Grade.CERTAIN),
    "moved, no parents": ({"postcodes": ["M1 1AA"], "carers": ()}, {}, "D1", Grade.CERTAIN),
    "sex differs, same name": ({"sex": "M"}, {}, "D1", Grade.CERTAIN),
    "linked before": ({"known_as": [LINKED], **NO_NHS}, {"known_as": [LINKED]}, "D0", Grade.CERTAIN),
    "short form": ({"given": ["Tessa"]}, {}, "D10", Grade.STRONG),
    "one name more": ({"given": ["Tess Ann"]}, {}, "D10", Grade.STRONG),
    "day differs": ({"births": [date(2015, 5, 24)]}, {}, "D2", Grade.CONFLICT),
    "day and month swapped": ({"births": [date(2015, 5, 3)]}, {"births": [date(2015, 3, 5)]}, "D2", Grade.CONFLICT),
    "first of January": ({"births": [date(2015, 1, 1)]}, {"births": [date(2015, 1, 1)]}, "D2", Grade.CONFLICT),
    "another given name": ({"given": ["Ruby"]}, {}, "D2", Grade.CONFLICT),
    "not named": ({"given": ["Baby"]}, {}, "D2", Grade.CONFLICT),
    "near name, family differs": ({"given": ["Tess Ann"], "family": ["Khan"]}, {}, "D2", Grade.CONFLICT),
    "linked, day differs": (
        {"known_as": [LINKED], "births": [date(2014, 2, 2)]},
        {"known_as": [LINKED]},
        "D2",
        Grade.CONFLICT,
    ),
    "former number": ({"nhs_number": NHS[1], "former_nhs_numbers": [NHS[0]]}, {}, "D6", Grade.CONFLICT),
    "linked, numbers differ": (
        {"known_as": [LINKED], "nhs_number": NHS[1]},
        {"known_as": [LINKED]},
        "D6",
        Grade.CONFLICT,
    ),
    "pupil numbers differ": ({"upns": [UPNS[1]]}, {}, "D6", Grade.CONFLICT),
    "twin recorded": ({}, {"multiple_birth": True}, "D6", Grade.CONFLICT),
    "twin by the siblings": ({"siblings": [relative("Marsh", "Ruby", BORN)]}, {}, "D6", Grade.CONFLICT),
    "has died": ({}, {"deceased": True}, "D6", Grade.CONFLICT),
    "two days claimed": ({"births": [BORN, date(2014, 5, 23)]}, {}, "D6", Grade.CONFLICT),
    "restricted": ({}, {"restriction": Restriction.SENSITIVE}, "D6", Grade.CONFLICT),
    "sex differs, near name": ({"given": ["Tessa"], "sex": "M"}, {}, "D6", Grade.CONFLICT),
    "both numbers checked, differ": (
        {"nhs_number": NHS[1], "nhs_verified": True},
        {"nhs_verified": True},
        "D5",
        Grade.CONFLICT,
    ),
    "both numbers checked, differ, no parents": (
        {"nhs_number": NHS[1], "nhs_verified": True, "upns": (), "carers": ()},
        {"nhs_verified": True},
        "D5",
        Grade.CONFLICT,
    ),
    "strangers with checked numbers": (
        {"nhs_number": NHS[1], "nhs_verified": True, "family": ["Khan"], "given": ["Ali"], "carers": (), "upns": ()},
        {"nhs_verified": True},
        "D5",
        Grade.NONE,
    ),
    "numbers differ": ({"nhs_number": NHS[1], "upns": ()}, {}, "D9", Grade.CONFLICT),
    "no numbers, same home": (NO_NHS, {}, "D3", Grade.STRONG),
    "no numbers, moved": ({**NO_NHS, "postcodes": ["M1 1AA"]}, {}, "D4", Grade.POSSIBLE),
    "no numbers, moved, one name more": (
        {**NO_NHS, "given": ["Tess Ann"], "postcodes": ["M1 1AA"]},
        {},
        "D4",
        Grade.POSSIBLE,
    ),
    "no numbers, restricted": (NO_NHS, {"restriction": Restriction.HIDDEN_ADDRESS}, "D7", Grade.CONFLICT),
    "twin without numbers": ({**NO_NHS, "given": ["Ruby"]}, {}, "D8", Grade.CONFLICT),
    "brother": ({**NO_NHS, "given": ["Paul"], "births": [date(2011, 9, 9)], "sex": "M"}, {}, "S1", Grade.NONE),
    "sister called alike": ({**NO_NHS, "given": ["Tessa"], "births": [date(2011, 9, 9)]}, {}, "S1", Grade.NONE),
    "namesake born another day": (
        {**NO_NHS, "births": [date(2011, 9, 9)], "postcodes": ["M1 1AA"], "carers": ()},
        {},
        "S1",
        Grade.NONE,
    ),
    "same number, day swapped, another home": (
        {"nhs_number": "", "births": [date(2015, 5, 3)], "postcodes": ["M1 1AA"]},
        {"births": [date(2015, 3, 5)]},
        "S1",
        Grade.STRONG,
    ),
}


@pytest.mark.parametrize(("theirs", "ours", "rule", "grade"), CASES.values(), ids=CASES)
def test_rules(theirs: Mapping[str, Any], ours: Mapping[str, Any], rule: str, grade: Grade) -> None:
    found = assess(person("theirs-1", **theirs), person(**ours))
    assert (found.rule, found.grade) == (rule, grade), found


def test_every_rule_has_a_case_and_a_summary_that_ends() -> None:
    assert {rule.code for rule in STANDARD.rules} == {rule for _, _, rule, _ in CASES.values()}
    assert all(rule.summary.endswith(".") for rule in STANDARD.rules)
    assert STANDARD.rule("D1").summary == "NHS number, day of birth and names agree."


def test_the_page_lists_the_rules_in_their_order() -> None:
    page = (Path(__file__).parents[3] / "docs" / "matching.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| ([DS]\d+) \|", page, re.MULTILINE) == [rule.code for rule in STANDARD.rules]
    assert f"`{STANDARD.label}`" in page


def test_a_strategy_is_found_by_name_and_version() -> None:
    assert STRATEGIES["standard-1"] is STANDARD


def test_an_unborn_child_is_never_certain() -> None:
    unborn = person("theirs-1", births=[], expected=date(2015, 5, 20))
    assert assess(unborn, person()).grade is Grade.CONFLICT


def test_a_rare_family_name_counts_more_and_is_said() -> None:
    bare = {**NO_NHS, "postcodes": (), "carers": ()}
    sought, held = person("theirs-1", **bare), person(**bare)
    common = STANDARD.assess(sought, held, lambda _: 0.02)
    unusual = STANDARD.assess(sought, held, lambda _: 0.0001)
    assert unusual.probability > common.probability
    assert Fact.RARE in unusual.facts
    assert Fact.RARE not in common.facts


def test_an_assessment_names_what_agreed_and_what_did_not() -> None:
    found = assess(person("theirs-1", postcodes=["M1 1AA"], given=["Ruby"]), person())
    assert found.agreed == (Field.NHS, Field.UPN, Field.FAMILY, Field.BIRTH, Field.SEX)
    assert found.disagreed == (Field.GIVEN, Field.PLACE)


@given(candidates("a"), candidates("b"))
def test_a_pair_is_judged_the_same_from_both_sides_and_each_time(one: Candidate, other: Candidate) -> None:
    first, second = assess(one, other), assess(other, one)
    assert (first.grade, first.rule, first.probability) == (second.grade, second.rule, second.probability)
    assert (first.reasons, first.facts) == (second.reasons, second.facts)
    assert assess(one, other) == first


@given(candidates("a"), candidates("b"))
def test_certain_means_that_nothing_speaks_against_it(one: Candidate, other: Candidate) -> None:
    found = assess(one, other)
    levels = {reason.field: reason.level for reason in found.reasons}
    if found.grade is Grade.CERTAIN:
        assert Level.EXACT in {levels[Field.NHS], levels[Field.CROSS]}
        assert levels[Field.NHS] in {Level.EXACT, Level.MISSING}
        assert levels[Field.UPN] is not Level.DIFFER
        assert levels[Field.BIRTH] is Level.EXACT
        assert levels[Field.GIVEN] in {Level.EXACT, Level.SWAPPED}
        assert one.restriction is other.restriction is Restriction.NORMAL
        assert found.facts <= {Fact.VERIFIED, Fact.RARE}


FIELDS = ("families", "givens", "births", "sex", "nhs_number", "upns", "numbers", "known_as", "postcodes", "carers")


@given(candidates("a"), candidates("b"), st.sampled_from(FIELDS))
def test_adding_a_fact_that_agrees_never_speaks_against_one_person(one: Candidate, other: Candidate, name: str) -> None:
    lacking = replaced(one, name, type(getattr(one, name))())
    agreeing = replaced(one, name, getattr(other, name))
    if name == "births" and all((day.month, day.day) == (1, 1) for day in other.births):
        return  # the first of January agrees in its year alone
    if {lacking.expected, other.expected} != {None} and name == "births":
        return  # without a day of birth the expected one is compared instead
    if name in {"families", "givens"} and Level.SWAPPED in {reason.level for reason in assess(lacking, other).reasons}:
        return
    assert assess(agreeing, other).probability >= assess(lacking, other).probability


@given(candidates("a"), candidates("b"), candidates("c"))
def test_no_further_fact_makes_a_match_against_an_identifier(one: Candidate, other: Candidate, more: Candidate) -> None:
    """Whatever else is added, two NHS numbers, or two pupil numbers, that differ are never linked unattended."""
    for name in FIELDS:
        grown = replaced(one, name, getattr(more, name))
        numbers = {grown.nhs_number, other.nhs_number} - {""}
        if len(numbers) > 1 or (grown.upns and other.upns and grown.upns.isdisjoint(other.upns)):
            assert assess(grown, other).grade is not Grade.CERTAIN


def replaced(one: Candidate, name: str, value: Any) -> Candidate:

    return replace(one, **{name: value})
