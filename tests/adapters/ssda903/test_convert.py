"""From one form of the return into another and back, with nothing lost."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.ssda903.adapter import Ssda903Adapter
from adapters.ssda903.convert import file_name
from adapters.ssda903.demo.write import write_demo
from looked_after_files import EPISODE, HEADER, REVIEW, YEAR, folder_of, put, read, table_text, texts
from schemas.errors import Misconfigured, Rejected
from schemas.ssda903.layout import csv_columns, ssda903_layout
from schemas.ssda903.xsd import SSDA903_XSD

UASC = {"CHILD": "C1", "SEX": "F", "DOB": "01/05/2012", "DUC": "01/05/2030"}


def converted(source: Path, target: Path, year: int = YEAR) -> tuple[str, ...]:
    return Ssda903Adapter().convert(source, target, year=year, limits=None)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def contents(*paths: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Give the texts of all tables, in an order of their own."""
    tables = read(*paths).tables
    return {
        name: sorted(frame.select(csv_columns(ssda903_layout(2027).table(name))).rows(), key=repr)
        for name, frame in tables.items()
        if name != "Children" and frame.height
    }


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a return with mistakes of every kind, without last year's."""
    folder = tmp_path_factory.mktemp("damaged") / "cla"
    write_demo(folder, year=YEAR, children=120, seed=3, damage=0.6)
    for path in sorted((folder / "last").iterdir()):
        path.unlink()
    return folder


def test_a_folder_a_zip_file_and_a_workbook_hold_the_same(tmp_path: Path, damaged: Path) -> None:
    assert converted(damaged, tmp_path / "cla.zip") == ()
    assert converted(tmp_path / "cla.zip", tmp_path / "cla.xlsx") == ()
    assert converted(tmp_path / "cla.xlsx", tmp_path / "again") == ()
    assert contents(damaged) == contents(tmp_path / "cla.zip") == contents(tmp_path / "cla.xlsx")
    assert converted(damaged, tmp_path / "direct") == ()
    assert files(tmp_path / "again") == files(tmp_path / "direct")


def test_the_xml_form_comes_back_byte_for_byte(tmp_path: Path, damaged: Path) -> None:
    converted(damaged, tmp_path / "one.xml")
    assert converted(tmp_path / "one.xml", tmp_path / "folder") == ()
    assert converted(tmp_path / "folder", tmp_path / "two.xml") == ()
    assert (tmp_path / "one.xml").read_bytes() == (tmp_path / "two.xml").read_bytes()


@pytest.mark.parametrize("year", [2017, 2023, 2027])
def test_a_clean_return_as_xml_fits_the_schema_and_comes_back(tmp_path: Path, year: int) -> None:
    write_demo(tmp_path / "cla", year=year, children=60, seed=year, damage=0.0)
    for path in sorted((tmp_path / "cla" / "last").glob("*")):
        path.unlink()
    losses = converted(tmp_path / "cla", tmp_path / "cla.xml", year)
    assert {loss.split(":")[0] for loss in losses} <= {"SWEpisodes", "DoLo"}
    assert etree.XMLSchema(etree.parse(SSDA903_XSD.path(year))).validate(etree.parse(tmp_path / "cla.xml"))
    assert converted(tmp_path / "cla.xml", tmp_path / "back", year) == ()
    before, after = contents(tmp_path / "cla"), contents(tmp_path / "back")
    assert after == {name: rows for name, rows in before.items() if name not in {"SWEpisodes", "DoLo"}}


def test_the_files_have_the_names_of_the_collection(tmp_path: Path) -> None:
    assert [file_name(name) for name in ("Header", "PlacedAdoption", "DoLo", "Episodes_last")] == [
        "header.csv", "placed_for_adoption.csv", "DoLo.csv", "episodes_last.csv",
    ]  # fmt: skip
    source = folder_of(tmp_path / "cla")
    put(source, "last/header.csv", table_text("Header", HEADER))
    converted(source, tmp_path / "new")
    assert sorted(files(tmp_path / "new")) == ["episodes.csv", "header.csv", "header_last.csv"]
    assert converted(source, tmp_path / "cla.xml") == (
        "Last year's return is a message of its own: convert it by itself.",
    )


