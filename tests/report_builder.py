"""Build reports for tests from a few findings, without a file."""

from __future__ import annotations

from gateway.comparison import Comparison
from gateway.explanations import Explained
from gateway.reports.view import View
from schemas.cin.definition import CIN
from schemas.findings import Finding, Location, Outcome, Report, RuleOutcome, Severity, Source

ERROR_CODE, QUERY_CODE, FORM_CODE = "8810", "8525Q", "FORM07"


def place(
    table: str = "CINdetails", row: int | None = 4, field: str = "ReasonForClosure", value: str | None = "RC8",
    line: int | None = 1234, path: str = "",
) -> Location:  # fmt: skip
    return Location(table, row, field, value, line, path)


def error(child: str = "C1", *places: Location, code: str = ERROR_CODE, message: str = "Wrong.") -> Finding:
    return Finding(code, Severity.ERROR, child, message, "Mend it.", places or (place(),), _row(child))


def query(child: str = "C1", *places: Location, code: str = QUERY_CODE, message: str = "Odd.") -> Finding:
    return Finding(code, Severity.QUERY, child, message, "Mend or explain it.", places or (place(),), _row(child))


def _row(child: str) -> tuple[int, ...]:
    return (sum(child.encode()),) if child else ()


def report(*findings: Finding, crashed: tuple[str, ...] = (), name: str = "made.xml", children: int = 3) -> Report:
    """Make a report in which the rules of the findings failed, `crashed` ones crashed and 4011 was not evaluated."""
    failed = [RuleOutcome(code, Outcome.FAILED) for code in dict.fromkeys(item.code for item in findings)]
    outcomes = (
        *failed,
        *(RuleOutcome(code, Outcome.ERRORED, "The rule crashed (KeyError).") for code in crashed),
        RuleOutcome("4011", Outcome.NOT_EVALUATED, "No such table."),
        RuleOutcome("8794", Outcome.PASSED),
    )
    return Report("cin", 2026, "999", Source(name, "a" * 64), {"ChildIdentifiers": children}, outcomes, findings)


def view(
    *findings: Finding, comparison: Comparison | None = None, explained: Explained | None = None,
    crashed: tuple[str, ...] = (), name: str = "made.xml",
) -> View:  # fmt: skip
    return View(report(*findings, crashed=crashed, name=name), CIN, comparison, explained)
