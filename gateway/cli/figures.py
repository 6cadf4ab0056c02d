"""ics-gateway figures."""

from __future__ import annotations

import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.asked import Asked, protect

if TYPE_CHECKING:
    from gateway.figures import Figures
    from schemas.returns import ReturnData


class FigureFormat(StrEnum):
    """How the figures are given."""

    TABLE = "table"
    JSON = "json"


def figures(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="The file or folder of the return, or its files.")
    ],
    previous: Annotated[Path | None, typer.Option(help="Last year's return, to stand beside this one.")] = None,
    return_name: Annotated[
        str | None, typer.Option("--return", help="Which return it is, where the file does not tell.")
    ] = None,
    year: Annotated[int | None, typer.Option(help="The year in which the collection ends.")] = None,
    at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of a return that is of a day.")
    ] = None,
    figure_format: Annotated[
        FigureFormat, typer.Option("--format", help="A table, or JSON for other programs.")
    ] = FigureFormat.TABLE,
    out: Annotated[Path | None, typer.Option(help="Where the figures are written.")] = None,
    no_progress: Annotated[bool, typer.Option("--no-progress", help="Show no progress bar.")] = False,  # noqa: FBT002  # an option is a flag
) -> int:
    """Count what the return says, to compare with last year before it is signed off.

    Exit status: 0 counted, 2 a file could not be read or the call is wrong.
    """
    protect((*paths, previous), out)
    asked = Asked(return_name, year, None, not no_progress, at.date() if at else None)
    content = _content(_taken(asked, paths, previous), figure_format, out)
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return 0
    from gateway.files import whole_file  # noqa: PLC0415  # loaded when the command runs

    with whole_file(out) as place:
        place.write_bytes(content)
    typer.echo(f"Figures written to {out}", err=True)
    return 0


def _taken(asked: Asked, paths: list[Path], previous: Path | None) -> Figures:
    from gateway.figures import take  # noqa: PLC0415  # as above

    now = asked.read(*paths)
    _tell("Note", now[1])
    before = asked.before(previous, now) if previous else None
    if before is not None:
        _tell("Note on last year's return", before)
    return take(*now, before)


def _tell(label: str, data: ReturnData) -> None:
    """Say of which year and files the figures are."""
    from gateway.reports.words import plain  # noqa: PLC0415  # as above

    for told in (*data.notices, *(item.told for item in data.left_out)):
        typer.echo(f"{label}: {plain(told)}", err=True)


def _content(found: Figures, figure_format: FigureFormat, out: Path | None) -> bytes:
    from gateway.reports.figures import render_figures, render_figures_json  # noqa: PLC0415  # as above

    if figure_format is FigureFormat.JSON:
        return render_figures_json(found).encode("utf-8")
    return render_figures(found, sys.stdout.encoding if out is None else "utf-8")
