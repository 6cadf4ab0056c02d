"""Cutting CSV files into records and cells: encodings, delimiters, quotation marks, lines."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sheets.csv import read_csv
from adapters.sheets.sheet import Sheet
from schemas.errors import Rejected


def cut(content: str | bytes) -> Sheet:
    raw = content.encode("utf-8") if isinstance(content, str) else content
    return read_csv("x.csv", raw, {"CHILD", "DOB", "a", "b"}.__contains__)


def rows(sheet: Sheet) -> list[tuple[object, ...]]:
    return sheet.cells.rows()


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("a,b\n1,2\n", [(2, "1", "2")]),
        ("a,b\r\n1,2\r\n", [(2, "1", "2")]),
        ("a,b\r1,2\r", [(2, "1", "2")]),
        ("a;b\n1;2,5\n", [(2, "1", "2,5")]),
        ("a\tb\n1\t2\n", [(2, "1", "2")]),
        ('"a","b"\n"1","2"\n', [(2, "1", "2")]),
        ('a,b\n"1,5",2\n', [(2, "1,5", "2")]),
        ('a,b\n"x\ny\n",2\n3,4\n', [(2, "x\ny\n", "2"), (5, "3", "4")]),
        ('a,b\n"say ""hi""",2\n', [(2, 'say "hi"', "2")]),
        ('a,b\n5" pipe,6" pipe\n', [(2, '5" pipe', '6" pipe')]),
        ("\n\na,b\n\n1,2\n,\n;;\n", [(5, "1", "2"), (7, ";;", None)]),
        ("a,b\n1\n1,2,3\n", [(2, "1", None, None), (3, "1", "2", "3")]),
        ("a,b\n 1 , 2\t\n", [(2, " 1 ", " 2\t")]),
        ("a,b\n", []),
        ("a,b", []),
        ("", []),
    ],
)
def test_records_and_lines(content: str, found: list[tuple[object, ...]]) -> None:
    sheet = cut(content)
    assert rows(sheet) == found
    assert sheet.broken == ()
    assert sheet.headings == (() if not content else ("a", "b"))


@pytest.mark.parametrize(
    ("raw", "encoding", "odd_line"),
    [
        ("a,b\né,2\n".encode(), "UTF-8", None),
        ("\ufeffa,b\né,2\n".encode(), "UTF-8", None),
        ("a,b\né,2\n".encode("cp1252"), "Windows-1252", 2),
        ("a,b\né,2\n".encode("utf-16"), "UTF-16", None),
        ("a,b\né,2\n".encode("utf-16-be"), "UTF-16", None),
        ("a,b\né,2\n".encode("utf-16-le"), "UTF-16", None),
    ],
)
def test_encodings(raw: bytes, encoding: str, odd_line: int | None) -> None:
    sheet = cut(raw)
    assert (sheet.headings, rows(sheet)) == (("a", "b"), [(2, "é", "2")])
    assert (sheet.encoding, sheet.odd_line) == (encoding, odd_line)


def test_a_quotation_mark_that_is_never_closed_spoils_its_own_record_alone() -> None:
    sheet = cut('a,b\n1,2\n"x,2\n3,4\n"5",6\n')
    assert rows(sheet) == [(2, "1", "2"), (3, '"x', "2"), (4, "3", "4"), (5, "5", "6")]
    assert sheet.broken == (3,)


def test_text_after_a_closed_quotation_is_told() -> None:
    sheet = cut('a,b\n"x"y"",2\n3,4\n')
    assert sheet.broken == (2,)
    assert rows(sheet)[1] == (3, "3", "4")


def test_cells_outside_the_columns_are_counted() -> None:
    sheet = cut("a,,b,\n1,x,2,,\n1,,2,y,z\n1,,2\n")
    assert sheet.headings == ("a", "", "b", "")
    assert sheet.surplus().rows() == [(2, 1, 0), (3, 1, 1)]


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(Rejected, match=r"^x\.csv has 501 columns, more than the 500 that the gateway reads\.$"):
        cut("a,b\n" + "1," * 500)


CELLS = st.text(st.sampled_from('ab1,;\t"\n é'), max_size=6)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=8), st.sampled_from([",", ";", "\t"]), st.booleans())
def test_what_a_program_writes_is_read_back(found: list[tuple[str, str]], delimiter: str, every: bool) -> None:
    text = io.StringIO()
    plain = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\n") if every else plain
    writer.writerow(("a", "b"))
    writer.writerows(found)
    sheet = cut(text.getvalue())
    kept = [row for row in found if any(cell.strip(f'{delimiter}" \t\r\n') for cell in row)]
    assert [row[1:3] for row in rows(sheet)] == kept
    assert sheet.broken == ()
