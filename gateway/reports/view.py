"""What every format shows: the report, with notes and the comparison beside it."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.comparison import Comparison
from gateway.explanations import Explained
from schemas.findings import Finding, Outcome, Report, Severity
from schemas.form import FORM_RULES
from schemas.rules import ReturnDefinition

_PLURALS = {"query": "queries", "child": "children"}


@dataclass(frozen=True, slots=True)
class RuleCount:
    """One rule with findings: what it means and how many there are."""

    code: str
    severity: Severity
    group: str
    summary: str
    hint: str
    count: int


@dataclass(frozen=True, slots=True)
class View:
    """A report as it is shown."""

    report: Report
    definition: ReturnDefinition
    comparison: Comparison | None = None
    explained: Explained | None = None

    @property
    def headline(self) -> str:
        """Say in one sentence how the return stands."""
        report = self.report
        children = report.rows.get(self.definition.child_table, 0)
        errors, queries = counted(report.errors, "error"), counted(report.queries, "query")
        crashed = report.with_outcome(Outcome.ERRORED)
        if report.ready:
            return f"Ready: no errors and {queries} in {counted(children, 'child')}."
        if not report.errors:
            return f"Not ready: {counted(len(crashed), 'rule')} crashed. No errors and {queries} so far."
        within = f" {report.children_with_errors:,} of {counted(children, 'child')} have errors."
        return f"Not ready: {errors} and {queries}.{within}"

    @property
    def form_errors(self) -> int:
        """Count the findings that would stop the upload."""
        codes = {rule.code for rule in FORM_RULES}
        return sum(finding.code in codes for finding in self.report.findings)

    def rule_counts(self) -> list[RuleCount]:
        """List the rules with findings, most findings first."""
        form = {rule.code: rule for rule in FORM_RULES}
        rules = {rule.code: rule for rule in self.definition.all_rules}
        found = []
        for code, count in self.report.by_rule.items():
            if code in form:
                found.append(RuleCount(code, Severity.ERROR, "form", form[code].summary, form[code].hint, count))
            else:
                rule = rules[code]
                found.append(RuleCount(code, rule.severity, rule.group, rule.summary, rule.hint, count))
        return found

    def state(self, position: int) -> str:
        """Say whether a finding is new since the earlier report; empty without one."""
        if self.comparison is None:
            return ""
        return "new" if position in self.comparison.new else "unchanged"

    def note(self, position: int) -> str:
        """Give the officer's note on a finding."""
        return self.explained.by_finding.get(position, "") if self.explained else ""

    def remarks(self) -> list[str]:
        """List what the reader should know beside the findings."""
        told = list(self.report.notices)
        if self.form_errors:
            are = "finding stops" if self.form_errors == 1 else "findings stop"
            told.append(f"{self.form_errors:,} {are} the upload itself (codes FORM...): mend those first.")
        if self.comparison is not None:
            told.append(
                f"Since {self.comparison.earlier}: {len(self.comparison.new):,} new, "
                f"{len(self.comparison.fixed):,} fixed, {self.comparison.unchanged:,} unchanged."
            )
        if self.explained is not None:
            told.append(f"{counted(len(self.explained.by_finding), 'query')} explained.")
            told += [f"The note on {_about(n.rule, n.child)} matches nothing any more." for n in self.explained.stale]
            told += [
                f"The note on {_about(n.rule, n.child)} is on an error, which must be corrected."
                for n in self.explained.on_errors
            ]
        return told


def counted(number: int, what: str) -> str:
    """Write a number with its noun: 1 error, 2 errors."""
    return f"{number:,} {what if number == 1 else _PLURALS.get(what, what + 's')}"


def child_name(finding: Finding) -> str:
    """Name the child of a finding, or the return."""
    if finding.child_id:
        return finding.child_id
    return "(child without identifier)" if any(place.row is not None for place in finding.locations) else "(return)"


def _about(rule: str, child: str) -> str:
    return f"{rule} for {child}" if child else rule