def test_the_item_uasc_is_told_by_the_rows_of_uasc(tmp_path: Path) -> None:
    children = [HEADER, HEADER | {"CHILD": "C2"}]
    converted(folder_of(tmp_path / "cla", Header=children, UASC=[UASC]), tmp_path / "cla.xml")
    assert [item.text for item in etree.parse(tmp_path / "cla.xml").iter("UASC")] == ["1", "0"]
    converted(tmp_path / "cla.xml", tmp_path / "back")
    assert files(tmp_path / "back")["header.csv"].startswith(b"CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB\r\n")


def test_an_item_uasc_that_no_row_tells_gets_a_column(tmp_path: Path) -> None:
    converted(folder_of(tmp_path / "cla", UASC=[UASC]), tmp_path / "cla.xml")
    text = (tmp_path / "cla.xml").read_text(encoding="utf-8").replace("<UASC>1<", "<UASC>0<")
    converted(put(tmp_path, "odd.xml", text), tmp_path / "back")
    assert files(tmp_path / "back")["header.csv"].splitlines()[1].endswith(b",,,0")
    converted(tmp_path / "back", tmp_path / "again.xml")
    assert (tmp_path / "again.xml").read_text(encoding="utf-8") == text


def test_what_the_xml_form_cannot_hold_is_named(tmp_path: Path) -> None:
    worker = {"CHILD": "C1", "DOB": "01/05/2012", "SW_ID": "SW1"}
    source = folder_of(
        tmp_path / "cla",
        Reviews=[REVIEW, REVIEW | {"DOB": "02/05/2012"}, REVIEW | {"CHILD": ""}, REVIEW | {"CHILD": "C9"}],
        OC3=[{"CHILD": "C1", "DOB": "01/05/2012"}],
        PrevPerm=[{"CHILD": "C1", "DOB": "01/05/2012", "PREV_PERM": code} for code in ("Z1", "P1")],
        SWEpisodes=[worker],
    )
    put(source, "header.csv", table_text("Header", HEADER) + ",,,,,,,beside\r\n")
    outside = "Text stands outside the columns of the table. Cells after the last heading: 1."
    assert converted(source, tmp_path / "cla.xml") == (
        f"header.csv line 3: {outside} The upload would be rejected.",
        "SWEpisodes: the XML form has no such table. Records: 1.",
        "Children without a record in Header, who get one: 1.",
        "OC3 line 2: the record has no value of its own, so it has no element in the file.",
        "PrevPerm line 3: the child has another such record.",
        "Reviews line 4: no child is named, so the record has no place.",
        "Reviews line 3: DOB is not that of Header.",
    )
    assert texts(read(tmp_path / "cla.xml"), "Reviews", "CHILD", "DOB") == [
        ("C1", "01/05/2012"), ("C1", "01/05/2012"), ("C9", "01/05/2012"),
    ]  # fmt: skip


