"""ics-gateway convert."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.asked import protect


def convert(
    source: Annotated[Path, typer.Argument(metavar="SRC", help="The file or folder to convert.")],
    target: Annotated[Path, typer.Argument(metavar="DST", help="The file or folder to write.")],
    year: Annotated[
        int | None, typer.Option(help="The year in which the collection ends, where the source does not tell.")
    ] = None,
    return_name: Annotated[
        str | None, typer.Option("--return", help="Which return it is, where the source does not tell.")
    ] = None,
) -> int:
    """Convert a return: a census between XML and a folder, a looked-after return or lists between all of their forms.

    Exit status: 0 nothing was lost, 1 the source had parts that could not be carried over (each is named), 2 nothing
    was written.
    """
    from adapters.registry import adapter_for  # noqa: PLC0415  # loaded when the command runs
    from gateway import settings  # noqa: PLC0415  # as above
    from gateway.reports.words import plain  # noqa: PLC0415  # as above

    protect((source,), target)
    adapter = adapter_for([source], return_name)
    losses = adapter.convert(source, target, year=year, limits=settings.limits())
    for loss in losses:
        typer.echo(f"Not carried over: {plain(loss)}", err=True)
    typer.echo(f"Written to {target}; {_summary(len(losses))}.", err=True)
    return 1 if losses else 0


def _summary(losses: int) -> str:
    if not losses:
        return "nothing was lost"
    return "1 part was not carried over" if losses == 1 else f"{losses:,} parts were not carried over"
