"""A looked-after return read back into case records, and built again, says the same."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from adapters.ssda903.adapter import Ssda903Adapter
from adapters.ssda903.build.back import case_tables
from adapters.ssda903.build.build import build
from adapters.ssda903.build.builder import Ssda903Builder
from adapters.ssda903.demo.write import write_demo
from adapters.ssda903.read import read_files
from adapters.xml.limits import Limits
from built_returns import CHILD, MADE, tables, year
from schemas.case.columns import records
from schemas.returns import ReturnData
from ssd_source import InMemory, authority
from ssd_source import case_tables as ssd_tables

# Answers without a date of their own, and what only the XML form has.
NOT_CARRIED = {"Header": {"MOTHER", "MC_DOB", "UASC"}}
SHORT_BREAKS = ("V3", "V4")


def made(folder: Path, number: int) -> ReturnData:
    write_demo(folder / "r", year=number, children=250, seed=number, damage=0)
    return Ssda903Adapter().read((folder / "r",), year=number, authority="999", limits=None, progress=None)


def content(data: ReturnData, table: str, frame: pl.DataFrame) -> list[tuple[str | None, ...]]:
    """Give the texts of a table that are carried, in an order that does not hang on that of the children."""
    left_out = NOT_CARRIED.get(table, set())
    names = [field.name for field in data.layout.table(table) if field.name not in left_out]
    return sorted(frame.select(names).rows(), key=lambda row: tuple(text or "" for text in row))


@pytest.mark.parametrize("number", [2017, 2024, 2026])
def test_what_a_return_says_comes_back(tmp_path: Path, number: int) -> None:
    data = made(tmp_path, number)
    built = build(case_tables(data, MADE), year(number))
    episodes = data.tables["Episodes"]
    breaks = episodes.filter(pl.col("LS").is_in(SHORT_BREAKS))["CHILD"].implode()
    for table, again in built.tables.items():
        there = data.tables.get(table, again.clear())
        if table == "PrevPerm":
            # It is not asked of short breaks.
            there = there.filter(~pl.col("CHILD").is_in(breaks))
        if table != "OC2":
            assert content(data, table, there) == content(data, table, again), table


def test_what_comes_back_are_good_case_records(tmp_path: Path) -> None:
    for table, frame in case_tables(made(tmp_path, 2026), MADE).items():
        assert len(records(table, frame)) == frame.height


@pytest.mark.parametrize("name", ["r", "r.zip", "r.xlsx", "r.xml"])
def test_a_record_is_where_its_origin_says_in_every_form(tmp_path: Path, name: str) -> None:
    people = [{**CHILD, "id": f"A{number}"} for number in range(1, 4)]
    stay = {"start_date": year().start, "start_reason": "S", "placement": "P1"}
    given = tables(
        person=people,
        cla_episodes=[{**stay, "person": child["id"], "id": f"E{child['id']}"} for child in reversed(people)],
        missing=[{"person": child["id"], "id": f"M{child['id']}", "start_date": year().start} for child in people[::2]],
    )
    builder = Ssda903Builder()
    built = builder.build(given, year())
    builder.write(built, tmp_path / name)
    data = read_files((tmp_path / name,), year=2026, authority=None, limits=Limits(), progress=None)
    for table in ("Header", "Episodes", "Missing"):
        owners = [child for (child,) in data.tables[table].select("CHILD").rows()]
        assert owners == built.origins[table]["person"].to_list()
        assert owners


@pytest.mark.parametrize("seed", [1, 2])
def test_the_return_of_a_made_up_authority_comes_back(tmp_path: Path, seed: int) -> None:
    builder = Ssda903Builder()
    built = builder.build(ssd_tables(InMemory(authority(300, seed)), tmp_path / "ssd").tables, year())
    builder.write(built, tmp_path / "r")
    data = read_files((tmp_path / "r",), year=2026, authority=None, limits=Limits(), progress=None)
    again = build(case_tables(data, MADE), year())
    for table, frame in built.tables.items():
        if table != "OC2":
            assert content(data, table, frame) == content(data, table, again.tables[table]), table
    assert not built.notes.height
