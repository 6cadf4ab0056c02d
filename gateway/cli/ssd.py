"""ics-gateway ssd."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.ssd.notes import Note

app = typer.Typer(no_args_is_help=True, help="Look over a Standard Safeguarding Dataset.")

_STYLES = {"info": "dim", "warn": "yellow"}


class Format(StrEnum):
    """How the notes are shown."""

    TABLE = "table"
    JSON = "json"


@app.callback()
def ssd() -> None:
    """Look over a Standard Safeguarding Dataset."""


@app.command("doctor")
def doctor(
    source: Annotated[
        str, typer.Argument(help="A database URL without password, or a folder of CSV or Parquet files.")
    ],
    schema: Annotated[str, typer.Option(help="The database schema of the tables.")] = "",
    show: Annotated[Format, typer.Option("--format", help="How the notes are shown.")] = Format.TABLE,
    no_progress: Annotated[bool, typer.Option("--no-progress", help="Draw no bar.")] = False,  # noqa: FBT002  # Typer's way
) -> int:
    """Say by name where a dataset differs from the standard: tables, columns, keys, codes, freshness.

    Exit status: 0 where it can be read, whatever the notes say, 2 where nothing of it can be.
    """
    from adapters.ssd.doctor import examined  # noqa: PLC0415  # loaded when the command runs
    from gateway.cli.progress import progress_bar  # noqa: PLC0415  # as above
    from gateway.ssd import password  # noqa: PLC0415  # as above

    with progress_bar(show=not no_progress) as moved:
        notes = examined(source, now=datetime.now(UTC), schema=schema, password=password(source), progress=moved)
    if show is Format.JSON:
        sys.stdout.write(_as_json(notes))
    else:
        _list(notes)
    return 0


def _as_json(notes: Sequence[Note]) -> str:
    import json  # noqa: PLC0415  # only programs need it
    from dataclasses import asdict  # noqa: PLC0415  # as above

    return json.dumps([asdict(note) for note in notes], indent=2) + "\n"


def _list(notes: Sequence[Note]) -> None:
    from rich.console import Console  # noqa: PLC0415  # only people need it
    from rich.table import Table  # noqa: PLC0415  # as above
    from rich.text import Text  # noqa: PLC0415  # as above

    table = Table()
    for heading in ("", "About", "Where"):
        table.add_column(heading, no_wrap=True)
    table.add_column("What was found")
    table.add_column("Rows", justify="right")
    for note in notes:
        where = ".".join(filter(None, (note.table, note.column)))
        weight = Text(note.weight.value, style=_STYLES[note.weight.value])
        # Text shows what stands in the source as it is, never as markup.
        table.add_row(weight, note.topic.value, Text(where), Text(note.says), f"{note.count:,}" if note.count else "")
    console = Console(highlight=False)
    console.print(table)
    warnings = sum(note.weight.value == "warn" for note in notes)
    console.print(f"{warnings} of {len(notes)} notes are warnings.")
