"""The report on a terminal: the headline, the rules by count, the first children."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from gateway.reports.view import View, child_name, counted
from schemas.findings import Finding, Location, Outcome, Severity

_CHILDREN = 8
_FINDINGS = 6
_COLOURS = {Severity.ERROR: "bold red", Severity.QUERY: "yellow"}


def print_table(view: View, console: Console) -> None:
    """Print the report. Texts of the return are never read as markup."""
    console.print(Group(*_parts(view)))


def _parts(view: View) -> Iterator[RenderableType]:
    report = view.report
    yield Text(view.headline, style="bold green" if report.ready else "bold red")
    about = f"{view.definition.title} {report.year}, authority {report.authority or 'not given'}, {report.source.name}"
    yield Text(about, style="dim")
    for remark in view.remarks():
        yield Text(f"Note: {remark}", style="yellow")
    if report.findings:
        yield Text()
        yield _rules(view)
        yield from _children(view)
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
        by_child.setdefault(child_name(finding), []).append((position, finding))
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


def _finding(view: View, position: int, finding: Finding) -> Iterator[Text]:
    marks = " ".join(part for part in (view.state(position), "explained" if view.note(position) else "") if part)
    head = Text("  ")
    head.append(f"{finding.code} ", style=_COLOURS[finding.severity])
    head.append(finding.message)
    head.append(f" [{marks}]" if marks else "", style="dim")
    yield head
    for place in finding.locations:
        yield Text(f"      {_where(place)}", style="cyan")
    if note := view.note(position):
        yield Text(f"      Note: {note}")
    yield Text(f"      {finding.hint}", style="dim")


def _where(place: Location) -> str:
    name = ".".join(part for part in (place.table, place.field) if part) or place.path or "file"
    value = "(none)" if place.value is None else place.value
    line = f", line {place.line}" if place.line else ""
    return f"{name} = {value}{line}"


def _unchecked(view: View) -> Iterator[RenderableType]:
    for outcome, label in ((Outcome.NOT_EVALUATED, "Not evaluated"), (Outcome.ERRORED, "Crashed")):
        items = view.report.with_outcome(outcome)
        if items:
            yield Text()
            yield Text(f"{label}: {counted(len(items), 'rule')}", style="bold")
            for reason in dict.fromkeys(item.reason for item in items):
                codes = ", ".join(item.code for item in items if item.reason == reason)
                yield Text(f"  {codes}: {reason}")
