"""ics-gateway demo-data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Make files of made-up data.")


@app.callback()
def demo_data() -> None:
    """Make files of made-up data."""


@app.command("cin")
def cin(
    out: Annotated[Path, typer.Option(help="The file to write.")],
    year: Annotated[int, typer.Option(help="The year in which the collection ends.", min=2017, max=2027)] = 2026,
    children: Annotated[int, typer.Option(help="How many children.", min=1)] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same file.")] = 1,
    damage: Annotated[float, typer.Option(help="Share of children with mistakes, 0 to 1.", min=0.0, max=1.0)] = 0.0,
) -> int:
    """Make a CIN census of made-up children.

    Without damage it has no errors. The same year, number, seed and damage always make the same file.
    """
    from adapters.cin.demo.census import write_demo  # noqa: PLC0415  # loaded when the command runs

    write_demo(out, year=year, children=children, seed=seed, damage=damage)
    typer.echo(f"{out}: {children:,} made-up children of the {year} collection. Now: ics-gateway check {out}", err=True)
    return 0
