"""What every format shows: the report, with notes and the comparison beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.comparison import Comparison
from gateway.explanations import Explained, Note
from gateway.figures import Figures
from gateway.reports.words import counted, plain
from schemas.findings import Finding, Outcome, Report, Severity
from schemas.form import FORM_RULES
from schemas.rules import ReturnDefinition


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
    figures: Figures | None = None

    @property
    def headline(self) -> str:
        """Say in one sentence how the return stands."""
        report = self.report
        children = counted(report.rows.get(self.definition.child_table, 0), "child")
        errors, queries = counted(report.errors, "error"), self._queries
        if report.ready:
            return f"Ready: no errors and {queries} in {children}."
        if not report.errors:
            crashed = counted(len(report.with_outcome(Outcome.ERRORED)), "rule")
            return f"Not ready: {crashed} crashed. No errors and {queries} so far."
        return f"Not ready: {errors} and {queries}. {report.children_with_errors:,} of {children} have errors."

    @property
    def _queries(self) -> str:
        queries = counted(self.report.queries, "query")
        return f"{queries} ({self.explained_queries:,} explained)" if self.explained else queries

    @property
    def explained_queries(self) -> int:
        """Count the queries that have a note."""
        return len(self.explained.by_finding) if self.explained else 0

    @property
    def form_errors(self) -> int:
        """Count the findings that would stop the upload."""
        codes = {rule.code for rule in FORM_RULES}
        return sum(count for code, count in self.report.by_rule.items() if code in codes)

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

    def child(self, finding: Finding) -> str:
        """Name the child of a finding, by its place where it has no identifier, or say that the return is meant."""
        if finding.child_id:
            return plain(finding.child_id)
        return f"(child {finding.child_rows[0] + 1:,}, no identifier)" if finding.child_rows else "(return)"

    def remarks(self) -> list[str]:
        """List what the reader should know beside the findings."""
        told = list(self.report.notices)
        if self.form_errors:
            are = "finding stops" if self.form_errors == 1 else "findings stop"
            told.append(f"{self.form_errors:,} {are} the upload itself (codes FORM...): mend those first.")
        return [*told, *self._since(), *self._notes()]

    def _since(self) -> Iterator[str]:
        if self.comparison is None:
            return
        found = self.comparison
        new, fixed = f"{len(found.new):,} new", f"{len(found.fixed):,} fixed"
        yield f"Since {found.earlier}: {new}, {fixed}, {found.unchanged:,} unchanged."
        if found.unchecked:
            yield f"{counted(found.unchecked, 'finding')} of {found.earlier}: the rule was not evaluated this time."
        yield from found.remarks

    def _notes(self) -> Iterator[str]:
        if self.explained is None:
            return
        left = self.report.queries - self.explained_queries
        yield f"{counted(self.explained_queries, 'query')} explained, {left:,} not."
        for note in self.explained.stale:
            yield f"The note on {_about(note)} matches nothing any more."
        for note in self.explained.on_errors:
            yield f"The note on {_about(note)} is on an error, which must be corrected."


def _about(note: Note) -> str:
    return plain(f"{note.rule} for {note.child}" if note.child else note.rule)
