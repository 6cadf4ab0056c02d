"""ics-gateway reference."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

_MEBIBYTE = 1 << 20

app = typer.Typer(no_args_is_help=True, help="Keep the reference data that rules on placements read.")


@app.callback()
def reference() -> None:
    """Keep the reference data that rules on placements read."""


@app.command("build")
def build(
    source: Annotated[
        Path | None,
        typer.Option("--from", help="A file of the ONS Postcode Directory, CSV or zip; else the data package is used."),
    ] = None,
) -> int:
    """Make the local directory of postcodes. It is read from then on, without a network.

    Exit status: 0 made, 2 the source could not be read or is not there.
    """
    from gateway.reference import build_postcodes, postcode_file  # noqa: PLC0415  # loaded when the command runs

    count = build_postcodes(source)
    path = postcode_file()
    typer.echo(f"{path}: {count:,} postcodes, {path.stat().st_size / _MEBIBYTE:.1f} MiB.", err=True)
    return 0
