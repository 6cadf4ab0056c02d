"""ics-gateway rules."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from schemas.errors import Misconfigured

if TYPE_CHECKING:
    from schemas.rules import Rule


class Format(StrEnum):
    """How rules are shown."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


def rules(
    code: Annotated[str | None, typer.Argument(metavar="[CODE]", help="Explain this rule.")] = None,
    return_name: Annotated[str, typer.Option("--return", help="Of which return.")] = "cin",
    year: Annotated[int | None, typer.Option(help="Only those in force in the collection that ends then.")] = None,
    list_format: Annotated[Format, typer.Option("--format", help="How they are shown.")] = Format.TABLE,
) -> int:
    """List the rules, or explain one."""
    from adapters.registry import adapter_named  # noqa: PLC0415  # loaded when the command runs
    from gateway import rulebook  # noqa: PLC0415  # as above

    definition = adapter_named(return_name).definition
    found = definition.all_rules if year is None else definition.rules(year)
    if code is not None:
        found = tuple(rule for rule in found if rule.code.upper() == code.upper())
        if not found:
            raise Misconfigured(f"{definition.title} has no rule {code}.", hint="List them with: ics-gateway rules")
    if list_format is Format.JSON:
        sys.stdout.write(json.dumps([rulebook.described(rule) for rule in found], indent=1, ensure_ascii=False) + "\n")
    elif list_format is Format.MARKDOWN:
        sys.stdout.write(rulebook.markdown(definition, found))
    else:
        _print(found, explain=code is not None)
    return 0


def _print(found: tuple[Rule, ...], *, explain: bool) -> None:
    from rich.console import Console  # noqa: PLC0415  # as above
    from rich.table import Table  # noqa: PLC0415  # as above

    from gateway import rulebook  # noqa: PLC0415  # as above

    console = Console(highlight=False)
    if explain:
        for rule in found:
            for label, text in rulebook.described(rule).items():
                console.print(f"{label + ':':<14} {text}", markup=False)
        return
    table = Table()
    for heading in ("Rule", "Years", "Severity", "What is wrong"):
        table.add_column(heading)
    for rule in found:
        table.add_row(rule.code, rulebook.years(rule), rule.severity.value, rule.summary)
    console.print(table)
