"""ics-gateway check."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.asked import Asked, protect
from gateway.reports.formats import Format

if TYPE_CHECKING:
    from gateway.figures import Figures
    from gateway.reports.view import View
    from schemas.findings import Report
    from schemas.returns import ReturnData
    from schemas.rules import ReturnDefinition

__all__ = ["Format", "check", "deliver", "format_of"]


def check(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH...", help="The file or folder of the return, or its files in any order."),
    ],
    return_name: Annotated[
        str | None, typer.Option("--return", help="Which return it is, where the file does not tell.")
    ] = None,
    year: Annotated[int | None, typer.Option(help="The year in which the collection ends.")] = None,
    at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of a return that is of a day.")
    ] = None,
    previous: Annotated[Path | None, typer.Option(help="Last year's return, to compare with.")] = None,
    authority: Annotated[str | None, typer.Option(help="The authority's three digits.")] = None,
    providers: Annotated[
        list[Path] | None, typer.Option(help="Ofsted's list of providers, a workbook; give it twice where it is two.")
    ] = None,
    report_format: Annotated[
        Format | None, typer.Option("--format", help="How the report is given; else as the name of --out ends.")
    ] = None,
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
    lists = tuple(providers or ())
    protect((*paths, *lists, previous, since, explanations), out)
    protect((*paths, *lists, previous, since), write_explanations)
    asked = Asked(return_name, year, authority, not no_progress, at.date() if at else None)
    now, chosen = asked.read(*paths), report_format or format_of(out)
    before = asked.before(previous, now) if previous else None
    report = _report(now, before, lists, only)
    figures = _figures(now, before) if chosen is Format.HTML else None
    view = _view(report, now[0], since, explanations, figures)
    if write_explanations is not None:
        _write_template(write_explanations, report, explanations)
    deliver(view, chosen, out)
    return 0 if report.ready else 1


def format_of(out: Path | None) -> Format:
    """Give the format that the name of a file asks for; a table where it names none."""
    ending = out.suffix[1:].lower() if out is not None else ""
    return Format(ending) if ending in list(Format) else Format.TABLE


def _report(
    now: tuple[ReturnDefinition, ReturnData], before: ReturnData | None, lists: tuple[Path, ...], only: str
) -> Report:
    from gateway import settings  # noqa: PLC0415  # as above
    from gateway.check import accompanied, check_data  # noqa: PLC0415  # as above

    return check_data(*accompanied(now, before, lists), only=only.split(","), limits=settings.limits())


def _view(
    report: Report, definition: ReturnDefinition, since: Path | None, explanations: Path | None, figures: Figures | None
) -> View:
    from gateway.comparison import compare  # noqa: PLC0415  # as above
    from gateway.explanations import explain, read_notes  # noqa: PLC0415  # as above
    from gateway.reports.view import View  # noqa: PLC0415  # as above

    comparison = compare(report, since) if since else None
    explained = explain(report, read_notes(explanations)) if explanations else None
    return View(report, definition, comparison, explained, figures)


def _figures(now: tuple[ReturnDefinition, ReturnData], before: ReturnData | None) -> Figures:
    from gateway.figures import take  # noqa: PLC0415  # as above

    return take(*now, before)


def _write_template(path: Path, report: Report, explanations: Path | None) -> None:
    from gateway.explanations import read_notes, write_template  # noqa: PLC0415  # as above

    given = read_notes(explanations) if explanations is not None else ()
    there = read_notes(path) if path.is_file() else ()
    count = write_template(path, report, (*there, *given))
    typer.echo(f"{path}: {count:,} queries to explain.", err=True)


def deliver(view: View, report_format: Format, out: Path | None) -> None:
    """Write the report to its file, or to standard output; a page or a workbook never to a terminal."""
    from gateway.reports.formats import rendered  # noqa: PLC0415  # as above

    if out is None and sys.stdout.isatty() and report_format in {Format.HTML, Format.XLSX}:
        out = Path(f"{view.report.return_name}-{view.report.year}-report.{report_format.value}")
    if out is None:
        _send(_for_terminal(view) if report_format is Format.TABLE else rendered(view, report_format))
        return
    from gateway.files import whole_file  # noqa: PLC0415  # as above

    content = rendered(view, report_format)
    with whole_file(out) as place:
        place.write_bytes(content)
    typer.echo(f"Report written to {out}", err=True)


def _for_terminal(view: View) -> bytes:
    from gateway.reports.table import render_table, render_terminal  # noqa: PLC0415  # as above

    return render_terminal(view) if sys.stdout.isatty() else render_table(view, sys.stdout.encoding)


def _send(content: bytes) -> None:
    """Write to standard output; a reader that stops early changes nothing about the exit status."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Keep Python from complaining about the pipe when it closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
