"""What stands beside a looked-after return: last year's tables, postcodes, providers."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from adapters.base import Companions
from adapters.postcodes import cache
from adapters.sheets.write import write_workbook
from adapters.ssda903.adapter import Ssda903Adapter
from looked_after_files import EPISODE, HEADER, folder_of, put, read, table_text, texts
from schemas.engine import evaluate
from schemas.errors import Misconfigured
from schemas.findings import Outcome
from schemas.returns import ReturnData
from schemas.ssda903.definition import SSDA903
from schemas.ssda903.reference import POSTCODES, PROVIDERS

LAST = EPISODE | {"DECOM": "01/06/2024", "DEC": "", "REC": ""}


def beside(data: ReturnData, **given: object) -> ReturnData:
    return Ssda903Adapter().accompanied(data, Companions(**given))  # type: ignore[arg-type]  # by name


def codes(data: ReturnData, *wanted: str) -> dict[str, Outcome]:
    return {item.code: item.outcome for item in evaluate(SSDA903, data, frozenset(wanted)).outcomes}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    frame = pl.DataFrame(
        {
            "postcode": ["AB1 2CD", "AB1 9ZZ"],
            "easting": ["1", "2"],
            "northing": ["3", "4"],
            "district": ["E09000023"] * 2,
        }
    )
    cache.build(frame, tmp_path / "directory" / cache.FILE)
    return tmp_path / "directory" / cache.FILE


def test_last_years_return_gives_its_tables_linked_to_this_years_children(tmp_path: Path) -> None:
    last = folder_of(tmp_path / "2025", Header=[HEADER | {"CHILD": "C0"}, HEADER], Episodes=[LAST])
    data = beside(read(folder_of(tmp_path / "2026")), previous=read(last, year=2025))
    assert texts(data, "Episodes_last", "CHILD", "DECOM") == [("C1", "01/06/2024")]
    assert data.tables["Episodes_last"].select("@Children", "@Header_last").row(0) == (0, 1)
    assert data.tables["Header_last"]["@Children"].to_list() == [None, 0]
    assert codes(data, "502") == {"502": Outcome.FAILED}


def test_files_are_named_by_table_also_those_of_last_year(tmp_path: Path) -> None:
    now = folder_of(tmp_path / "2026")
    put(now, "more.csv", table_text("Header", HEADER | {"CHILD": "C2"}))
    put(now, "last/episodes.csv", table_text("Episodes", LAST))
    data = read(now)
    assert data.files["Header"] == (("header.csv", 1), ("more.csv", 1))
    assert data.files["Episodes_last"] == (("last/episodes.csv", 1),)
    given = beside(data, previous=read(folder_of(tmp_path / "2025"), year=2025))
    assert {name: given.files[name] for name in ("Header_last", "Episodes_last")} == {
        "Header_last": (("header.csv", 1),),
        "Episodes_last": (("episodes.csv", 1),),
    }
    assert given.files["Header"] == data.files["Header"]


def test_the_same_comes_of_last_years_files_that_lie_with_this_years(tmp_path: Path) -> None:
    source = folder_of(tmp_path / "2026")
    put(source, "episodes_last.csv", table_text("Episodes", LAST))
    put(source, "last/header.csv", table_text("Header", HEADER))
    data = read(source)
    assert texts(data, "Episodes_last", "DECOM") == [("01/06/2024",)]
    assert codes(data, "502", "203") == {"502": Outcome.FAILED, "203": Outcome.PASSED}


def test_a_return_given_as_last_years_takes_the_place_of_files_that_lie_with_this_years(tmp_path: Path) -> None:
    source = folder_of(tmp_path / "2026")
    put(source, "header_last.csv", table_text("Header", HEADER | {"SEX": "M"}))
    put(source, "reviews_last.csv", table_text("Reviews"))
    last = folder_of(tmp_path / "2025", Header=[HEADER | {"DOB": "soon"}])
    data = beside(read(source), previous=read(last, year=2025))
    assert texts(data, "Header_last", "SEX", "DOB") == [("F", "soon")]
    assert "Reviews_last" not in data.tables
    assert data.form == ()
    assert data.notices[-1] == "Last year's return (2025) has form findings of its own (1), which are not listed here."


def test_an_order_that_last_years_return_holds_too_early_is_compared_all_the_same(tmp_path: Path) -> None:
    order = {"CHILD": "C1", "DOB": "01/05/2012", "DOLO_START": "01/02/2026"}
    last = read(folder_of(tmp_path / "2026", DoLo=[order]), year=2026)
    data = beside(read(folder_of(tmp_path / "2027", DoLo=[]), year=2027), previous=last)
    assert texts(data, "DoLo_last", "DOLO_START") == [("01/02/2026",)]


def test_without_anything_beside_it_the_rules_say_what_they_lack(tmp_path: Path) -> None:
    data = beside(read(folder_of(tmp_path / "cla")))
    reasons = {item.code: item.reason for item in evaluate(SSDA903, data, frozenset({"502", "169", "219"})).outcomes}
    assert reasons == {
        "502": "Last year's Episodes was not given. Give last year's return with --previous.",
        "169": POSTCODES.absent,
        "219": PROVIDERS.absent,
    }


def test_the_directory_gives_the_postcodes_of_the_return_alone(tmp_path: Path, directory: Path) -> None:
    rows = [EPISODE | {"HOME_POST": "ab12cd", "PL_POST": "QQ1 1QQ"}]
    data = beside(read(folder_of(tmp_path / "cla", Episodes=rows)), postcodes=directory)
    assert data.reference[POSTCODES.name].collect().rows() == [("AB12CD", 1, 3, "209")]
    assert codes(data, "169") == {"169": Outcome.FAILED}


def test_the_providers_of_a_workbook_are_read(tmp_path: Path, directory: Path) -> None:
    columns = {
        "URN": "1234567",
        "Placement code": "U6",
        "Placement provider code": "PR1",
        "Setting postcode": "AB1 2CD",
    }
    write_workbook(tmp_path / "ofsted.xlsx", {"Current": pl.DataFrame([columns])})
    source = folder_of(tmp_path / "cla", Episodes=[EPISODE | {"URN": "1234567"}, EPISODE | {"URN": "7654321"}])
    data = beside(read(source), postcodes=directory, providers=(tmp_path / "ofsted.xlsx",))
    assert data.reference[PROVIDERS.name].select("urn", "authority").collect().rows() == [("1234567", "209")]
    found = evaluate(SSDA903, data, frozenset({"219"})).findings
    assert [finding.locations[0].row for finding in found] == [1]


def test_a_file_that_is_no_directory_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "postcodes.parquet", "x")
    with pytest.raises(Misconfigured, match="is no directory of postcodes"):
        beside(read(folder_of(tmp_path / "cla")), postcodes=path)
