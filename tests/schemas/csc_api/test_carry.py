"""What stays held although it grew old, and events whose ids are issued anew."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings

from csc_records import records, whole
from schemas.csc_api.carry import has_lost, source_digest, steadied, with_aged
from schemas.csc_api.layout import UNSTABLE
from schemas.csc_api.record import ChildRecord

HELD = ChildRecord.of(whole())


def episode(members: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = members["social_care_episodes"][0]
    return found


def without_old() -> ChildRecord:
    members = whole()
    episode(members)["child_in_need_plans"] = []
    del episode(members)["adoption"]
    del members["health_and_wellbeing"]
    return ChildRecord.of(members)


def test_what_only_grew_old_stays() -> None:
    assert has_lost(HELD, without_old())
    assert with_aged(HELD, without_old(), HELD) == HELD


def test_what_left_the_source_does_not_stay() -> None:
    current = without_old()
    assert with_aged(HELD, current, current) == current


def test_of_what_grew_old_nothing_stays_that_left_the_source() -> None:
    bare, ever = whole(), whole()
    del bare["social_care_episodes"]
    episode(ever)["child_in_need_plans"] = []
    assert with_aged(HELD, ChildRecord.of(bare), ChildRecord.of(ever)) == ChildRecord.of(ever)


def test_a_score_that_was_corrected_does_not_stay_beside_the_right_one() -> None:
    members = whole()
    members["health_and_wellbeing"]["sdq_assessments"] = [{"date": "2025-02-11", "score": 7}]
    current = ChildRecord.of(members)
    assert with_aged(HELD, current, current) == current


def test_a_changed_value_is_no_loss() -> None:
    members = whole()
    episode(members)["child_in_need_plans"][0]["end_date"] = "2024-12-03"
    assert not has_lost(HELD, ChildRecord.of(members))


def reissued(**change: str) -> ChildRecord:
    members = whole()
    episode(members)["child_and_family_assessments"][0] |= {"child_and_family_assessment_id": "AS-999", **change}
    return ChildRecord.of(members)


def test_an_event_keeps_the_id_under_which_it_was_sent_first() -> None:
    assert steadied(HELD, reissued(), UNSTABLE) == HELD
    assert source_digest(reissued(), UNSTABLE) == source_digest(HELD, UNSTABLE)
    assert steadied(HELD, reissued(), ()) == reissued()
    assert source_digest(reissued(), ()) != source_digest(HELD, ())


def test_a_change_under_a_new_id_is_a_change_of_the_same_event() -> None:
    steady = steadied(HELD, reissued(authorisation_date="2024-10-30"), UNSTABLE)
    (row,) = episode(steady.members())["child_and_family_assessments"]
    assert (row["child_and_family_assessment_id"], row["authorisation_date"]) == ("AS-1", "2024-10-30")
    assert source_digest(reissued(authorisation_date="2024-10-30"), UNSTABLE) != source_digest(HELD, UNSTABLE)


def test_an_event_of_another_day_is_another_event() -> None:
    other = reissued(start_date="2024-09-06")
    assert steadied(HELD, other, UNSTABLE) == other


def test_two_events_of_one_day_are_paired_by_what_they_hold() -> None:
    members = whole()
    rows = episode(members)["child_and_family_assessments"]
    rows.append({"child_and_family_assessment_id": "AS-2", "start_date": "2024-09-05", "factors": ["20"]})
    held = ChildRecord.of(members)
    for row, name in zip(rows, ("X-2", "X-1"), strict=True):
        row["child_and_family_assessment_id"] = name
    assert steadied(held, ChildRecord.of(members), UNSTABLE) == held


@settings(max_examples=60, deadline=None)
@given(records(), records())
def test_steadying_keeps_every_event_and_no_id_stands_twice(held: ChildRecord, current: ChildRecord) -> None:
    steady = steadied(held, current, UNSTABLE)
    assert source_digest(steady, UNSTABLE) == source_digest(current, UNSTABLE)
    for row in steady.members().get("social_care_episodes", ()):
        ids = [item["child_and_family_assessment_id"] for item in row.get("child_and_family_assessments", ())]
        assert len(ids) == len(set(ids))
