from __future__ import annotations

import io
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from gateway.comparison import Comparison
from gateway.explanations import Explained
from gateway.reports.view import View
from gateway.reports.xlsx import render_xlsx
from report_builder import error, place, query, view

Rows = list[list[object]]


def sheets(shown: View) -> dict[str, Rows]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(render_xlsx(shown)))
    return {name: [list(row) for row in book.get_sheet_by_name(name).to_python()] for name in book.sheet_names}


def full() -> View:
    return view(
        error("=cmd|' /C calc'!A0", place(value='=HYPERLINK("http://x.example")'), place(line=None, value="@SUM(1)")),
        query("C2", code="8863Q"),
        error("C3", code="FORM07"),
        comparison=Comparison("monday.json", frozenset({0}), (query("C7", message="Gone."),), 2),
        explained=Explained({1: "+1"}, (), ()),
    )


def test_summary_findings_and_one_sheet_for_each_rule_group() -> None:
    book = sheets(full())
    assert list(book) == ["Summary", "Findings", "Cin details", "Assessments", "Form", "Fixed"]
    assert book["Summary"][0][:2] == ["Result", full().headline]
    assert ["Not evaluated", "4011: No such table."] in [row[:2] for row in book["Summary"]]
    start = [row[0] for row in book["Summary"]].index("Rule")
    assert book["Summary"][start] == ["Rule", "Severity", "Findings", "What is wrong", "How to fix"]
    assert [row[:3] for row in book["Summary"][start + 1 :]] == [
        ["8810", "error", 1.0], ["8863Q", "query", 1.0], ["FORM07", "error", 1.0],
    ]  # fmt: skip
    assert [row[1] for row in book["Assessments"]] == ["Rule", "8863Q"]
    assert [row[1:5] for row in book["Fixed"][1:]] == [["8525Q", "query", "C7", "Gone."]]


def test_one_row_a_finding_with_all_its_cells() -> None:
    first, second, _ = sheets(full())["Findings"][1:]
    where = (
        'CINdetails.ReasonForClosure = =HYPERLINK("http://x.example") (line 1234, record 5)\n'
        "CINdetails.ReasonForClosure = @SUM(1) (record 5)"
    )
    assert first == [1.0, "8810", "error", "=cmd|' /C calc'!A0", "Wrong.", "Mend it.", where, 1234.0, "new", ""]
    assert second[8:] == ["unchanged", "+1"]


def test_no_formula_no_link_filters_and_a_frozen_header() -> None:
    with zipfile.ZipFile(io.BytesIO(render_xlsx(full()))) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    pages = {name: text for name, text in parts.items() if name.startswith("xl/worksheets/sheet")}
    assert len(pages) == 6
    for name, text in pages.items():
        assert "<f>" not in text, name
        assert "<hyperlink" not in text, name
        assert "<autoFilter " in text, name
        frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        assert (frozen in text) == (name != "xl/worksheets/sheet1.xml"), name
    assert not [name for name in parts if "external" in name.lower()]
    assert '<autoFilter ref="A1:J4"/>' in pages["xl/worksheets/sheet2.xml"]


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    text = str(sheets(view(error(message="x" * 40_000)))["Findings"][1][4])
    assert len(text) == 32_767
    assert text.endswith("xxx... (cut: a cell holds no more; the JSON report has it all)")


def test_a_sheet_that_is_full_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.reports.xlsx._MOST_ROWS", 3)
    rows = sheets(view(*(error(f"C{at}") for at in range(5))))["Findings"]
    assert [row[3] for row in rows] == ["Child", "C0", "C1", ""]
    assert rows[3][4] == "A sheet holds no more rows. The JSON and CSV reports have all findings."


def test_a_return_without_findings_has_its_two_sheets() -> None:
    book = sheets(view())
    assert list(book) == ["Summary", "Findings"]
    assert book["Findings"][0][0] == "Finding"
    assert book["Summary"][0][1] == "Ready: no errors and 0 queries in 3 children."
