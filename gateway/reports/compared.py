"""Both error reports beside each other, as a table and as JSON."""

from __future__ import annotations

import io
import json
import os
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.reports.words import plain
from gateway.returns.comparing import Compared, RuleCompared

_WIDE = 1000
_NAMED = 5


def render_compared(found: Compared, encoding: str = "utf-8") -> bytes:
    """Give the comparison as text; no line is broken to fit a width."""
    content = io.BytesIO()
    text = io.TextIOWrapper(content, encoding=encoding, errors="replace", newline=os.linesep)
    console = Console(file=text, width=_WIDE, color_system=None, highlight=False, emoji=False)
    console.print(Text(found.headline))
    console.print(_table(found))
    text.flush()
    return content.getvalue()


def render_compared_json(found: Compared) -> str:
    """Give the comparison for other programs; the keys are a contract, more may come."""
    rules = [asdict(rule) | {"agreed": rule.agreed} for rule in found.rules]
    head = {"return": found.return_name, "year": found.year, "agreed": found.agreed, "by_child": found.by_child}
    return json.dumps({**head, "rules": rules}, ensure_ascii=False, indent=1) + "\n"


def _table(found: Compared) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("Rule", "Severity", "Ours", "DfE's", "Same", "Only ours", "Only DfE's", "Why"):
        table.add_column(heading)
    for rule in found.rules:
        table.add_row(*map(Text, _cells(rule)))
    return table


def _cells(rule: RuleCompared) -> tuple[str, ...]:
    counts = (f"{rule.ours:,}", f"{rule.theirs:,}", f"{len(rule.same):,}")
    why = f"{rule.why} {rule.note}".strip()
    return (rule.code, rule.severity, *counts, _named(rule.only_ours), _named(rule.only_theirs), why)


def _named(children: tuple[str, ...]) -> str:
    """Name the first children, and count the others."""
    if not children:
        return ""
    shown = ", ".join(plain(child) or "(return)" for child in children[:_NAMED])
    return shown if len(children) <= _NAMED else f"{shown} and {len(children) - _NAMED:,} more"
