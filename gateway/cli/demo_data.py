"""ics-gateway demo-data."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from schemas.errors import Misconfigured

_MOST_FAMILIES = 9_000

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


@app.command("ssda903")
def ssda903(
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    year: Annotated[int, typer.Option(help="The year in which the collection ends.", min=2017, max=2027)] = 2026,
    children: Annotated[int, typer.Option(help="How many children.", min=1)] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same files.")] = 1,
    damage: Annotated[float, typer.Option(help="Share of children with mistakes, 0 to 1.", min=0.0, max=1.0)] = 0.0,
) -> int:
    """Make a looked-after return of made-up children, and last year's of the same children in a folder inside.

    Without damage it has no errors. The same year, number, seed and damage always make the same files.
    """
    from adapters.ssda903.demo.write import write_demo  # noqa: PLC0415  # loaded when the command runs

    write_demo(out, year=year, children=children, seed=seed, damage=damage)
    typer.echo(f"{out}: {children:,} made-up children of the {year} collection. Now: ics-gateway check {out}", err=True)
    return 0


@app.command("case")
def case(
    out: Annotated[Path, typer.Option(help="The folder to write in.")],
    families: Annotated[int, typer.Option(help="How many families.", min=1, max=_MOST_FAMILIES)] = 10,
    seed: Annotated[int, typer.Option(help="The same seed and day make the same files.")] = 1,
    today: Annotated[str, typer.Option(help="The day on which the histories end, as 2026-11-02; else today.")] = "",
) -> int:
    """Make case files of made-up families with histories, one file each.

    The first family has three children, of whom one lives at a hidden address; it is shown as a page and as CSV too.
    """
    from adapters.case.demo.write import write_demo  # noqa: PLC0415  # loaded when the command runs

    made = write_demo(out, families_wanted=families, seed=seed, today=_day(today))
    typer.echo(f"{out}: {len(made):,} made-up families. Open {made[0].with_suffix('.html')} in a browser.", err=True)
    return 0


@app.command("ssd")
def ssd(
    out: Annotated[str, typer.Option(help="A folder, sqlite:///PATH or postgresql://USER@HOST/DATABASE.")],
    year: Annotated[int, typer.Option(help="The year on whose 31 March it is taken.", min=2025, max=2027)] = 2026,
    children: Annotated[int, typer.Option(help="How many children and young people.", min=1)] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed makes the same rows.")] = 1,
    files: Annotated[str, typer.Option(help="The files of a folder: csv or parquet.")] = "csv",
) -> int:
    """Make a Standard Safeguarding Dataset of a made-up authority.

    The CIN census and the looked-after return of the year, built from it, have no errors.
    """
    from adapters.ssd.demo.write import write_demo  # noqa: PLC0415  # loaded when the command runs
    from gateway.cli.progress import progress_bar  # noqa: PLC0415  # as above
    from gateway.ssd import password  # noqa: PLC0415  # as above

    secret = password(out)
    with progress_bar(show=True) as moved:
        rows = write_demo(out, year=year, children=children, seed=seed, files=files, password=secret, progress=moved)
    typer.echo(f"{children:,} made-up people, {rows:,} rows. Now: ics-gateway ssd doctor {out}", err=True)
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else datetime.now(UTC).date()
    except ValueError:
        raise Misconfigured(f"{text} is no day.", hint="Write it as 2026-11-02.") from None
