"""What stands beside a looked-after return: last year's tables, postcodes, providers."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from adapters.base import Companions
from adapters.postcodes import cache
from adapters.sheets.write import write_workbook
from adapters.ssda903.adapter import Ssda903Adapter
from adapters.ssda903.convert import convert_return
from adapters.xml.limits import Limits
from looked_after_files import EPISODE, HEADER, folder_of, put, read, table_text, texts
from schemas.engine import evaluate
from schemas.errors import Misconfigured
from schemas.findings import Outcome
from schemas.returns import ReturnData
from schemas.ssda903.definition import SSDA903
from schemas.ssda903.reference import POSTCODES, PROVIDERS

UNREAD = (
    "In last year's return {} columns, records or values could not be read, and were not compared. "
    "To see which, check that return by itself."
)
LAST = EPISODE | {"DECOM": "01/06/2024", "DEC": "", "REC": ""}


def beside(data: ReturnData, **given: object) -> ReturnData:
    return Ssda903Adapter().accompanied(data, Companions(**given))  # type: ignore[arg-type]  # by name


def codes(data: ReturnData, *wanted: str) -> dict[str, Outcome]:
    return {item.code: item.outcome for item in evaluate(SSDA903, data, frozenset(wanted)).outcomes}


def faulty(folder: Path, *, xml: bool) -> Path:
    """Make last year's return with two dates that are none and, as files, three columns that are not read."""
    rows: dict[str, list[dict[str, str]]] = {
        "Header": [HEADER | {"DOB": "soon"}],
        "Episodes": [LAST | {"DECOM": "2024-06-01"}, LAST | {"DECOM": "45000"}],
    }
    if xml:
        convert_return(folder_of(folder, **rows), folder / "cla.xml", year=2025, limits=Limits())
        for name in ("header.csv", "episodes.csv"):
            (folder / name).unlink()
    else:
        put(folder_of(folder, **rows), "reviews.csv", "CHILD,REVIEW,RVCODE,DOB,RVCODE\r\n")
        put(folder, "more.csv", table_text("Reviews"))
    put(folder, "readme.txt", "Last year's\n")
    put(folder, "note.pdf", b"%PDF\0\0\0\0\0\0\0\0")
    put(folder, "sealed.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    put(folder, "old/header.csv", table_text("Header", HEADER))
    return folder


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
    last = folder_of(tmp_path / "2025", Header=[HEADER | {"DOB": "soon"}], Episodes=[LAST])
    data = beside(read(source), previous=read(last, year=2025))
    assert texts(data, "Header_last", "SEX", "DOB") == [("F", "soon")]
    assert "Reviews_last" not in data.tables
    assert data.form == ()
    assert data.notices[1:] == (
        "These lie with the return, and --previous took their place: header_last.csv, reviews_last.csv.",
        "Read of last year's return: Episodes from episodes.csv; Header from header.csv.",
        UNREAD.format(1),
    )


@pytest.mark.parametrize("xml", [False, True])
def test_what_is_wrong_with_last_years_files_is_told_once_wherever_they_lie(tmp_path: Path, *, xml: bool) -> None:
    last = faulty(tmp_path / "2025", xml=xml)
    now, together = folder_of(tmp_path / "2026"), folder_of(tmp_path / "both")
    shutil.copytree(last, together / "last")
    apart, lying = beside(read(now), previous=read(last, year=2025)), beside(read(together))
    assert apart.form == lying.form == ()
    assert [note.replace("last/", "") for note in lying.notices] == list(apart.notices)
    assert apart.notices[2:] == (
        "Of last year's return these were not read: sealed.xlsx, readme.txt, old, note.pdf.",
        UNREAD.format(2 if xml else 5),
    )
    assert evaluate(SSDA903, apart).findings == evaluate(SSDA903, lying).findings != ()
    assert apart.left_out == lying.left_out == ()


def test_last_years_return_of_another_year_is_told_of(tmp_path: Path) -> None:
    told = "Most dates of last year's return are those of the 2026 collection, not of 2025."
    source = folder_of(tmp_path / "2026")
    put(source, "last/episodes.csv", table_text("Episodes", EPISODE))
    assert told in read(source).notices
    assert told in beside(read(source), previous=read(source, year=2025)).notices


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
