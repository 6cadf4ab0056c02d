"""The lists read back into case records, and built again, say the same of all that comes back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from adapters.annex_a.build.back import case_tables
from adapters.annex_a.build.builder import AnnexABuilder, data_of
from adapters.annex_a.build.mapping import DECLARED
from adapters.annex_a.read import read_lists
from adapters.mapping.built import Built, ReturnRows
from adapters.mapping.span import months_until
from adapters.mapping.tables import Frame
from adapters.xml.limits import Limits
from built_returns import REFERRAL, tables
from schemas.annex_a.layout import MONTHS
from schemas.case.columns import records
from ssd_source import NOW, InMemory, authority
from ssd_source import case_tables as read_case_tables

DAY = months_until(date(2026, 3, 31), MONTHS, NOW, authority="209")


def build(given: dict[str, Frame]) -> Built:
    return AnnexABuilder().build(given, DAY)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Built:
    found = read_case_tables(InMemory(authority()), tmp_path_factory.mktemp("ssd") / "tables")
    return build(dict(found.tables))


@pytest.fixture(scope="module")
def back(first: Built) -> dict[str, pl.DataFrame]:
    return case_tables(data_of(first), NOW)


@pytest.fixture(scope="module")
def again(back: dict[str, pl.DataFrame]) -> Built:
    return build(dict(back))


def coming_back(rows: ReturnRows) -> list[str]:
    """Name the columns that are read back into the record itself or one beside it, and what is said of the child."""
    tables = {rows.table, "person", *(beside.table for beside in rows.beside)}
    return [item.target for item in rows.items if any(source.split(".")[0] in tables for source, _ in item.fields)]


@pytest.mark.parametrize("rows", DECLARED[1:], ids=lambda rows: rows.block)
def test_what_comes_back_is_the_same(first: Built, again: Built, rows: ReturnRows) -> None:
    names = coming_back(rows)
    assert {"child_id", "gender", "ethnicity", "birth_date"} < set(names)
    there, here = (built.tables[rows.block].select(names).sort(names) for built in (first, again))
    assert there.height
    assert there.equals(here), rows.block


def test_what_comes_back_are_good_case_records(back: dict[str, pl.DataFrame]) -> None:
    for table, frame in back.items():
        assert len(records(table, frame)) == frame.height, table


def test_a_referral_in_two_lists_is_one_episode(first: Built, back: dict[str, pl.DataFrame]) -> None:
    both = first.tables["List 3"].select("child_id", day="referral_date")
    also = first.tables["List 6"].select("child_id", day="start_date")
    assert both.join(also, on=["child_id", "day"]).height
    assert back["cin_episodes"].height == pl.concat([both, also]).unique().height


def test_the_file_says_what_was_built(first: Built, tmp_path: Path) -> None:
    data = data_of(first)
    for name in ("lists.xlsx", "lists.zip", "lists"):
        AnnexABuilder().write(first, tmp_path / name)
        found = read_lists([tmp_path / name], at=None, authority=None, limits=Limits())
        assert (found.at, found.authority, found.form) == (date(2026, 3, 31), "209", ())
        assert found.notices == ("The lists are of 31/03/2026.",)
        for table in data.layout:
            names = [field.name for field in table]
            assert found.tables[table.name].select(names).equals(data.tables[table.name].select(names)), name


def test_case_records_come_back_as_far_as_the_lists_carry_them() -> None:
    day = date(2026, 1, 5)
    given = tables(
        contacts=[{"contact_date": day, "source": "2A"}],
        cin_episodes=[{**REFERRAL, "referral_date": day, "team": "T", "worker": "W"}],
        department=[{"id": "T", "name": "Team 1"}],
        professionals=[{"id": "W", "name": "A Worker"}],
        cin_assessments=[{"start_date": day, "authorised_date": day, "child_seen": True, "no_further_action": False}],
        cp_plans=[{"id": "P", "start_date": day, "initial_category": "NEG", "latest_category": "EMO"}],
        cp_visits=[{"plan": "P", "visit_date": day, "seen_alone": False}],
        permanence=[{"decision_date": day, "order_date": day, "order": "ADOPTION"}],
        care_leavers=[
            {"eligibility": "ELIGIBLE", "in_touch": "REFU", "accommodation": "K", "latest_contact_date": day}
        ],
    )
    found = case_tables(data_of(build(dict(given))), NOW)
    carried = {
        "person": ("id", "date_of_birth", "sex", "ethnicity"),
        "contacts": ("person", "contact_date", "source"),
        "cin_episodes": ("person", "referral_date", "source", "primary_need", "no_further_action"),
        "department": ("name",),
        "professionals": ("name",),
        "cin_assessments": ("person", "start_date", "authorised_date", "child_seen", "no_further_action"),
        "cp_plans": ("person", "start_date", "initial_category", "latest_category"),
        "cp_visits": ("person", "visit_date", "seen_alone"),
        "permanence": ("person", "decision_date", "order_date", "order"),
        "care_leavers": ("person", "eligibility", "in_touch", "accommodation", "latest_contact_date"),
    }
    for table, fields in carried.items():
        assert found[table].select(fields).equals(given[table].select(fields)), table
    assert found["cp_visits"]["plan"].to_list() == found["cp_plans"]["id"].to_list()
    assert found["cin_episodes"]["team"].to_list() == found["department"]["id"].to_list()
