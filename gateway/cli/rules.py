"""ics-gateway rules."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from schemas.form import FORM_RULES

if TYPE_CHECKING:
    from gateway.rulebook import Entry


class Format(StrEnum):
    """How rules are shown."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


def rules(
    code: Annotated[str | None, typer.Argument(metavar="[CODE]", help="Explain this rule.")] = None,
    return_name: Annotated[
        str | None, typer.Option("--return", help="Of which return; else cin, or the one that has the rule.")
    ] = None,
    year: Annotated[int | None, typer.Option(help="Only those in force in the collection that ends then.")] = None,
    list_format: Annotated[Format, typer.Option("--format", help="How they are shown.")] = Format.TABLE,
) -> int:
    """List the rules, or explain one.

    Exit status: 0, or 2 where there is no such rule, year or return.
    """
    from adapters.registry import adapter_named, adapters  # noqa: PLC0415  # loaded when the command runs
    from gateway import rulebook  # noqa: PLC0415  # as above
    from schemas.rules import FIRST_RULE_YEAR  # noqa: PLC0415  # as above

    known = [adapter.definition for adapter in adapters()]
    definition = adapter_named(return_name).definition if return_name else rulebook.holding(known, code)
    found = rulebook.entries(definition, year=year, code=code)
    if year is not None and year < FIRST_RULE_YEAR:
        typer.echo(f"The gateway has no rules of {year}: it uses those of {FIRST_RULE_YEAR}.", err=True)
    if list_format is Format.JSON:
        sys.stdout.write(json.dumps([rulebook.described(entry) for entry in found], indent=1, ensure_ascii=False))
        sys.stdout.write("\n")
    elif list_format is Format.MARKDOWN:
        sys.stdout.write(rulebook.markdown(definition, found))
    elif code is not None:
        _explain(found[0])
    else:
        _list(found)
    return 0


def _explain(entry: Entry) -> None:
    from rich.console import Console  # noqa: PLC0415  # only people need it
    from rich.table import Table  # noqa: PLC0415  # as above
    from rich.text import Text  # noqa: PLC0415  # as above

    from gateway import rulebook  # noqa: PLC0415  # as above

    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="bold")
    grid.add_column()
    for label, text in rulebook.explained(entry):
        grid.add_row(label, Text(text))
    Console(highlight=False).print(grid)


def _list(found: tuple[Entry, ...]) -> None:
    from rich.console import Console  # noqa: PLC0415  # only people need it
    from rich.table import Table  # noqa: PLC0415  # as above

    console = Console(highlight=False)
    table = Table()
    for heading in ("Rule", "Years", "Severity"):
        table.add_column(heading, no_wrap=True)
    table.add_column("What is wrong")
    for entry in found:
        table.add_row(entry.code, entry.years, entry.severity.value, entry.means)
    console.print(table)
    errors = sum(entry.severity.value == "error" for entry in found)
    console.print(
        f"{len(found)} rules: {errors} errors, {len(found) - errors} queries. Explain one with:", markup=False
    )
    first, last = FORM_RULES[0].code, FORM_RULES[-1].code
    console.print(f"  ics-gateway rules CODE, also for the form codes {first} to {last}", markup=False)
