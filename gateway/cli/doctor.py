"""ics-gateway doctor."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gateway.doctor.finding import Finding


class Format(StrEnum):
    """How the findings are shown."""

    TABLE = "table"
    JSON = "json"


_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def doctor(
    show: Annotated[Format, typer.Option("--format", help="How the findings are shown.")] = Format.TABLE,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no partner.")] = False,  # noqa: FBT002  # Typer's way
) -> int:
    """Look at this installation: database, keys, clocks, disks, directory, partners, broker, evidence.

    Exit status: 0 where nothing failed (warnings allowed), 1 where something did, 2 where the settings cannot be read.
    """
    from gateway.doctor.installation import described  # noqa: PLC0415  # loaded when the command runs
    from gateway.doctor.report import as_json, healthy  # noqa: PLC0415  # as above
    from gateway.doctor.run import examine  # noqa: PLC0415  # as above

    with described(offline=offline) as installation:
        found = tuple(examine(installation))
    if show is Format.JSON:
        sys.stdout.write(as_json(found))
    else:
        _list(found)
    return 0 if healthy(found) else 1


def _list(found: Sequence[Finding]) -> None:
    from rich.console import Console  # noqa: PLC0415  # only people need it
    from rich.table import Table  # noqa: PLC0415  # as above
    from rich.text import Text  # noqa: PLC0415  # as above

    from gateway.doctor.report import counted  # noqa: PLC0415  # as above

    console = Console(highlight=False)
    table = Table()
    for heading in ("", "Check"):
        table.add_column(heading, no_wrap=True)
    table.add_column("What was found, and what to do")
    for finding in found:
        told = Text(finding.sentence)
        if finding.action:
            told.append(f"\n{finding.action}", style="dim")
        table.add_row(Text(finding.standing.value, style=_STYLES[finding.standing.value]), finding.check, told)
    console.print(table)
    console.print(", ".join(f"{count} {standing.value}" for standing, count in counted(found).items()) + ".")
