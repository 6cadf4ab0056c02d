"""Workbooks: cells of every kind as texts, and back."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from adapters.sheets.parts import Part
from adapters.sheets.sheet import bare
from adapters.sheets.workbook import read_workbook
from adapters.sheets.write import fill_workbook, write_workbook
from adapters.xml.limits import Limits
from schemas.errors import Rejected


def workbook(rows: list[list[object]], title: str = "Sheet1") -> Part:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"default_date_format": "dd/mm/yyyy", "remove_timezone": True}) as book:
        sheet = book.add_worksheet(title)
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(line, column, cell)
    return Part("x.xlsx", content.getvalue())


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("V2", "V2"),
        (45000, "45000"),
        (12.5, "12.5"),
        (1234567890123, "1234567890123"),
        (1.5e21, "1.5E+21"),
        (True, "TRUE"),
        (date(2025, 4, 1), "01/04/2025"),
        (datetime(2025, 4, 1, 9, 30, tzinfo=UTC), "01/04/2025 09:30:00"),
    ],
)
def test_a_cell_is_the_text_that_a_csv_file_would_have(cell: object, text: str) -> None:
    (sheet,) = read_workbook(workbook([["a"], [cell]]), Limits())
    assert sheet.cells.rows() == [(2, text)]


def test_lines_are_rows_of_the_sheet_and_blank_rows_are_passed_over() -> None:
    (sheet,) = read_workbook(workbook([[None], ["a", "b", None], [None], ["1", None, "x"]]), Limits())
    assert (sheet.name, sheet.title, sheet.headings) == ("x.xlsx, sheet Sheet1", "Sheet1", ("a", "b"))
    assert sheet.cells.rows() == [(4, "1", "", "x")]
    assert sheet.surplus().rows() == [(4, 0, 1)]


def test_an_empty_sheet_has_nothing() -> None:
    (sheet,) = read_workbook(workbook([]), Limits())
    assert (sheet.headings, sheet.cells.height) == ((), 0)


def test_what_is_no_workbook_or_too_large_is_refused() -> None:
    good = workbook([["a"], ["x" * 2000]] * 200)
    with pytest.raises(Rejected, match=r"^x\.xlsx would unpack to [0-9,]+ bytes, more than the gateway reads\.$"):
        read_workbook(good, Limits(file_size=4000))
    with pytest.raises(Rejected, match=r"^x\.xlsx cannot be unpacked: it is damaged\.$"):
        read_workbook(Part("x.xlsx", good.content[:200]), Limits())


def test_texts_are_written_as_texts_and_come_back(tmp_path: Path) -> None:
    cells = ["=1+1", "'=1", "+44", "001", "1.0", "a\nb", "http://example.org", " x"]
    write_workbook(tmp_path / "x.xlsx", {"Header": pl.DataFrame({"a": cells})})
    (sheet,) = read_workbook(Part("x.xlsx", (tmp_path / "x.xlsx").read_bytes()), Limits())
    assert sheet.title == "Header"
    assert sheet.cells.select(bare("c0")).to_series().to_list() == [text.strip() for text in cells]


def test_a_text_longer_than_a_cell_holds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match=r"^Header has a text longer than a cell holds\.$"):
        write_workbook(tmp_path / "x.xlsx", {"Header": pl.DataFrame({"a": ["x" * 40_000]})})
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_with_more_sheets_than_are_read_is_refused_and_not_cut() -> None:
    def of_sheets(count: int) -> Part:
        return Part("x.xlsx", fill_workbook({f"S{at}": [["a"]] for at in range(count)}))

    assert len(read_workbook(of_sheets(100), Limits())) == 100
    with pytest.raises(Rejected, match=r"^x\.xlsx has 101 sheets, more than the 100 that the gateway reads\.$"):
        read_workbook(of_sheets(101), Limits())