def test_everything_that_is_passed_over_is_named(tmp_path: Path) -> None:
    source = folder_of(tmp_path / "cla")
    put(source, "note.pdf", b"%PDF\0\0\0\0\0\0\0\0")
    put(source, "readme.txt", "How to\n")
    put(source, "oc2.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    put(source, "old/header.csv", table_text("Header", HEADER))
    put(source, "last/header.csv", table_text("Header", HEADER).replace("MOTHER", "MUM"))
    put(source, "last/DoLo.csv", "CHILD,DOLO_START\r\nC1,01/05/2024\r\n")
    put(source, "last/empty.csv", "")
    sealed = "It is a workbook with a password, or of a form from before Excel 2007, and was not read."
    column = "This column is not part of the table. Its values were not checked: 0."
    stranger = "This file is none of the return's tables."
    assert converted(source, tmp_path / "cla.xlsx") == (
        f"oc2.xlsx: {stranger} {sealed} Save it as .xlsx without a password. The upload would be rejected.",
        f"readme.txt line 1: {stranger} The first line is: How to. The upload would be rejected.",
        "The folder old was not read: of the folders inside, only one with last year's files is.",
        "note.pdf is no table and was not read.",
        f"last/header.csv line 1: {column} The upload would be rejected.",
        "last/empty.csv is empty.",
        "last/DoLo.csv: 2026 has no place for last year's DoLo. Records: 1.",
    )


def test_a_table_of_another_year_goes_into_the_files_all_the_same(tmp_path: Path) -> None:
    source = folder_of(tmp_path / "cla", SWEpisodes=[{"CHILD": "C1", "DOB": "01/05/2012", "SW_ID": "SW1"}])
    assert converted(source, tmp_path / "new", 2023) == ()
    assert files(tmp_path / "new")["sw_episodes.csv"] == (source / "sw_episodes.csv").read_bytes()
    lost = "SWEpisodes: the XML form has no such table. Records: 1."
    assert converted(source, tmp_path / "cla.xml", 2023) == (lost,)


def test_a_text_that_xml_cannot_hold_is_refused(tmp_path: Path) -> None:
    source = folder_of(tmp_path / "cla", Episodes=[EPISODE | {"URN": "12\x01"}])
    with pytest.raises(Rejected, match=r"^Episodes, URN of record 1: XML cannot hold one of its characters\.$"):
        converted(source, tmp_path / "cla.xml")
    assert not (tmp_path / "cla.xml").exists()


def test_targets_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    source = folder_of(tmp_path / "cla")
    with pytest.raises(Rejected, match=r"cla is in use\.$"):
        converted(source, source)
    for name in ("x.xml", "x.xlsx", "x.zip"):
        with pytest.raises(Misconfigured, match=r"^There is no folder .*nowhere\.$"):
            converted(source, tmp_path / "nowhere" / name)


@pytest.mark.parametrize("name", ["x.csv", "x.xls", "x.XLSM", "x.7z"])
def test_a_form_that_is_not_written_is_refused_and_not_guessed(tmp_path: Path, name: str) -> None:
    with pytest.raises(Misconfigured, match=rf"^{name} ends in {name[1:].lower()}, and the return is not") as refused:
        converted(folder_of(tmp_path / "cla"), tmp_path / name)
    assert refused.value.hint == "Name a folder for CSV files, or a file that ends in .xml, .xlsx or .zip."
    assert not (tmp_path / name).exists()


# --- any tables whatever ----------------------------------------------------------------------

CHILDREN = tuple(f"C{at}" for at in range(4))
TEXT = st.text(st.sampled_from("aZ09 é&<>\"',;=+-@/\n"), max_size=8).map(str.strip)
DAY = st.dates(date(2000, 1, 1), date(2026, 3, 31)).map(lambda day: f"{day:%d/%m/%Y}")
MANY = ("Episodes", "Reviews", "Missing", "PlacedAdoption")
ONCE = ("OC2", "OC3", "AD1", "PrevPerm")


def _row(table: str, child: str) -> st.SearchStrategy[dict[str, str]]:
    own = [name for name in csv_columns(ssda903_layout(YEAR).table(table)) if name not in {"CHILD", "DOB"}]
    items = st.fixed_dictionaries({name: st.one_of(TEXT, DAY) for name in own})
    # Where the XML form has no element of its own for a record, one without any value leaves no trace.
    said = items.filter(lambda row: any(row.values()))
    return said.map(lambda row: {"CHILD": child, "DOB": f"0{1 + int(child[1])}/02/2012", **row})


@st.composite
def returns(draw: st.DrawFn) -> dict[str, list[dict[str, str]]]:
    """Make the tables of a return in which every child has one row in Header."""
    found: dict[str, list[dict[str, str]]] = {"Header": [draw(_row("Header", child)) for child in CHILDREN]}
    for table in MANY:
        found[table] = [draw(_row(table, child)) for child in CHILDREN for _ in range(draw(st.integers(0, 2)))]
    for table in ONCE:
        found[table] = [draw(_row(table, child)) for child in CHILDREN if draw(st.booleans())]
    return found


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(returns())
def test_any_return_goes_through_every_form_and_comes_back(
    tmp_path_factory: pytest.TempPathFactory, found: dict[str, list[dict[str, str]]]
) -> None:
    place = tmp_path_factory.mktemp("any")
    for table, rows in found.items():
        columns = csv_columns(ssda903_layout(YEAR).table(table))
        pl.DataFrame(
            rows, schema=dict.fromkeys(rows[0], pl.String) if rows else dict.fromkeys(columns, pl.String)
        ).select(columns).with_columns(pl.all().str.replace(r"^([=+\-@'])", "'${1}")).write_csv(
            put(place, f"cla/{file_name(table)}", "")
        )
    expected = contents(place / "cla")
    chain = [place / name for name in ("cla", "a.xml", "b.xlsx", "c")]
    for source, target in pairwise(chain):
        assert converted(source, target) == ()
        assert contents(target) == expected
