"""ics-gateway demo."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_CHILDREN = 1000
_YEAR = 2027
_DAMAGE = 0.08


def demo(
    folder: Annotated[Path, typer.Option(help="Where the files are written.")] = Path("demo"),
) -> int:
    """Make a census of 1,000 made-up children with some mistakes, check it, and write the reports."""
    from adapters.cin.demo.census import write_demo  # noqa: PLC0415  # loaded when the command runs
    from gateway.check import check_return  # noqa: PLC0415  # as above
    from gateway.cli.check import Format, deliver  # noqa: PLC0415  # as above
    from gateway.reports.view import View  # noqa: PLC0415  # as above
    from schemas.cin.definition import CIN  # noqa: PLC0415  # as above

    folder.mkdir(parents=True, exist_ok=True)
    census = folder / f"999_CIN_{_YEAR}_001.xml"
    write_demo(census, year=_YEAR, children=_CHILDREN, seed=1, damage=_DAMAGE)
    typer.echo(f"Made {census}: {_CHILDREN:,} made-up children, some with mistakes. Nothing was corrected.", err=True)
    view = View(check_return(census), CIN)
    for report_format in (Format.HTML, Format.XLSX, Format.JSON):
        deliver(view, report_format, folder / f"report.{report_format.value}")
    deliver(view, Format.TABLE, None)
    typer.echo(f"\nNow open {folder / 'report.html'} in a browser and filter by rule or child,")
    typer.echo(f"or run: ics-gateway check {census}")
    return 0
