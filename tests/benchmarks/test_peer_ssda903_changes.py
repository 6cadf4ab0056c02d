from __future__ import annotations

import polars as pl

from benchmarks.peer_ssda903_changes import (
    all_by_number,
    codes_at_random,
    every_episode_starts,
    homes_by_number,
    last_year_again,
    unlikely_together,
    values_at_random,
)
from benchmarks.peer_ssda903_reading import Tables
from schemas.ssda903.layout import code_set, csv_columns, ssda903_layout

LAYOUT = ssda903_layout(2026)
MANY = 200


def table(name: str, **columns: list[str]) -> pl.DataFrame:
    height = len(next(iter(columns.values())))
    names = csv_columns(LAYOUT.table(name))
    return pl.DataFrame({column: columns.get(column, [""] * height) for column in names})


def made() -> Tables:
    """Give a return of two children in many episodes, one of whom is to be adopted."""
    children = ["C1", "C2"] * (MANY // 2)
    starts = [f"01/{1 + number % 12:02}/2025" for number in range(MANY)]
    urns = ["SC012345", "1234567"] * (MANY // 2)
    episodes = {
        "CHILD": children,
        "DECOM": starts,
        "DEC": ["31/12/2025"] * MANY,
        "PLACE": ["U1"] * MANY,
        "URN": urns,
        "RNE": ["S"] * MANY,
    }
    return {
        "Header": table("Header", CHILD=["C1", "C2", "C3"], SEX=["F", "M", "F"]),
        "Episodes": table("Episodes", **episodes),
        "Missing": table("Missing", CHILD=["C2"], MIS_START=["02/05/2025"]),
        "PlacedAdoption": table("PlacedAdoption", CHILD=["C1"], DATE_PLACED=["03/06/2025"]),
        "Episodes_last": table("Episodes", **episodes),
    }


def texts(tables: Tables, name: str, column: str) -> list[str]:
    return tables[name].get_column(column).to_list()


def test_an_episode_without_a_start_begins_when_the_one_before_it_did() -> None:
    tables = {"Episodes": table("Episodes", DECOM=["", "01/05/2025", "30/02/2025", "2025"])}
    every_episode_starts(tables)
    assert texts(tables, "Episodes", "DECOM") == ["01/04/2022", "01/05/2025", "01/05/2025", "01/05/2025"]


def test_codes_at_random_are_of_the_whole_list_and_leave_last_year_and_all_else_alone() -> None:
    tables, before = made(), made()
    codes_at_random(tables)
    drawn, known = set(texts(tables, "Episodes", "PLACE")), code_set("Placement")
    assert drawn <= {code.value for code in known.codes}
    assert drawn - set(known.values(2026))
    assert drawn & set(known.values(2026))
    assert tables["Episodes_last"].equals(before["Episodes_last"])
    for column in ("CHILD", "DECOM", "DEC", "URN"):
        assert texts(tables, "Episodes", column) == texts(before, "Episodes", column)


def test_ends_at_random_are_of_the_dates_of_their_table_in_both_years() -> None:
    tables, before = made(), made()
    values_at_random(tables)
    for name in ("Episodes", "Episodes_last"):
        starts, drawn = set(texts(before, name, "DECOM")), set(texts(tables, name, "DEC"))
        assert drawn & starts
        assert drawn - starts == {"31/12/2025"}
        assert texts(tables, name, "DECOM") == texts(before, name, "DECOM")
    assert texts(tables, "Episodes", "PLACE") != texts(before, "Episodes", "PLACE")


def test_what_is_drawn_at_random_is_the_same_every_time() -> None:
    tables, again = made(), made()
    values_at_random(tables)
    values_at_random(again)
    assert all(frame.equals(again[name]) for name, frame in tables.items())


def test_all_providers_stand_by_a_number_in_both_years() -> None:
    tables = made()
    all_by_number(tables)
    for name in ("Episodes", "Episodes_last"):
        assert set(texts(tables, name, "URN")) == {"012345", "1234567"}


def test_only_supported_accommodation_keeps_letters_where_homes_stand_by_number() -> None:
    tables = made()
    homes_by_number(tables)
    lettered = tables["Episodes"].select(
        supported=pl.col("PLACE") == "K3", lettered=pl.col("URN").str.starts_with("SC")
    )
    assert set(lettered.unique().rows()) == {(True, True), (False, False)}


def test_last_year_can_say_the_same_as_this_year() -> None:
    tables = made()
    last_year_again(tables)
    this_year = [name for name in tables if not name.endswith("_last")]
    assert len(this_year) == 4
    assert all(tables[f"{name}_last"].equals(tables[name]) for name in this_year)


def test_what_is_unlikely_happens_together() -> None:
    tables = made()
    unlikely_together(tables)
    assert set(texts(tables, "Episodes", "REASON_PLACE_CHANGE")) == {"CUSTOD"}
    on_short_breaks = tables["Episodes"].filter(pl.col("CHILD") == "C1").get_column("LS")
    assert set(on_short_breaks) == {"V3"}
    ends = [tables["Episodes"].filter(pl.col("CHILD") == child).get_column("DEC")[0] for child in ("C1", "C2")]
    assert texts(tables, "Header", "MC_DOB") == [*ends, ""]
    assert texts(tables, "Missing", "MIS_START") == [ends[1]]
