"""The report as a workbook: a summary, every finding, and a sheet for each group of rules."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import xlsxwriter

from gateway.reports.view import RuleCount, View
from gateway.reports.words import cell
from schemas.findings import Finding, Outcome

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_HEADINGS = ("Finding", "Rule", "Severity", "Child", "What is wrong", "How to fix", "Where", "Line", "Since", "Note")
_WIDTHS = (9, 9, 9, 24, 60, 60, 60, 9, 11, 40)
_MOST_ROWS = 1_048_575
_LONGEST_TEXT = 32_767
_LONGEST_SHEET_NAME = 31
_CUT = "... (cut: a cell holds no more; the JSON report has it all)"


@dataclass(frozen=True, slots=True)
class _Line:
    """One finding as a row of a sheet."""

    number: int | None
    finding: Finding
    state: str
    note: str


def render_xlsx(view: View) -> bytes:
    """Give the workbook. Every text is written as text: nothing in it is ever a formula or a link."""
    content = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        _Sheets(
            view,
            book.add_worksheet,
            book.add_format({"bold": True, "text_wrap": True, "valign": "top"}),
            book.add_format({"text_wrap": True, "valign": "top"}),
        ).write()
    return content.getvalue()


@dataclass(frozen=True, slots=True)
class _Sheets:
    """Writes the sheets of one report."""

    view: View
    add: Callable[[str], Worksheet]
    bold: Format
    wrap: Format

    def write(self) -> None:
        rules = self.view.rule_counts()
        self._summary(self.add("Summary"), rules)
        lines = [
            _Line(at + 1, finding, self.view.state(at), self.view.note(at))
            for at, finding in enumerate(self.view.report.findings)
        ]
        self._findings(self.add("Findings"), lines)
        groups = {rule.code: rule.group for rule in rules}
        for group in dict.fromkeys(groups.values()):
            name = group.replace("_", " ").capitalize()[:_LONGEST_SHEET_NAME]
            self._findings(self.add(name), [line for line in lines if groups[line.finding.code] == group])
        if self.view.comparison is not None:
            fixed = [_Line(None, finding, "fixed", "") for finding in self.view.comparison.fixed]
            self._findings(self.add("Fixed"), fixed)

    def _summary(self, sheet: Worksheet, rules: list[RuleCount]) -> None:
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 2, 12)
        sheet.set_column(3, 4, 70)
        about = self._about()
        for row, (label, text) in enumerate(about):
            sheet.write_string(row, 0, label, self.bold)
            _text(sheet, row, 1, text)
        start = len(about) + 1
        self._heading(sheet, start, ("Rule", "Severity", "Findings", "What is wrong", "How to fix"))
        for row, rule in enumerate(rules, start=start + 1):
            sheet.write_string(row, 0, rule.code)
            sheet.write_string(row, 1, rule.severity.value)
            sheet.write_number(row, 2, rule.count)
            sheet.write_string(row, 3, rule.summary, self.wrap)
            sheet.write_string(row, 4, rule.hint, self.wrap)
        sheet.autofilter(start, 0, start + max(len(rules), 1), 4)

    def _about(self) -> list[tuple[str, str]]:
        report = self.view.report
        return [
            ("Result", self.view.headline),
            ("File", report.source.name),
            ("SHA-256", report.source.sha256),
            ("Year", str(report.year)),
            ("Authority", report.authority),
            *(("Note", remark) for remark in self.view.remarks()),
            *((_label(item.outcome), f"{item.code}: {item.reason}") for item in report.outcomes if item.reason),
        ]

    def _findings(self, sheet: Worksheet, lines: Iterable[_Line]) -> None:
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        self._heading(sheet, 0, _HEADINGS)
        sheet.freeze_panes(1, 0)
        row = 0
        for row, line in enumerate(lines, start=1):
            if row >= _MOST_ROWS:
                told = "A sheet holds no more rows. The JSON and CSV reports have all findings."
                sheet.write_string(row, 4, told, self.bold)
                break
            self._finding(sheet, row, line)
        sheet.autofilter(0, 0, max(row, 1), len(_HEADINGS) - 1)

    def _finding(self, sheet: Worksheet, row: int, line: _Line) -> None:
        finding = line.finding
        if line.number is not None:
            sheet.write_number(row, 0, line.number)
        sheet.write_string(row, 1, finding.code)
        sheet.write_string(row, 2, finding.severity.value)
        _text(sheet, row, 3, self.view.child(finding))
        _text(sheet, row, 4, finding.message, self.wrap)
        _text(sheet, row, 5, finding.hint, self.wrap)
        _text(sheet, row, 6, "\n".join(cell(place) for place in finding.locations), self.wrap)
        first = next((place.line for place in finding.locations if place.line is not None), None)
        if first is not None:
            sheet.write_number(row, 7, first)
        sheet.write_string(row, 8, line.state)
        _text(sheet, row, 9, line.note, self.wrap)

    def _heading(self, sheet: Worksheet, row: int, labels: Iterable[str]) -> None:
        for column, label in enumerate(labels):
            sheet.write_string(row, column, label, self.bold)


def _label(outcome: Outcome) -> str:
    return "Crashed" if outcome is Outcome.ERRORED else "Not evaluated"


def _text(sheet: Worksheet, row: int, column: int, text: str, style: Format | None = None) -> None:
    """Write a text of any length; the workbook would drop one that is too long."""
    if len(text) > _LONGEST_TEXT:
        text = text[: _LONGEST_TEXT - len(_CUT)] + _CUT
    sheet.write_string(row, column, text, style)
