"""The report as CSV: one row a cell, so that it can be filtered and sorted."""

from __future__ import annotations

import csv
import io

from adapters.cells import guarded
from gateway.reports.view import View
from schemas.findings import Location

HEADINGS = (
    "finding", "rule", "severity", "child", "table", "row", "field", "value", "line", "message", "how to fix",
    "since", "explanation",
)  # fmt: skip
_NOWHERE = Location("", None, "", None, None)


def render_csv(view: View) -> str:
    """Give one row for each cell of each finding; cells of one finding share its number."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for position, finding in enumerate(view.report.findings):
        for place in finding.locations or (_NOWHERE,):
            cells = (
                position + 1, finding.code, finding.severity.value, finding.child_id, place.table, place.row,
                place.field, place.value, place.line, finding.message, finding.hint, view.state(position),
                view.note(position),
            )  # fmt: skip
            writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in cells])
    return text.getvalue()
