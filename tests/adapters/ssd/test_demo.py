"""The made-up authority: the same every time, rich, and free of errors under the rules of the census."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from adapters.cin.demo.population import header
from adapters.cin.write import child_group, document_of
from adapters.ssd.demo.need import records
from adapters.ssd.demo.population import census, made
from adapters.ssd.demo.write import write_demo
from adapters.ssd.tables import CaseTables
from adapters.whole import write_lines
from adapters.xml.write import Record, elements
from gateway.check import check_return
from schemas.cin.layout import cin_layout
from schemas.periods import Period
from ssd_source import YEAR, InMemory, authority, case_tables

PERIOD = Period(YEAR)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> CaseTables:
    return case_tables(InMemory(authority(1200, 1)), tmp_path_factory.mktemp("demo") / "tables")


def rows(found: CaseTables, case: str) -> pl.DataFrame:
    return found.tables[case].collect()


def test_the_same_seed_makes_the_same_rows_and_another_makes_others(tmp_path: Path) -> None:
    for name, seed in (("one", 5), ("two", 5), ("three", 6)):
        write_demo(str(tmp_path / name), year=YEAR, children=40, seed=seed)
    files = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    assert files == {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
    assert files != {path.name: path.read_bytes() for path in (tmp_path / "three").iterdir()}


def test_parts_hold_as_many_people_as_were_asked_for() -> None:
    told = []
    for taken, done in made(YEAR, 2500, 1):
        people = (frame["id"] for link, frame in taken.take() if link.case == "person")
        # The children of young mothers are beside the number that was asked for.
        told.append((done, sum(key.startswith("D") for ids in people for key in ids)))
    assert told == [(1000, 1000), (2000, 1000), (2500, 500)]


def test_every_return_finds_something_in_it(found: CaseTables) -> None:
    empty = {case for case, content in found.tables.items() if content.limit(1).collect().is_empty()}
    assert empty == {
        "voice_of_child",
        "pre_proceedings",
        "send",
        "sen_need",
        "ehcp_requests",
        "ehcp_assessment",
        "ehcp_named_plan",
        "ehcp_active_plans",
    }
    assert set(rows(found, "person")["kind"]) == {"CHILD", "UNBORN"}
    assert set(rows(found, "immigration_status")["status"]) == {"UASC"}
    assert {"E12", "E5", "X1"} <= set(rows(found, "cla_episodes")["end_reason"].drop_nulls())
    assert {"C1", "C2", "V2", "E1"} == set(rows(found, "legal_status")["status"])


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_the_census_of_its_children_has_no_error(year: int, tmp_path: Path) -> None:
    layout = cin_layout(year)
    group = child_group(layout)
    children = (elements(group, _in_year(record, year)) for record, _ in census(year, 900, 2))
    path = tmp_path / "census.xml"
    write_lines(path, document_of(layout, header(year), children))
    assert check_return(path).by_rule == {}


def _in_year(record: Record, year: int) -> Record:
    """Leave out plans that ended before the year, which its census does not ask for."""
    first = Period(year).start.isoformat()
    for episode in records(record, "CINdetails"):
        plans = [plan for plan in records(episode, "CINPlanDates") if str(plan.get("CINPlanEndDate", first)) >= first]
        episode.pop("CINPlanDates", None)
        if plans:
            episode["CINPlanDates"] = plans
    return record


def test_the_episodes_of_a_time_in_care_follow_each_other(found: CaseTables) -> None:
    for _, period in rows(found, "cla_episodes").sort("start_date").group_by("period_of_care"):
        episodes = period.sort("start_date").to_dicts()
        assert episodes[0]["start_reason"] == "S"
        assert episodes[0]["start_date"] == episodes[0]["entered_care_date"]
        for one, other in pairwise(episodes):
            assert (one["end_reason"], one["end_date"]) == ("X1", other["start_date"])
            assert other["start_reason"] == ("L" if one["placement"] == other["placement"] else "P")


def test_every_episode_has_its_placement_and_one_legal_status(found: CaseTables) -> None:
    episodes, statuses, placements = (rows(found, case) for case in ("cla_episodes", "legal_status", "cla_placement"))
    held = episodes.join(placements, left_on="placement", right_on="id", suffix="_placement")
    assert held.height == episodes.height
    assert held.filter(
        (pl.col("start_date") < pl.col("start_date_placement")) | (pl.col("end_date") > pl.col("end_date_placement"))
    ).is_empty()
    both = episodes.join(statuses, on="person", suffix="_status").filter(
        (pl.col("start_date_status") <= pl.col("start_date"))
        & (pl.col("end_date_status").is_null() | (pl.col("end_date_status") > pl.col("start_date")))
    )
    assert Counter(both["id"]) == Counter(episodes["id"])


def test_nobody_has_a_plan_while_looked_after_and_every_time_in_care_has_an_open_episode(found: CaseTables) -> None:
    care, plans, needs = (rows(found, case) for case in ("cla_episodes", "cin_plans", "cin_episodes"))
    running = care.join(plans, on="person", suffix="_plan").filter(
        (pl.col("start_date_plan") < pl.col("end_date").fill_null(date.max))
        & (pl.col("end_date_plan").fill_null(date.max) > pl.col("start_date"))
    )
    assert running.is_empty()
    there = care.join(needs, left_on="referral", right_on="id", suffix="_need")
    assert there.height == care.height
    assert there.filter(
        (pl.col("referral_date") > pl.col("start_date"))
        | (pl.col("close_date") < pl.col("end_date").fill_null(date.max))
    ).is_empty()


def test_nothing_happens_after_the_day_on_which_it_is_taken(found: CaseTables) -> None:
    for case, content in found.tables.items():
        for name, kind in content.collect_schema().items():
            if kind == pl.Date() and name not in {"expected_date_of_birth", "target_date"}:
                latest = content.select(pl.col(name).max()).collect().item()
                assert latest is None or latest <= PERIOD.end, f"{case}.{name}"


def test_one_worker_has_a_child_at_a_time(found: CaseTables) -> None:
    allocated = rows(found, "involvements").filter(pl.col("role") == "CW").sort("person", "start_date")
    for _, own in allocated.group_by("referral"):
        times = own.sort("start_date").to_dicts()
        for one, other in pairwise(times):
            assert one["end_date"] == other["start_date"]
            assert one["end_date"] - one["start_date"] >= timedelta(days=3)


def test_identifiers_fit_the_returns(found: CaseTables) -> None:
    people = rows(found, "person")
    assert people["id"].str.len_chars().max() == 8
    assert people["id"].is_unique().all()
    assert people["upn"].drop_nulls().is_unique().all()
    assert people["nhs_number"].drop_nulls().is_unique().all()
