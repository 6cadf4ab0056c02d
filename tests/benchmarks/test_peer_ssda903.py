from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from adapters.providers.workbook import read_providers
from adapters.xml.limits import Limits
from benchmarks.peer_ssda903 import our_verdict, places, tables_in, write
from benchmarks.peer_ssda903_reading import STEPS, Tables, owner
from benchmarks.peers import Place
from benchmarks.ssda903_reference import providers_beside, write_providers
from schemas.ssda903.layout import csv_columns, ssda903_layout

LAYOUT = ssda903_layout(2026)


def table(name: str, **columns: list[str]) -> pl.DataFrame:
    height = len(next(iter(columns.values())))
    names = csv_columns(LAYOUT.table(name))
    return pl.DataFrame({column: columns.get(column, [""] * height) for column in names})


def after(tables: Tables, *names: str) -> Tables:
    changed = dict(tables)
    for step in STEPS:
        if step.name in names:
            step.rewrite(changed, LAYOUT)
    return changed


def texts(tables: Tables, name: str, column: str) -> list[str]:
    return tables[name].get_column(column).to_list()


def test_white_space_is_trimmed() -> None:
    assert texts(after({"Header": table("Header", CHILD=[" C1 "])}, "form"), "Header", "CHILD") == ["C1"]


def test_a_date_that_can_mean_one_day_is_written_as_asked_and_any_other_goes() -> None:
    found = after({"Header": table("Header", DOB=["2010-03-31", "1.4.2010", "31/02/2010", "02/03/2010", ""])}, "form")
    assert texts(found, "Header", "DOB") == ["31/03/2010", "01/04/2010", "", "02/03/2010", ""]


def test_second_rows_and_rows_without_a_child_get_an_identifier_that_leads_back() -> None:
    tables = {
        "Header": table("Header", CHILD=["C1", "c1", ""]),
        "Episodes": table("Episodes", CHILD=["C1", "C1", ""]),
    }
    found = after(tables, "identifiers")
    assert texts(found, "Header", "CHILD") == ["C1", "*c1", "*Header 2"]
    assert texts(found, "Episodes", "CHILD") == ["C1", "C1", "*Episodes 2"]
    assert [owner("Header", row, child) for row, child in enumerate(texts(found, "Header", "CHILD"))] == [
        owner("Header", row, child) for row, child in enumerate(["C1", "C1", ""])
    ]


def test_a_return_is_written_as_it_is_read(tmp_path: Path) -> None:
    tables = {
        "Episodes": table("Episodes", CHILD=["C1"], URN=["SC012345"], PLACE=["U1"]),
        "Header_last": table("Header", CHILD=[" C1"], DOB=["31/02/2010"]),
    }
    found = tables_in(write(tables, tmp_path / "return"))
    assert {name: frame.to_dicts() for name, frame in found.items()} == {
        name: frame.to_dicts() for name, frame in tables.items()
    }


def test_the_gateway_names_the_rows_that_break_a_rule_by_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = tmp_path / "postcodes.parquet"
    pl.DataFrame(schema={"postcode": str, "easting": pl.Int32, "northing": pl.Int32, "authority": str}).write_parquet(
        nowhere
    )
    monkeypatch.setattr("benchmarks.peer_ssda903.postcode_file", lambda: nowhere)
    tables = {
        "Header": table("Header", CHILD=["c1", "C2"], SEX=["F", "X"]),
        "Episodes": table("Episodes", CHILD=["C1"], URN=["SC012345"], PLACE=["U1"]),
    }
    path = write(tables, tmp_path / "return")
    verdict = our_verdict(path, 2026)
    assert verdict.flagged["101"] == {Place("C2", "Header", 1)}
    assert not verdict.crashed
    assert places(path)("Header", 0) == Place("C1", "Header", 0)
    assert places(path)("Header", 7) == Place("HEADER 7", "Header", 7)


def test_the_list_of_providers_has_most_of_those_named_and_some_that_are_closed(tmp_path: Path) -> None:
    urns = [f"SC{number:06}" for number in range(1, 27)]
    kinds = ["U1"] * 25 + ["K3"]
    episodes = table("Episodes", URN=[*urns, "XXXXXXX"], PLACE=[*kinds, "U1"], PLACE_PROVIDER=["PR1"] * 27)
    path = providers_beside(tmp_path / "return")
    write_providers(episodes, path)
    listed = read_providers([path], Limits())
    assert path.name == "return.xlsx"
    assert listed.height == 24
    assert "SC000013" not in listed.get_column("urn").to_list()
    closed = listed.filter(pl.col("closed").is_not_null()).get_column("urn").to_list()
    assert closed == ["SC000007", "SC000014", "SC000021"]
    assert listed.filter(pl.col("urn") == "SC000011").get_column("places").to_list() == [["R3"]]
