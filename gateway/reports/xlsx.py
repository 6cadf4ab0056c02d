"""The report as a workbook: a summary, every finding, and a sheet for each group of rules."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import xlsxwriter

from gateway.reports.view import RuleCount, View, child_name
from schemas.findings import Finding, Location

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_HEADINGS = ("Finding", "Rule", "Severity", "Child", "What is wrong", "How to fix", "Where", "Line", "Since", "Note")
_WIDTHS = (9, 8, 9, 24, 60, 60, 60, 9, 11, 40)
_MOST_ROWS = 1_048_575
_LONGEST_SHEET_NAME = 31


def write_xlsx(view: View, path: Path) -> None:
    """Write the workbook. Every text is written as text: nothing in it is ever a formula or a link."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        rules = view.rule_counts()
        _summary(book.add_worksheet("Summary"), view, rules, bold, wrap)
        numbered = list(enumerate(view.report.findings))
        _findings(book.add_worksheet("Findings"), view, numbered, bold, wrap)
        groups = {rule.code: rule.group for rule in rules}
        for group in dict.fromkeys(rule.group for rule in rules):
            sheet = book.add_worksheet(_sheet_name(group))
            _findings(sheet, view, [item for item in numbered if groups[item[1].code] == group], bold, wrap)


def _sheet_name(group: str) -> str:
    return group.replace("_", " ").capitalize()[:_LONGEST_SHEET_NAME]


def _summary(sheet: Worksheet, view: View, rules: list[RuleCount], bold: Format, wrap: Format) -> None:
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 2, 12)
    sheet.set_column(3, 4, 70)
    report = view.report
    lines = [
        ("Result", view.headline),
        ("File", report.source.name),
        ("SHA-256", report.source.sha256),
        ("Year", str(report.year)),
        ("Authority", report.authority),
        *(("Note", remark) for remark in view.remarks()),
        *(("Not evaluated", f"{item.code}: {item.reason}") for item in report.outcomes if item.reason),
    ]
    for row, (label, text) in enumerate(lines):
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, text)
    start = len(lines) + 1
    _heading(sheet, start, ("Rule", "Severity", "Findings", "What is wrong", "How to fix"), bold)
    for row, rule in enumerate(rules, start=start + 1):
        sheet.write_string(row, 0, rule.code)
        sheet.write_string(row, 1, rule.severity.value)
        sheet.write_number(row, 2, rule.count)
        sheet.write_string(row, 3, rule.summary, wrap)
        sheet.write_string(row, 4, rule.hint, wrap)
    sheet.autofilter(start, 0, start + max(len(rules), 1), 4)


def _findings(
    sheet: Worksheet, view: View, numbered: Iterable[tuple[int, Finding]], bold: Format, wrap: Format
) -> None:
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    _heading(sheet, 0, _HEADINGS, bold)
    sheet.freeze_panes(1, 0)
    row = 0
    for row, (position, finding) in enumerate(numbered, start=1):
        if row >= _MOST_ROWS:
            sheet.write_string(row, 4, "A sheet holds no more rows. The JSON and CSV reports have all findings.", bold)
            break
        _finding(sheet, row, view, position, finding, wrap)
    sheet.autofilter(0, 0, max(row, 1), len(_HEADINGS) - 1)


def _finding(sheet: Worksheet, row: int, view: View, position: int, finding: Finding, wrap: Format) -> None:
    lines = [place.line for place in finding.locations if place.line is not None]
    sheet.write_number(row, 0, position + 1)
    sheet.write_string(row, 1, finding.code)
    sheet.write_string(row, 2, finding.severity.value)
    sheet.write_string(row, 3, child_name(finding))
    sheet.write_string(row, 4, finding.message, wrap)
    sheet.write_string(row, 5, finding.hint, wrap)
    sheet.write_string(row, 6, "\n".join(_where(place) for place in finding.locations), wrap)
    if lines:
        sheet.write_number(row, 7, lines[0])
    sheet.write_string(row, 8, view.state(position))
    sheet.write_string(row, 9, view.note(position), wrap)


def _where(place: Location) -> str:
    name = ".".join(part for part in (place.table, place.field) if part) or place.path
    value = "(none)" if place.value is None else place.value
    return f"{name} = {value}" + (f" (line {place.line})" if place.line else "")


def _heading(sheet: Worksheet, row: int, labels: Iterable[str], bold: Format) -> None:
    for column, label in enumerate(labels):
        sheet.write_string(row, column, label, bold)
