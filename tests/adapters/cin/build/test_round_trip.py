"""A census read back into case records, and built again, says the same."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from adapters.cin.build.back import case_tables
from adapters.cin.build.build import build
from adapters.cin.build.mapping import ABSENT
from adapters.cin.demo.census import write_demo
from adapters.cin.read import read_cin
from adapters.cin.write import write_census
from built_returns import MADE, REFERRAL, tables, year
from schemas.case.columns import records
from schemas.returns import ReturnData
from ssd_source import InMemory, authority
from ssd_source import case_tables as ssd_tables

YEARS = (2017, 2024, 2025, 2026, 2027)


def made(folder: Path, number: int) -> ReturnData:
    place = folder / f"{number}.xml"
    write_demo(place, year=number, children=250, seed=number, damage=0)
    return read_cin(place)


def content(data: ReturnData, table: str, frame: pl.DataFrame) -> list[tuple[object, ...]]:
    """Give the texts of a table; those that case records have no field for are left out."""
    absent = {gap.target for gap in ABSENT if gap.block == table}
    names = [field.name for field in data.layout.table(table) if field.name not in absent]
    return frame.select(names).rows()


@pytest.mark.parametrize("number", YEARS)
def test_what_a_census_says_comes_back(tmp_path: Path, number: int) -> None:
    data = made(tmp_path, number)
    built = build(case_tables(data, MADE), year(number))
    for table in data.layout:
        there, again = data.tables[table.name], built.tables[table.name]
        if table.name == "Disabilities":
            # That there is none is no record.
            there, again = (frame.filter(pl.col("Disability") != "NONE") for frame in (there, again))
        if table.name == "Reviews":
            in_year = pl.col("CPPreviewDate") >= f"{number - 1}-04-01"
            there = there.filter(in_year)
        if table.name != "Header":
            assert content(data, table.name, there) == content(data, table.name, again), table.name
    assert not built.notes.height


def test_what_comes_back_are_good_case_records(tmp_path: Path) -> None:
    for table, frame in case_tables(made(tmp_path, 2027), MADE).items():
        assert len(records(table, frame)) == frame.height


def test_case_records_come_back_as_far_as_the_census_carries_them(tmp_path: Path) -> None:
    plan = {"id": "P", "referral": "R1", "initial_category": "NEG", "latest_category": "EMO"}
    given = tables(
        cp_plans=[{**plan, "start_date": year().start}],
        cp_reviews=[{"plan": "P", "held_on": year().end}],
        cin_assessments=[{"id": "A", "referral": "R1", "start_date": year().start, "authorised_date": year().end}],
        assessment_factors=[{"assessment": "A", "factors": ["2B", "3A"]}],
        cin_episodes=[{**REFERRAL, "referral_date": year().start}],
    )
    built = build(given, year())
    write_census(tmp_path / "a.xml", built.layout, built.tables)
    found = case_tables(read_cin(tmp_path / "a.xml"), MADE)
    carried = {
        "person": ("id", "date_of_birth", "sex", "ethnicity", "upn_unknown"),
        "cin_episodes": ("person", "referral_date", "source", "primary_need", "no_further_action"),
        "cp_plans": ("person", "start_date", "initial_category", "latest_category"),
        "cp_reviews": ("person", "held_on"),
        "cin_assessments": ("person", "start_date", "authorised_date"),
        "assessment_factors": ("person", "factors"),
    }
    for table, fields in carried.items():
        assert found[table].select(fields).equals(given[table].select(fields)), table
    plans, reviews = found["cp_plans"], found["cp_reviews"]
    assert reviews["plan"].to_list() == plans["id"].to_list()
    assert plans["referral"].to_list() == found["cin_episodes"]["id"].to_list()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_census_of_a_made_up_authority_comes_back(tmp_path: Path, seed: int) -> None:
    built = build(ssd_tables(InMemory(authority(300, seed)), tmp_path / "ssd").tables, year())
    write_census(tmp_path / "a.xml", built.layout, built.tables)
    again = build(case_tables(read_cin(tmp_path / "a.xml"), MADE), year())
    for table, frame in built.tables.items():
        assert frame.equals(again.tables[table]), table
    assert not built.notes.height
