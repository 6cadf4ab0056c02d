"""What is wrong with a record: codes and places; the JSON Schema says the same of the form."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csc_records import details, members, whole
from schemas.csc_api import json_schema
from schemas.csc_api.declare import Item, walk
from schemas.csc_api.form import form_problems
from schemas.csc_api.layout import CHILD
from schemas.csc_api.problems import Code, Problem
from schemas.csc_api.record import ChildRecord
from schemas.csc_api.sense import problems

TODAY = date(2026, 6, 1)
SCHEMA = jsonschema_rs.validator_for(json.loads(json_schema.text()), validate_formats=True)


def wire(**changes: Any) -> dict[str, Any]:
    return {**whole(), **changes}


def edited(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    record = whole()
    place: Any = record
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return record


EPISODE = ("social_care_episodes", 0)
PLACEMENT = (*EPISODE, "child_looked_after_placements", 1)
WRONG: list[tuple[tuple[str | int, ...], Any, Code, str]] = [
    (("la_child_id",), ..., Code.MISSING, "la_child_id"),
    (("mis_child_id",), ..., Code.MISSING, "mis_child_id"),
    (("child_details",), ..., Code.MISSING, "child_details"),
    (("la_child_id",), 7, Code.TYPE, "la_child_id"),
    (("la_child_id",), "LC 1", Code.FORM, "la_child_id"),
    (("la_child_id",), "", Code.LONG, "la_child_id"),
    (("la_child_id",), "L" * 37, Code.LONG, "la_child_id"),
    (("child_details", "first_name"), "R" * 129, Code.LONG, "child_details first_name"),
    (("child_details", "sex"), "Male", Code.NO_CODE, "child_details sex"),
    (("child_details", "date_of_birth"), "19/06/2014", Code.FORM, "child_details date_of_birth"),
    (("child_details", "date_of_birth"), "2014-02-30", Code.FORM, "child_details date_of_birth"),
    (("child_details", "uasc_flag"), "N", Code.TYPE, "child_details uasc_flag"),
    (("child_details", "disabilities"), ["LD", "LD"], Code.TWICE, "child_details disabilities"),
    (("child_details", "disabilities"), ["XX"], Code.NO_CODE, "child_details disabilities 1"),
    (("child_details", "purge"), "no", Code.TYPE, "child_details purge"),
    (
        ("health_and_wellbeing", "sdq_assessments", 0, "score"),
        41,
        Code.RANGE,
        "health_and_wellbeing sdq_assessments 1 score",
    ),
    (
        ("health_and_wellbeing", "sdq_assessments", 0, "score"),
        "17",
        Code.TYPE,
        "health_and_wellbeing sdq_assessments 1 score",
    ),
    (
        ("health_and_wellbeing", "sdq_assessments", 0, "date"),
        ...,
        Code.MISSING,
        "health_and_wellbeing sdq_assessments 1 date",
    ),
    ((*EPISODE, "adoption"), [{}], Code.TYPE, "social_care_episodes 1 adoption"),
    (
        (*EPISODE, "child_and_family_assessments", 0, "factors"),
        {},
        Code.TYPE,
        "social_care_episodes 1 child_and_family_assessments 1 factors",
    ),
    (
        (*PLACEMENT, "placement_type"),
        "U66",
        Code.NO_CODE,
        "social_care_episodes 1 child_looked_after_placements 2 placement_type",
    ),
    (
        (*PLACEMENT, "child_looked_after_placement_id"),
        ...,
        Code.MISSING,
        "social_care_episodes 1 child_looked_after_placements 2 child_looked_after_placement_id",
    ),
    (("surprise",), 1, Code.UNKNOWN, "(a name that is not declared)"),
]


@pytest.mark.parametrize(("path", "value", "code", "place"), WRONG, ids=str)
def test_what_is_wrong_with_the_form_is_found_at_its_place(
    path: tuple[str | int, ...], value: Any, code: Code, place: str
) -> None:
    record = edited(path, value)
    assert form_problems(record) == (Problem(code, place),)
    assert not SCHEMA.is_valid([record])


def test_two_entries_with_one_id_are_found() -> None:
    record = edited((*PLACEMENT, "child_looked_after_placement_id"), "PL-1")
    assert form_problems(record) == (
        Problem(Code.TWICE, "social_care_episodes 1 child_looked_after_placements child_looked_after_placement_id"),
    )


@settings(max_examples=60, deadline=None)
@given(members(CHILD), st.booleans())
def test_the_json_schema_takes_what_the_check_takes(record: dict[str, Any], removed: bool) -> None:
    record = {"mis_child_id": None, **record, **({"purge": True} if removed else {})}
    assert form_problems(record) == ()
    assert SCHEMA.is_valid([record])


def test_the_schema_limits_the_batch() -> None:
    assert not SCHEMA.is_valid([])
    assert SCHEMA.is_valid([whole()] * 100)
    assert not SCHEMA.is_valid([whole()] * 101)
    assert not SCHEMA.is_valid(whole())


def test_every_item_of_the_specification_is_declared_once() -> None:
    numbers = [part.number for _, part in walk(CHILD) if isinstance(part, Item) and part.number]
    assert sorted(numbers) == [*range(2, 56)]


def told(record: ChildRecord) -> list[tuple[Code, str]]:
    return [(problem.code, problem.place) for problem in problems(record, TODAY)]


def test_a_good_record_has_no_problem() -> None:
    assert told(ChildRecord.of(whole())) == []


SENSELESS: list[tuple[tuple[str | int, ...], Any, Code, str]] = [
    (("child_details", "date_of_birth"), "2026-06-02", Code.FUTURE, "child_details date_of_birth"),
    ((*EPISODE, "closure_date"), "2024-09-02", Code.ORDER, "social_care_episodes 1 closure_date"),
    (
        (*EPISODE, "section_47_assessments", 0, "end_date"),
        "2024-11-10",
        Code.ORDER,
        "social_care_episodes 1 section_47_assessments 1 end_date",
    ),
    ((*EPISODE, "adoption", "matched_date"), "2025-07-31", Code.ORDER, "social_care_episodes 1 adoption matched_date"),
    (("child_details", "unique_pupil_number"), "A801200001001", Code.PUPIL_NUMBER, "child_details unique_pupil_number"),
    (
        ("child_details", "unique_pupil_number"),
        ...,
        Code.PAIR,
        "child_details unique_pupil_number or unique_pupil_number_unknown_reason",
    ),
    (
        ("child_details", "expected_date_of_birth"),
        "2026-09-01",
        Code.PAIR,
        "child_details date_of_birth or expected_date_of_birth",
    ),
    (("child_details", "surname"), "<b>", Code.FIREWALL, "child_details surname"),
    (("la_child_id",), "LC-0x1F", Code.FIREWALL, "la_child_id"),
]


@pytest.mark.parametrize(("path", "value", "code", "place"), SENSELESS, ids=str)
def test_what_the_receiver_would_take_and_should_not_is_found(
    path: tuple[str | int, ...], value: Any, code: Code, place: str
) -> None:
    record = edited(path, value)
    assert told(ChildRecord.of(record)) == [(code, place)]
    assert form_problems(record) == (), "its form is good"


@pytest.mark.parametrize("day", ["2026-06-01", "2025-01-01"])
def test_today_and_the_same_day_are_allowed(day: str) -> None:
    record = whole()
    record["social_care_episodes"][0] |= {"referral_date": day, "closure_date": day}
    assert told(ChildRecord.of(record)) == []


def test_an_unborn_child_may_be_due_tomorrow() -> None:
    assert told(details(date_of_birth=None, expected_date_of_birth="2026-09-01")) == []


def test_a_postcode_may_end_like_hex_encoding() -> None:
    assert told(details(postcode="ZZ99 0XA")) == []


def test_a_problem_says_what_to_do_and_no_value() -> None:
    (problem,) = problems(details(surname="Zebedee<"), TODAY)
    assert problem.sentence.startswith("child_details surname holds characters at which DfE's firewall refuses")
    assert "Zebedee" not in problem.sentence
