"""The report in the format that is asked for. What a format needs is loaded when it is chosen."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.reports.view import View


class Format(StrEnum):
    """How the report is given."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"


def rendered(view: View, report_format: Format) -> bytes:
    """Give the whole report as it stands in a file."""
    if report_format is Format.TABLE:
        from gateway.reports.table import render_table  # noqa: PLC0415  # as the module says

        return render_table(view)
    if report_format is Format.XLSX:
        from gateway.reports.xlsx import render_xlsx  # noqa: PLC0415  # as the module says

        return render_xlsx(view)
    if report_format is Format.JSON:
        from gateway.reports.json import render_json  # noqa: PLC0415  # as the module says

        return render_json(view).encode("utf-8")
    if report_format is Format.CSV:
        from gateway.reports.csv import render_csv  # noqa: PLC0415  # as the module says

        return render_csv(view).encode("utf-8")
    from gateway.reports.html import render_html  # noqa: PLC0415  # as the module says

    return render_html(view).encode("utf-8")
