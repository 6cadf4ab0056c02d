"""The report on a terminal: the headline, the rules by count, the first children."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gateway.reports.view import View
from gateway.reports.words import cell, counted, plain
from schemas.findings import Finding, Outcome, Severity

_CHILDREN = 8
_FINDINGS = 6
_FIXED = 20
_WIDE = 1000
_COLOURS = {Severity.ERROR: "bold red", Severity.QUERY: "yellow"}


def render_table(view: View, encoding: str = "utf-8") -> bytes:
    """Give the report as text without colours; no line is broken to fit a width."""
    content = io.BytesIO()
    text = io.TextIOWrapper(content, encoding=encoding, errors="replace", newline=os.linesep)
    console = Console(file=text, width=_WIDE, color_system=None, force_terminal=False, highlight=False, emoji=False)
    print_table(view, console)
    text.flush()
    return content.getvalue()


def render_terminal(view: View) -> bytes:
    """Give the report as it looks best on the terminal that standard output is."""
    console = Console(highlight=False, emoji=False)
    with console.capture() as captured:
        print_table(view, console)
    return captured.get().encode(sys.stdout.encoding, "replace")


def print_table(view: View, console: Console) -> None:
    """Print the report. Texts of the return are never read as markup."""
    console.print(Group(*_parts(view)))


def _parts(view: View) -> Iterator[RenderableType]:
    report = view.report
    yield Text(view.headline, style="bold green" if report.ready else "bold red")
    about = f"{view.definition.title} {report.year}, authority {report.authority or 'not given'}, {report.source.name}"
    yield Text(plain(about), style="dim")
    for remark in view.remarks():
        yield Text(f"Note: {remark}", style="yellow")
    if report.findings:
        yield Text()
        yield _rules(view)
        yield from _children(view)
    yield from _fixed(view)
    yield from _unchecked(view)


def _rules(view: View) -> Table:
    table = Table(title="Rules with findings", title_justify="left", expand=False)
    table.add_column("Rule", no_wrap=True)
    table.add_column("Findings", justify="right")
    table.add_column("Severity")
    table.add_column("What is wrong")
    for rule in view.rule_counts():
        style = _COLOURS[rule.severity]
        table.add_row(rule.code, f"{rule.count:,}", Text(rule.severity.value, style=style), Text(rule.summary))
    return table


def _children(view: View) -> Iterator[RenderableType]:
    by_child: dict[str, list[tuple[int, Finding]]] = {}
    for position, finding in enumerate(view.report.findings):
        by_child.setdefault(view.child(finding), []).append((position, finding))
    for child, found in list(by_child.items())[:_CHILDREN]:
        yield Text()
        yield Text(f"{child}: {counted(len(found), 'finding')}", style="bold")
        for position, finding in found[:_FINDINGS]:
            yield from _finding(view, position, finding)
        if len(found) > _FINDINGS:
            yield Text(f"  ... and {len(found) - _FINDINGS:,} more", style="dim")
    if len(by_child) > _CHILDREN:
        yield Text()
        more = len(by_child) - _CHILDREN
        yield Text(f"{counted(more, 'child')} more. The full list: --format html or xlsx.", style="dim")


def _finding(view: View, position: int, finding: Finding) -> Iterator[RenderableType]:
    note = view.note(position)
    marks = " ".join(part for part in (view.state(position), "explained" if note else "") if part)
    head = Text()
    head.append(f"{finding.code} ", style=_COLOURS[finding.severity])
    head.append(plain(finding.message))
    head.append(f" [{marks}]" if marks else "", style="dim")
    yield _indented(head, 2)
    for place in finding.locations:
        yield _indented(Text(cell(place), style="cyan"), 6)
    if note:
        yield _indented(Text(f"Your note: {plain(note)}"), 6)
    yield _indented(Text(finding.hint, style="dim"), 6)


def _indented(text: Text, by: int) -> Padding:
    # The second line of a long text stands under the first, and no line is filled up with spaces.
    return Padding(text, (0, 0, 0, by), expand=False)


def _fixed(view: View) -> Iterator[RenderableType]:
    if view.comparison is None or not view.comparison.fixed:
        return
    fixed = view.comparison.fixed
    yield Text()
    yield Text(f"Fixed since {view.comparison.earlier}: {counted(len(fixed), 'finding')}", style="bold")
    for finding in fixed[:_FIXED]:
        yield _indented(Text(f"{finding.code} {view.child(finding)}: {plain(finding.message)}"), 2)
    if len(fixed) > _FIXED:
        yield Text(f"  ... and {len(fixed) - _FIXED:,} more", style="dim")


def _unchecked(view: View) -> Iterator[RenderableType]:
    for outcome, label in ((Outcome.NOT_EVALUATED, "Not evaluated"), (Outcome.ERRORED, "Crashed")):
        items = view.report.with_outcome(outcome)
        if items:
            yield Text()
            yield Text(f"{label}: {counted(len(items), 'rule')}", style="bold")
            for reason in dict.fromkeys(item.reason for item in items):
                codes = ", ".join(item.code for item in items if item.reason == reason)
                yield _indented(Text(f"{codes}: {reason}"), 2)
