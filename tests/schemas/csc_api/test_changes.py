"""Deltas: what is sent brings what is held to the source's state, removals and emptied values with it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csc_records import details, records, whole
from schemas.csc_api.changes import Emptied, Kind, Update, received, removal, together, update
from schemas.csc_api.form import form_problems
from schemas.csc_api.record import ChildRecord

EPISODE = {"social_care_episode_id": "EP-1"}


def changed(change: Any) -> ChildRecord:
    members = whole()
    change(members)
    return ChildRecord.of(members)


def episode(members: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = members["social_care_episodes"][0]
    return found


def sent(held: ChildRecord | None, target: ChildRecord, **options: Any) -> tuple[Kind, dict[str, Any]]:
    made = update(held, target, **options)
    assert made is not None
    return made.kind, json.loads(made.text)


HELD = ChildRecord.of(whole())


@settings(max_examples=150, deadline=None)
@given(records(), records(), st.booleans())
def test_what_is_received_of_an_update_is_the_target(held: ChildRecord, target: ChildRecord, full: bool) -> None:
    made = update(held, target, full=full)
    if made is None:
        assert held == target
        return
    assert received(held, made.text) == target
    assert received(target, made.text) == target, "sent twice it does the same"
    assert form_problems(json.loads(made.text)) == ()


@settings(max_examples=80, deadline=None)
@given(st.none() | records(), records(), records())
def test_after_an_unknown_outcome_a_full_record_is_right_whichever_was_held(
    held: ChildRecord | None, lost: ChildRecord, target: ChildRecord
) -> None:
    first = update(held, lost, full=True)
    made = update(together(held, lost), target, full=True)
    assert first is not None
    assert made is not None
    assert received(held, made.text) == target, "the first was lost"
    assert received(received(held, first.text), made.text) == target, "the first was stored"
    assert received(held, made.text, replaces=True) == target, "a full record replaces what was held"


def test_nothing_is_sent_where_nothing_changed() -> None:
    assert update(HELD, HELD) is None


def test_a_child_that_is_not_held_is_sent_whole() -> None:
    kind, record = sent(None, HELD)
    assert kind is Kind.FULL
    assert received(None, json.dumps(record)) == HELD


def test_a_changed_value_goes_with_the_ids_on_the_way_to_it() -> None:
    target = changed(lambda it: episode(it)["child_in_need_plans"][0].update(end_date="2024-12-05"))
    kind, record = sent(HELD, target)
    assert kind is Kind.DELTA
    assert record == {
        "la_child_id": "LC-1",
        "mis_child_id": "M-1",
        "child_details": {"purge": False},
        "social_care_episodes": [
            {
                **EPISODE,
                "child_in_need_plans": [
                    {"child_in_need_plan_id": "NP-1", "end_date": "2024-12-05", "purge": False},
                ],
                "purge": False,
            }
        ],
        "purge": False,
    }


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            lambda it: episode(it)["child_looked_after_placements"].pop(0),
            {**EPISODE, "child_looked_after_placements": [{"child_looked_after_placement_id": "PL-1", "purge": True}]},
        ),
        (lambda it: episode(it).pop("adoption"), {**EPISODE, "adoption": {"purge": True}}),
        (lambda it: it["social_care_episodes"].pop(), {**EPISODE, "purge": True}),
    ],
    ids=["an entry of a list", "a block", "an episode"],
)
def test_what_vanished_is_purged_by_name(change: Any, told: dict[str, Any]) -> None:
    target = changed(change)
    _, record = sent(HELD, target)
    assert record["social_care_episodes"] == [{"purge": False, **told}]
    assert received(HELD, json.dumps(record)) == target


def test_a_removed_child_is_named_with_both_ids_and_nothing_else() -> None:
    assert removal(HELD) == Update(Kind.REMOVAL, '{"la_child_id":"LC-1","mis_child_id":"M-1","purge":true}')
    assert received(HELD, removal(HELD).text) is None


def test_a_value_that_became_empty_is_null_in_a_full_record() -> None:
    target = changed(lambda it: episode(it)["child_protection_plans"][0].pop("end_date"))
    kind, record = sent(HELD, target)
    assert kind is Kind.FULL
    assert record["child_details"]["first_name"] == "Rowan"
    assert record["social_care_episodes"][0]["child_protection_plans"][0]["end_date"] is None
    kind, record = sent(HELD, target, emptied=Emptied.ABSENT)
    assert kind is Kind.FULL
    assert "end_date" not in record["social_care_episodes"][0]["child_protection_plans"][0]


def test_a_list_without_keys_is_sent_whole_when_anything_in_it_changed() -> None:
    def more(members: dict[str, Any]) -> None:
        members["health_and_wellbeing"]["sdq_assessments"].append({"date": "2026-01-20", "score": 13})
        episode(members)["care_worker_details"] = []

    _, record = sent(HELD, changed(more))
    scores = [{"date": "2025-02-11", "score": 17}, {"date": "2026-01-20", "score": 13}]
    assert record["health_and_wellbeing"]["sdq_assessments"] == scores
    assert record["social_care_episodes"][0]["care_worker_details"] == []


def test_factors_and_disabilities_are_sent_whole() -> None:
    target = changed(lambda it: episode(it)["child_and_family_assessments"][0].update(factors=[]))
    _, record = sent(HELD, target)
    assert record["social_care_episodes"][0]["child_and_family_assessments"][0]["factors"] == []
    _, record = sent(HELD, details(disabilities=["NONE"]))
    assert record["child_details"] == {"disabilities": ["NONE"], "purge": False}


def test_placements_are_sent_newest_first() -> None:
    _, record = sent(None, HELD)
    placements = record["social_care_episodes"][0]["child_looked_after_placements"]
    assert [row["child_looked_after_placement_id"] for row in placements] == ["PL-2", "PL-1"]


def test_the_second_id_is_named_even_where_there_is_none() -> None:
    _, record = sent(None, changed(lambda it: it.pop("mis_child_id")))
    assert record["mis_child_id"] is None


def test_an_apostrophe_stays_one_apostrophe() -> None:
    made = update(None, HELD)
    assert made is not None
    assert "O'Sample" in made.text
