"""ics-gateway convert."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def convert(
    source: Annotated[Path, typer.Argument(metavar="SRC", help="A CIN XML file, or a folder of CSV files.")],
    target: Annotated[Path, typer.Argument(metavar="DST", help="The folder or the XML file to write.")],
    year: Annotated[
        int | None, typer.Option(help="The year in which the collection ends, where the source does not tell.")
    ] = None,
) -> int:
    """Convert a CIN census between XML and a folder of CSV files.

    Exit status: 0 nothing was lost, 1 the source had parts that could not be carried over (each is named), 2 nothing
    was written.
    """
    from adapters.cin.convert import convert_census  # noqa: PLC0415  # loaded when the command runs
    from gateway import settings  # noqa: PLC0415  # as above

    losses = convert_census(source, target, year=year, limits=settings.limits())
    for loss in losses:
        typer.echo(f"Not carried over: {loss}", err=True)
    typer.echo(f"Written to {target}; {_summary(len(losses))}.", err=True)
    return 1 if losses else 0


def _summary(losses: int) -> str:
    if not losses:
        return "nothing was lost"
    return "1 part was not carried over" if losses == 1 else f"{losses:,} parts were not carried over"
