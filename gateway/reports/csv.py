"""The report as CSV: one row a cell, so that it can be filtered and sorted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from adapters.cells import guarded
from gateway.reports.view import View
from schemas.findings import Finding, Location

HEADINGS = (
    "finding", "rule", "severity", "child", "table", "row", "field", "value", "line", "message", "how to fix",
    "since", "explanation", "from table", "from key", "from person", "file",
)  # fmt: skip
_NOWHERE = Location("", None, "", None, None)


def render_csv(view: View) -> str:
    """Give one row for each cell of each finding; cells of one finding share its number, fixed ones have none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for position, finding in enumerate(view.report.findings):
        writer.writerows(_rows(finding, position + 1, view.state(position), view.note(position)))
    for finding in view.comparison.fixed if view.comparison else ():
        writer.writerows(_rows(finding, None, "fixed", ""))
    return text.getvalue()


def _rows(finding: Finding, number: int | None, state: str, note: str) -> Iterator[list[str | int | None]]:
    for place in finding.locations or (_NOWHERE,):
        cells = (
            number, finding.code, finding.severity.value, finding.child_id, place.table, place.row, place.field,
            place.value, place.line, finding.message, finding.hint, state, note, *_origin(place), place.file,
        )  # fmt: skip
        yield [guarded(cell) if isinstance(cell, str) else cell for cell in cells]


def _origin(place: Location) -> tuple[str, str, str]:
    return (place.origin.table, place.origin.key, place.origin.person) if place.origin else ("", "", "")
