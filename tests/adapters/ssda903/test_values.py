"""What is said of the values of a looked-after return as they are read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from adapters.xml.limits import Limits
from looked_after_files import EPISODE, HEADER, REVIEW, YEAR, codes, folder_of, put, read, table_text, texts, told


@pytest.mark.parametrize(
    ("text", "read_as", "code", "detail"),
    [
        ("01/06/2025", date(2025, 6, 1), None, ""),
        ("2025-06-01", date(2025, 6, 1), "FORM23", 'DECOM is "2025-06-01"; it was read as 01/06/2025.'),
        ("2025-06-01 00:00:00", date(2025, 6, 1), "FORM23", "it was read as 01/06/2025."),
        ("1/6/2025", date(2025, 6, 1), "FORM23", "it was read as 01/06/2025."),
        ("1.6.2025", date(2025, 6, 1), "FORM23", "it was read as 01/06/2025."),
        ("45809", None, "FORM19", 'DECOM is "45809"; a spreadsheet keeps 01/06/2025 so.'),
        ("########", None, "FORM19", "a formula or a column's width hid the value."),
        ("31/06/2025", None, "FORM07", 'DECOM is "31/06/2025"; a date is written dd/mm/yyyy.'),
        ("01/06/25", None, "FORM07", "a date is written dd/mm/yyyy."),
        ("06-2025", None, "FORM07", "a date is written dd/mm/yyyy."),
        ("", None, "FORM22", "DECOM has no value."),
    ],
)
def test_dates(tmp_path: Path, text: str, read_as: date | None, code: str | None, detail: str) -> None:
    data = read(folder_of(tmp_path, Episodes=[EPISODE | {"DECOM": text}]))
    assert data.tables["Episodes"].item(0, "DECOM.value") == read_as
    assert texts(data, "Episodes", "DECOM") == [(text or None,)]
    assert codes(data) == ([code] if code else [])
    for finding in data.form:
        assert detail in finding.message
        place = finding.locations[0]
        assert (finding.child_id, place.table, place.row, place.field, place.value, place.line) == (
            "C1", "Episodes", 0, "DECOM", text or None, 2,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("table", "row", "code", "detail"),
    [
        ("Header", HEADER | {"UPN": "1.23457E+12"}, "FORM19", 'UPN is "1.23457E+12"; a long number was rounded.'),
        ("Header", HEADER | {"MOTHER": "1.0"}, "FORM19", 'MOTHER is "1.0"; a number was given decimals.'),
        ("Header", HEADER | {"ETHNIC": "#N/A"}, "FORM19", "a formula or a column's width hid the value."),
        ("Header", HEADER | {"CHILD": "X" * 11}, "FORM07", "it does not have the form of this item."),
        ("Header", HEADER | {"ETHNIC": "WHITE"}, "FORM07", "a code of this item is no longer than 4."),
        ("Header", HEADER | {"ETHNIC": "QQQQ"}, None, ""),
        ("Header", HEADER | {"DOB": ""}, "FORM22", "DOB has no value."),
        ("Reviews", REVIEW | {"DOB": ""}, None, ""),
        (
            "OC2",
            {"CHILD": "C1", "DOB": "01/05/2012", "SDQ_SCORE": "ten"},
            "FORM07",
            "a count is a whole number from 0.",
        ),
        ("OC3", {"CHILD": "C1", "DOB": "01/05/2012"}, None, ""),
    ],
)
def test_values(tmp_path: Path, table: str, row: dict[str, str], code: str | None, detail: str) -> None:
    data = read(folder_of(tmp_path, **{table: [row]}))
    assert codes(data) == ([code] if code else [])
    assert all(detail in finding.message for finding in data.form)


def test_identifiers_that_lost_their_leading_zeros_are_told(tmp_path: Path) -> None:
    data = read(folder_of(tmp_path, Header=[HEADER | {"CHILD": "00123"}], Episodes=[EPISODE | {"CHILD": "123"}]))
    (found,) = told(data, "FORM19")
    assert 'CHILD is "123"; Header has it with other zeros in front.' in found.message
    assert (
        read(folder_of(tmp_path, Header=[HEADER | {"CHILD": "123"}], Episodes=[EPISODE | {"CHILD": "124"}])).form == ()
    )


def test_white_space_and_guards_around_values_are_left_out(tmp_path: Path) -> None:
    data = read(folder_of(tmp_path, Episodes=[EPISODE | {"PLACE": " U6\t", "HOME_POST": "'+AB"}]))
    assert texts(data, "Episodes", "PLACE", "HOME_POST") == [("U6", "+AB")]
    assert data.form == ()


def test_findings_beyond_the_limit_are_counted(tmp_path: Path) -> None:
    rows = [HEADER | {"CHILD": f"C{at}", "DOB": "x"} for at in range(5)]
    data = read(folder_of(tmp_path, Header=rows), limits=Limits(findings=2))
    assert len(told(data, "FORM07")) == 2
    (rest,) = data.unlisted
    assert (rest.code, rest.count, len(rest.child_rows)) == ("FORM07", 3, 3)


def test_progress_is_told_to_its_end(tmp_path: Path) -> None:
    from adapters.ssda903.read import read_files  # noqa: PLC0415  # with another argument than the builder gives

    seen: list[tuple[int, int]] = []
    path = folder_of(tmp_path)
    read_files([path], year=YEAR, authority=None, limits=Limits(), progress=lambda *at: seen.append(at))
    assert seen == [(1, 2), (2, 2)]


def test_files_tell_by_the_rows_of_uasc_who_is_an_unaccompanied_child(tmp_path: Path) -> None:
    children = [HEADER, HEADER | {"CHILD": "C2"}]
    row = {"CHILD": "C2", "SEX": "F", "DOB": "01/05/2012"}
    assert texts(read(folder_of(tmp_path / "a", Header=children, UASC=[row])), "Header", "UASC") == [("0",), ("1",)]
    assert texts(read(folder_of(tmp_path / "b", Header=children)), "Header", "UASC") == [(None,), (None,)]
    put(tmp_path, "c/uasc_last.csv", table_text("UASC", row))
    put(tmp_path, "c/header_last.csv", table_text("Header", *children))
    assert texts(read(folder_of(tmp_path / "c")), "Header_last", "UASC") == [("0",), ("1",)]
