"""DfE's error report beside ours: what is the same, what one side alone has, and why."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from adapters.collect.read import ErrorReport
from gateway.reports.compared import render_compared, render_compared_json
from gateway.returns.comparing import Compared, RuleCompared, Why, compare
from schemas.cin.definition import CIN
from schemas.findings import Finding, Outcome, Report, RuleOutcome, Severity, Source, Unlisted

CHILDREN = ("C1", "C2", "C3")


def finding(code: str, child: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(code, severity, child, "Wrong.", "Correct it.")


def report(*findings: Finding, outcomes: tuple[RuleOutcome, ...] = ()) -> Report:
    return Report("cin", 2026, "209", Source("x.xml", "0" * 64), {}, outcomes, findings)


def theirs(*rows: tuple[str, str, str, int], by_child: bool = True) -> ErrorReport:
    schema = {"code": pl.String, "child": pl.String, "severity": pl.String, "count": pl.Int64}
    return ErrorReport(pl.DataFrame(list(rows), schema=schema, orient="row"), by_child)


def only(found: Compared) -> RuleCompared:
    (rule,) = found.rules
    return rule


def beside(ours: Report, *rows: tuple[str, str, str, int], by_child: bool = True) -> RuleCompared:
    return only(compare(ours, theirs(*rows, by_child=by_child), CIN, CHILDREN))


def test_the_same_children_under_either_spelling_of_the_code_agree() -> None:
    ours = report(finding("8770Q", "C1", Severity.QUERY), finding("8770Q", "C2", Severity.QUERY))
    rule = beside(ours, ("8770", "C2", "query", 1), ("08770q", "C1", "query", 1))
    assert (rule.code, rule.same, rule.only_ours, rule.only_theirs) == ("8770Q", ("C1", "C2"), (), ())
    assert (rule.agreed, rule.why, rule.note) == (True, Why.AGREED, "")


@pytest.mark.parametrize(
    ("ours", "rows", "why"),
    [
        (report(), [("9999", "C1", "error", 1)], Why.UNKNOWN_RULE),
        (report(), [("8925", "C1", "error", 1)], Why.THEIRS),
        (report(), [("8925", "C9", "error", 1)], Why.OTHER_FILE),
        (report(finding("8925", "C1")), [], Why.OURS),
        (report(finding("FORM01", "")), [], Why.FORM),
        (report(finding("8925", "C1"), finding("8925", "C2")), [("8925", "C1", "error", 1)], Why.OURS),
        (report(finding("8925", "C1")), [("8925", "C1", "error", 1), ("8925", "C2", "error", 1)], Why.THEIRS),
        (report(finding("8925", "C1")), [("8925", "C2", "error", 1)], Why.BOTH),
        (
            report(outcomes=(RuleOutcome("8925", Outcome.NOT_EVALUATED, "No last year."),)),
            [("8925", "C1", "error", 1)],
            f"{Why.NOT_EVALUATED}: No last year.",
        ),
        (report(outcomes=(RuleOutcome("8925", Outcome.ERRORED, "x"),)), [("8925", "C1", "error", 1)], Why.CRASHED),
        (
            replace(report(finding("8925", "C1")), unlisted=(Unlisted("8925", Severity.ERROR, 5, frozenset()),)),
            [("8925", "C1", "error", 1), ("8925", "C2", "error", 1)],
            Why.UNLISTED,
        ),
    ],
)
def test_a_difference_is_explained(ours: Report, rows: list[tuple[str, str, str, int]], why: str) -> None:
    rule = beside(ours, *rows)
    assert rule.why == why
    assert not rule.agreed


def test_a_report_that_only_counts_is_compared_by_its_numbers() -> None:
    ours = report(finding("8925", "C1"), finding("8925", "C1"))
    assert beside(ours, ("8925", "", "", 2), by_child=False).agreed
    rule = beside(ours, ("8925", "", "", 3), by_child=False)
    assert (rule.ours, rule.theirs, rule.why, rule.only_ours) == (2, 3, Why.COUNTS, ())


def test_another_severity_is_told() -> None:
    rule = beside(report(finding("8925", "C1")), ("8925", "C1", "query", 1))
    assert (rule.agreed, rule.note) == (True, "DfE calls it: query.")


def test_both_are_shown_as_a_table_and_as_json() -> None:
    many = [finding("8925", f"C{number}") for number in range(10, 18)]
    found = compare(report(*many, finding("4180", "C1")), theirs(("4180", "C1", "error", 1)), CIN, CHILDREN)
    text = render_compared(found).decode()
    assert text.startswith("1 of 2 rules agree.\n")
    assert "C10, C11, C12, C13, C14 and 3 more" in text
    content = render_compared_json(found)
    assert '"only_ours": [\n    "C10",\n    "C11"' in content
    assert '"agreed": false' in content
    assert compare(report(), theirs(), CIN, ()).headline == "Both found the same: 0 rules."
