"""The feed from case tables: who is in, where each item comes from, and the shape of a whole record."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from adapters.csc_api.build import LeftOut, build, build_ever
from adapters.csc_api.choices import Choices, SecondId, WorkerId
from adapters.csc_api.mapping import CHILD_ID, CHILD_SECOND_ID, OF_CHILD, OF_EPISODE
from adapters.csc_api.window import window
from csc_source import DAY, Source, upn
from schemas.case.tables import fields
from schemas.csc_api.declare import Block, Item
from schemas.csc_api.layout import CHILD, DETAILS
from schemas.csc_api.record import spelled
from schemas.csc_api.sense import problems

GOLDEN = Path(__file__).parents[2] / "golden" / "case_to_csc_api"
ME = {"person": "C-1"}
MINE = {**ME, "referral": "E-1"}


@pytest.fixture
def source() -> Source:
    """Give a child with a referral and nothing else."""
    found = Source()
    found.put("person", "C-1", forename="Ann", surname="Made", date_of_birth=date(2014, 6, 19), sex="F", upn=upn(1))
    found.put("cin_episodes", "E-1", **ME, referral_date=date(2025, 1, 6), source="2A")
    return found


def record(source: Source, choices: Choices | None = None, day: date = DAY) -> dict[str, Any]:
    return build(source.tables(), day, choices or Choices()).children["C-1"].record.members()


def details(source: Source, choices: Choices | None = None) -> dict[str, Any]:
    found: dict[str, Any] = record(source, choices)["child_details"]
    return found


def episode(source: Source, choices: Choices | None = None) -> dict[str, Any]:
    found: dict[str, Any] = record(source, choices)["social_care_episodes"][0]
    return found


def sent(source: Source, choices: Choices | None = None) -> list[str]:
    return sorted(build(source.tables(), DAY, choices or Choices()).children)


def test_every_item_of_the_record_is_mapped_once_from_fields_that_exist() -> None:
    mapped = {(rows.block.name, item.target): item for rows in (*OF_CHILD, *OF_EPISODE) for item in rows.items}
    mapped |= {(CHILD.name, item.target): item for item in (CHILD_ID, CHILD_SECOND_ID)}

    def items(block: Block) -> list[tuple[str, str]]:
        own = [(block.name, part.name) for part in block.content if isinstance(part, Item)]
        return own + [found for part in block.content if isinstance(part, Block) for found in items(part)]

    assert sorted(mapped) == sorted(items(CHILD))
    assert {name for item in mapped.values() for name in item.sources} <= {*fields(), "person.id"} | {
        f"{rows.table}.id" for rows in OF_EPISODE
    } | {"cin_episodes.id"}


@pytest.mark.parametrize(
    ("day", "start"),
    [
        (date(2026, 3, 31), date(2023, 4, 1)),
        (date(2026, 4, 1), date(2024, 4, 1)),
        (date(2026, 12, 31), date(2024, 4, 1)),
    ],
)
def test_the_window_begins_with_the_financial_year_of_24_months_ago(day: date, start: date) -> None:
    assert window(day).start == start
    assert (window(day).end - day).days == 1


def test_a_whole_record_and_others_are_as_they_were_agreed() -> None:
    source = Source()
    for table, rows in json.loads((GOLDEN / "in.json").read_text(encoding="utf-8")).items():
        for row in rows:
            values = {name: _read(value) for name, value in row.items()}
            source.put(table, values.pop("id"), **values)
    found = build(source.tables(), date(2026, 4, 2)).children
    wire = [spelled(CHILD, found[child].record.members()) for child in sorted(found)]
    assert wire == json.loads((GOLDEN / "expected.json").read_text(encoding="utf-8"))
    assert [problem for built in found.values() for problem in problems(built.record, date(2026, 4, 2))] == []


def _read(value: Any) -> Any:
    is_day = isinstance(value, str) and len(value) == len("2026-01-01") and value[4] + value[7] == "--"
    return date.fromisoformat(value) if is_day else value


@pytest.mark.parametrize(
    ("values", "in_it"),
    [
        ({"referral_date": date(2020, 1, 1)}, True),
        ({"referral_date": date(2020, 1, 1), "close_date": date(2024, 4, 1)}, True),
        ({"referral_date": date(2020, 1, 1), "close_date": date(2024, 3, 31)}, False),
        ({"referral_date": date(2026, 6, 2)}, True),
        ({"referral_date": date(2026, 6, 3)}, False),
        ({"referral_date": None}, True),
    ],
)
def test_a_referral_counts_when_its_period_touches_the_window(
    source: Source, values: dict[str, Any], in_it: bool
) -> None:
    source.put("cin_episodes", "E-1", **values)
    assert sent(source) == (["C-1"] if in_it else [])


@pytest.mark.parametrize(
    ("values", "in_it"),
    [
        ({"date_of_birth": date(1998, 4, 2)}, True),
        ({"date_of_birth": date(1998, 4, 1)}, False),
        ({"date_of_birth": None, "expected_date_of_birth": date(2026, 9, 1)}, True),
        ({"date_of_birth": None, "expected_date_of_birth": date(2024, 3, 31)}, False),
        ({"date_of_birth": None}, False),
        ({"date_of_death": date(2025, 2, 1)}, True),
    ],
)
def test_who_is_of_age(source: Source, values: dict[str, Any], in_it: bool) -> None:
    source.put("person", "C-1", **values)
    assert sent(source) == (["C-1"] if in_it else [])


def test_a_plan_alone_counts_only_where_that_is_chosen(source: Source) -> None:
    source.put("cin_episodes", "E-1", close_date=date(2022, 1, 1))
    source.put("cp_plans", "CP-1", **MINE, start_date=date(2025, 5, 20))
    assert sent(source) == []
    assert sent(source, Choices(plan_only=True)) == ["C-1"]
    source.put("cla_placement", "L-1", **ME, start_date=date(2025, 1, 1))
    assert sent(source) == ["C-1"]


def test_the_second_id_is_null_or_the_first_as_chosen(source: Source) -> None:
    assert "mis_child_id" not in record(source)
    assert record(source, Choices(second_id=SecondId.REPEAT))["mis_child_id"] == "C-1"
    source.put("person", "C-1", legacy_reference="M-1")
    assert record(source)["mis_child_id"] == "M-1"


def test_the_case_systems_own_id_goes_where_it_is_another(source: Source) -> None:
    tables = source.tables()
    tables["cin_episodes"] = tables["cin_episodes"].with_columns(**{"origin.key": pl.lit("77")})
    (row,) = build(tables, DAY).children["C-1"].record.members()["social_care_episodes"]
    assert row["social_care_episode_id"] == "77"


def test_unborn_children_have_no_asylum_flag_and_disabilities_as_chosen(source: Source) -> None:
    source.put(
        "person", "C-1", date_of_birth=None, expected_date_of_birth=date(2026, 9, 1), upn=None, upn_unknown="UN1"
    )
    found = details(source)
    assert (found["disabilities"], found["unique_pupil_number_unknown_reason"]) == (["NONE"], "UN1")
    assert "uasc_flag" not in found
    assert "disabilities" not in details(source, Choices(unborn_disabilities=False))


def test_numbers_and_codes_of_the_child(source: Source) -> None:
    source.put("person", "C-1", upn_unknown="UN2", expected_date_of_birth=date(2014, 7, 1), sex=None)
    for number, start in (("H801200001001", date(2020, 1, 1)), ("G80120000101A", date(2021, 1, 1))):
        source.put("linked_identifiers", number, **ME, kind="FORMER_UPN", value=number, start_date=start)
    for code in ("LD", "AUT", "NONE"):
        source.put("disability", f"D-{code}", **ME, code=code)
    source.put("address", "1", **ME, postcode="ZZ99 1AA", start_date=date(2020, 1, 1))
    source.put("address", "2", **ME, postcode="ZZ99 2BB", start_date=date(2024, 1, 1))
    source.put("address", "3", **ME, postcode="ZZ99 3CC")
    found = details(source)
    assert found["former_unique_pupil_number"] == "G80120000101A"
    assert (found["disabilities"], found["postcode"], found["sex"]) == (["AUT", "LD"], "ZZ99 2BB", "U")
    assert not {"unique_pupil_number_unknown_reason", "expected_date_of_birth"} & found.keys()


@pytest.mark.parametrize(
    ("status", "end", "flag", "told"),
    [
        ("UASC", None, True, None),
        ("UASC", date(2024, 4, 1), True, "2024-04-01"),
        ("UASC", date(2024, 3, 31), False, None),
        ("ASYLUM", None, False, None),
    ],
)
def test_an_asylum_status_counts_until_the_window_begins(
    source: Source, status: str, end: date | None, flag: bool, told: str | None
) -> None:
    source.put("immigration_status", "1", **ME, status=status, start_date=date(2022, 1, 1), end_date=end)
    assert (details(source)["uasc_flag"], details(source).get("uasc_end_date")) == (flag, told)


def test_an_assessment_has_its_factors_once_or_an_empty_list(source: Source) -> None:
    source.put("cin_assessments", "A-1", **MINE, start_date=date(2025, 1, 8), authorised_date=date(1900, 1, 1))
    (row,) = episode(source)["child_and_family_assessments"]
    assert (row["factors"], "authorisation_date" in row) == ([], False)
    source.put("assessment_factors", "F-1", **ME, assessment="A-1", factors=["3B", "16A"])
    source.put("assessment_factors", "F-2", **ME, assessment="A-1", factors=["3B"])
    assert episode(source)["child_and_family_assessments"][0]["factors"] == ["16A", "3B"]


@pytest.mark.parametrize(
    ("outcomes", "not_required", "flag"),
    [(["CP_CONFERENCE", "MONITOR"], None, True), (["NFA"], False, False), ([], True, False), ([], None, None)],
)
def test_whether_a_conference_was_required(
    source: Source, outcomes: list[str], not_required: bool | None, flag: bool | None
) -> None:
    source.put("s47_enquiry", "S-1", **MINE, outcomes=outcomes, conference_not_required=not_required)
    (row,) = episode(source)["section_47_assessments"]
    assert row.get("icpc_required_flag") == flag


def test_an_enquiry_has_its_latest_conference_and_is_in_for_it(source: Source) -> None:
    source.put("s47_enquiry", "S-1", **MINE, start_date=date(2024, 3, 1), end_date=date(2024, 3, 20))
    assert "section_47_assessments" not in episode(source)
    for number, day in enumerate((date(2024, 4, 2), date(2024, 4, 9))):
        source.put("initial_cp_conference", f"I-{number}", **ME, enquiry="S-1", held_on=day)
    assert episode(source)["section_47_assessments"][0]["icpc_date"] == "2024-04-09"


def test_a_plan_of_another_authority_is_left_out(source: Source) -> None:
    source.put("cp_plans", "CP-1", **MINE, start_date=date(2025, 5, 20))
    source.put("cp_plans", "CP-2", **MINE, start_date=date(2025, 5, 20), other_authority=True)
    assert [row["child_protection_plan_id"] for row in episode(source)["child_protection_plans"]] == ["CP-1"]


def care(source: Source, name: str, start: date, **values: Any) -> None:
    source.put("cla_episodes", name, **ME, placement="L-1", start_date=start, **values)


def test_a_placement_has_the_first_reason_to_start_and_the_last_to_end(source: Source) -> None:
    source.put("cla_placement", "L-1", **ME, start_date=date(2025, 3, 1), end_date=date(2025, 9, 1), kind="U6")
    care(source, "b", date(2025, 6, 1), start_reason="L", end_reason="E4A", referral="E-1")
    care(source, "a", date(2025, 3, 1), start_reason="S", end_reason="X1", referral="E-1")
    (row,) = episode(source)["child_looked_after_placements"]
    assert (row["start_reason"], row["end_reason"]) == ("S", "E4A")
    source.put("cla_placement", "L-1", end_date=date(2025, 2, 1))
    assert "end_date" not in episode(source)["child_looked_after_placements"][0]


def test_a_placement_without_a_referral_stands_under_the_last_one_before_it(source: Source) -> None:
    source.put("cin_episodes", "E-2", **ME, referral_date=date(2025, 8, 1))
    source.put("cla_placement", "L-1", **ME, start_date=date(2025, 3, 1))
    assert episode(source)["child_looked_after_placements"][0]["start_date"] == "2025-03-01"


def test_what_has_no_place_is_counted(source: Source) -> None:
    source.put("cla_placement", "L-1", **ME, start_date=date(2025, 1, 1))
    source.put("cin_plans", "P-1", **ME, referral="elsewhere", start_date=date(2025, 1, 1))
    assert build(source.tables(), DAY).left_out == (
        LeftOut("child_in_need_plans", 1),
        LeftOut("child_looked_after_placements", 1),
    )


def test_two_children_with_one_id_are_left_out_and_counted(source: Source) -> None:
    source.put("person", "C-2", date_of_birth=date(2015, 1, 1))
    source.put("cin_episodes", "E-2", person="C-2", referral_date=date(2025, 1, 6))
    tables = source.tables()
    tables["person"] = tables["person"].with_columns(**{"origin.key": pl.lit("same")})
    found = build(tables, DAY)
    assert (dict(found.children), found.left_out) == ({}, (LeftOut("children", 2),))


def test_adoption_and_care_leaver_stand_once_under_the_episode_in_force(source: Source) -> None:
    source.put("cin_episodes", "E-1", close_date=None)
    source.put("cin_episodes", "E-2", **ME, referral_date=date(2025, 2, 1), close_date=date(2025, 9, 1))
    source.put("permanence", "1", **ME, decision_date=date(2025, 3, 1))
    source.put("permanence", "2", **ME, decision_date=date(2025, 2, 1), placed_date=date(2025, 6, 1))
    source.put("care_leavers", "1", **ME, latest_contact_date=date(2020, 1, 1), activity="F2", accommodation="U")
    first, second = record(source)["social_care_episodes"]
    assert first["adoption"] == {"initial_decision_date": "2025-02-01", "placed_date": "2025-06-01"}
    assert first["care_leavers"]["contact_date"] == "2020-01-01"
    assert not {"adoption", "care_leavers"} & second.keys()
    assert all("adoption" in row for row in record(source, Choices(every_episode=True))["social_care_episodes"])


def test_workers_are_those_of_planned_episodes_in_force_on_a_31_march(source: Source) -> None:
    source.put("professionals", "W-1", registration="SW1", staff_number="S-1")
    source.put("professionals", "W-2", staff_number="S-2")
    allocations = {
        "in force": ("W-1", "CW", date(2025, 1, 6), None),
        "between": ("W-1", "CW", date(2025, 4, 1), date(2026, 3, 30)),
        "manager": ("W-1", "MANAGER", date(2025, 1, 6), None),
        "no number": ("W-2", "CW", date(2025, 1, 7), None),
    }
    for name, (worker, role, start, end) in allocations.items():
        source.put("involvements", name, **MINE, professional=worker, role=role, start_date=start, end_date=end)
    assert "care_worker_details" not in episode(source)
    source.put("cin_plans", "P-1", **MINE, start_date=date(2025, 2, 1))
    assert episode(source)["care_worker_details"] == [{"worker_id": "SW1", "start_date": "2025-01-06"}]
    chosen = Choices(worker_id=WorkerId.STAFF, worker_roles=("CW", "MANAGER"))
    assert sorted(row["worker_id"] for row in episode(source, chosen)["care_worker_details"]) == ["S-1", "S-1", "S-2"]


def test_scores_are_those_of_the_window_that_have_one(source: Source) -> None:
    for name, day, score in (("1", date(2024, 4, 1), 9), ("2", date(2024, 3, 31), 8), ("3", date(2025, 1, 1), None)):
        source.put("sdq_scores", name, **ME, completed_on=day, score=score)
    assert record(source)["health_and_wellbeing"] == {"sdq_assessments": [{"date": "2024-04-01", "score": 9}]}


def test_without_a_window_all_that_the_source_has_is_built(source: Source) -> None:
    source.put("cin_episodes", "E-0", **ME, referral_date=date(2018, 1, 1), close_date=date(2019, 1, 1))
    source.put("person", "C-2", date_of_birth=date(2015, 1, 1))
    found = build_ever(source.tables(), DAY, ["C-1"])
    assert [row["social_care_episode_id"] for row in found["C-1"].members()["social_care_episodes"]] == ["E-0", "E-1"]
    assert list(found) == ["C-1"]


def test_tables_that_are_not_there_are_empty(source: Source) -> None:
    assert build({}, DAY).children == {}
    assert record(source)["child_details"]["disabilities"] == ["NONE"]
    lazy = {table: frame.lazy() for table, frame in source.tables().items()}
    assert build(lazy, DAY).children == build(source.tables(), DAY).children


def test_every_person_of_the_source_is_known_whether_sent_or_not(source: Source) -> None:
    source.put("person", "A-9", date_of_birth=date(1980, 1, 1))
    assert dict(build(source.tables(), DAY).persons) == {"C-1": "C-1", "A-9": "A-9"}
    assert DETAILS.required
