"""ics-gateway check."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schemas.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.reports.view import View
    from schemas.findings import Report


class Format(StrEnum):
    """How the report is given."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    HTML = "html"


def check(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="The file of the return.")],
    return_name: Annotated[
        str | None, typer.Option("--return", help="Which return it is, where the file does not tell.")
    ] = None,
    year: Annotated[int | None, typer.Option(help="The year in which the collection ends.")] = None,
    previous: Annotated[Path | None, typer.Option(help="Last year's return, for returns that compare with it.")] = None,
    authority: Annotated[str | None, typer.Option(help="The authority's three digits.")] = None,
    report_format: Annotated[Format, typer.Option("--format", help="How the report is given.")] = Format.TABLE,
    out: Annotated[Path | None, typer.Option(help="Where the report is written.")] = None,
    only: Annotated[str, typer.Option(help="Evaluate these rules alone: CODE,CODE.")] = "",
    since: Annotated[
        Path | None, typer.Option(help="An earlier JSON report: show what is new and what is fixed.")
    ] = None,
    explanations: Annotated[
        Path | None, typer.Option(help="Your notes on queries: a CSV file with rule, child, note.")
    ] = None,
    write_explanations: Annotated[
        Path | None, typer.Option(help="Write a CSV file for notes, a row for each query.")
    ] = None,
    no_progress: Annotated[bool, typer.Option("--no-progress", help="Show no progress bar.")] = False,  # noqa: FBT002  # an option is a flag
) -> int:
    """Check a return and report everything that is wrong with it.

    Exit status: 0 no errors (queries allowed), 1 errors found, 2 the input could not be read or the call is wrong.
    """
    if len(paths) != 1:
        raise Misconfigured("The CIN census is one file.", hint="Give one path.")
    if previous is not None:
        raise Misconfigured("The CIN census is not compared with last year's.", hint="Leave out --previous.")
    report = _checked(paths[0], return_name, year, authority, only, show=not no_progress)
    view = _view(report, since, explanations)
    if write_explanations is not None:
        _write_template(write_explanations, report, explanations)
    deliver(view, report_format, out)
    return 0 if report.ready else 1


def _checked(
    path: Path, return_name: str | None, year: int | None, authority: str | None, only: str, *, show: bool
) -> Report:
    from gateway import settings  # noqa: PLC0415  # what a check needs is loaded when one runs
    from gateway.check import check_return  # noqa: PLC0415  # as above
    from gateway.cli.progress import progress_bar  # noqa: PLC0415  # as above

    with progress_bar("Reading", show=show) as moved:
        return check_return(
            path,
            return_name=return_name,
            year=year,
            authority=authority,
            only=only.split(","),
            limits=settings.limits(),
            progress=moved,
        )


def _view(report: Report, since: Path | None, explanations: Path | None) -> View:
    from adapters.registry import adapter_named  # noqa: PLC0415  # as above
    from gateway.comparison import compare  # noqa: PLC0415  # as above
    from gateway.explanations import explain, read_notes  # noqa: PLC0415  # as above
    from gateway.reports.view import View  # noqa: PLC0415  # as above

    comparison = compare(report, since) if since else None
    explained = explain(report, read_notes(explanations)) if explanations else None
    return View(report, adapter_named(report.return_name).definition, comparison, explained)


def _write_template(path: Path, report: Report, explanations: Path | None) -> None:
    from gateway.explanations import read_notes, write_template  # noqa: PLC0415  # as above

    known = explanations or (path if path.exists() else None)
    count = write_template(path, report, read_notes(known) if known else ())
    typer.echo(f"{path}: {count:,} queries to explain.", err=True)


def deliver(view: View, report_format: Format, out: Path | None) -> None:
    """Write the report to its file, or to standard output where the format allows."""
    if report_format is Format.TABLE:
        _print_table(view, out)
    elif report_format is Format.XLSX:
        from gateway.reports.xlsx import write_xlsx  # noqa: PLC0415  # as above

        path = out or Path(f"{view.report.return_name}-{view.report.year}-report.xlsx")
        _write(path, lambda place: write_xlsx(view, place))
    else:
        text = _rendered(view, report_format)
        if out is None and report_format is Format.HTML:
            out = Path(f"{view.report.return_name}-{view.report.year}-report.html")
        if out is None:
            sys.stdout.write(text)
        else:
            _write(out, lambda place: place.write_text(text, encoding="utf-8", newline=""))


def _rendered(view: View, report_format: Format) -> str:
    if report_format is Format.JSON:
        from gateway.reports.json import render_json  # noqa: PLC0415  # as above

        return render_json(view)
    if report_format is Format.CSV:
        from gateway.reports.csv import render_csv  # noqa: PLC0415  # as above

        return render_csv(view)
    from gateway.reports.html import render_html  # noqa: PLC0415  # as above

    return render_html(view)


def _print_table(view: View, out: Path | None) -> None:
    from rich.console import Console  # noqa: PLC0415  # as above

    from gateway.reports.table import print_table  # noqa: PLC0415  # as above

    if out is None:
        print_table(view, Console(highlight=False))
        return

    def write(place: Path) -> None:
        with place.open("w", encoding="utf-8") as file:
            print_table(view, Console(file=file, width=120, highlight=False))

    _write(out, write)


def _write(path: Path, write: Callable[[Path], object]) -> None:
    from gateway.files import whole_file  # noqa: PLC0415  # as above

    with whole_file(path) as place:
        write(place)
    typer.echo(f"Report written to {path}", err=True)
