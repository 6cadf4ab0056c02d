"""Compare DfE's error report on a file with ours: rule by rule and child by child, with what explains a difference."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from adapters.collect.read import ErrorReport
from schemas.findings import Finding, Outcome, Report, RuleOutcome
from schemas.form import FORM_RULES
from schemas.rules import ReturnDefinition, code_order

_CODE = re.compile(r"0*([0-9]+)Q?", re.IGNORECASE)


class Why(StrEnum):
    """Why a rule was found by one side alone, as far as it can be told."""

    AGREED = "Both found the same."
    UNKNOWN_RULE = "The gateway has no such rule in this year. Report it: the rules of the year may have changed."
    NOT_EVALUATED = "The gateway did not evaluate it here"
    CRASHED = "The rule crashed here. Report it."
    OTHER_FILE = "DfE names children who are not in this file: its report is of another file, or came before it."
    THEIRS = (
        "The gateway evaluated the rule and found nothing for them. Look at one of the children: either the report is "
        "of an earlier file, or the two understand the rule differently."
    )
    OURS = (
        "DfE does not list them: the report may be filtered, of another file, or edited in COLLECT since; else the two "
        "understand the rule differently. Correct what the finding says; it costs nothing at DfE."
    )
    FORM = "This is about the form of the file, which DfE tests when it is loaded and does not list."
    BOTH = "Each found children that the other did not. Look at one of each kind."
    COUNTS = "The numbers differ, and the report names no children. Save the report that lists each error."
    UNLISTED = "There are more findings here than are listed, so that some of DfE's may be among them."


@dataclass(frozen=True, slots=True)
class RuleCompared:
    """One rule on both sides. The children are ids as the file and DfE give them, empty for the whole return.

    `ours` and `theirs` count findings; `severity` is ours, else DfE's; `note` tells of one that differs.
    """

    code: str
    summary: str
    severity: str
    ours: int
    theirs: int
    same: tuple[str, ...]
    only_ours: tuple[str, ...]
    only_theirs: tuple[str, ...]
    why: str
    note: str = ""

    @property
    def agreed(self) -> bool:
        """Tell whether both sides found the same."""
        return self.why == Why.AGREED


@dataclass(frozen=True, slots=True)
class Compared:
    """Both reports beside each other. `by_child` tells whether DfE's names children."""

    return_name: str
    year: int
    by_child: bool
    rules: tuple[RuleCompared, ...]

    @property
    def agreed(self) -> bool:
        """Tell whether both sides found the same throughout."""
        return all(rule.agreed for rule in self.rules)

    @property
    def headline(self) -> str:
        """Say in one sentence how far they agree."""
        same = sum(rule.agreed for rule in self.rules)
        if self.agreed:
            return f"Both found the same: {same:,} rules."
        return f"{same:,} of {len(self.rules):,} rules agree."


@dataclass(frozen=True, slots=True)
class _Sides:
    """What both know: our report, its findings and outcomes by rule, the file's children, the rules of the year."""

    report: Report
    findings: Mapping[str, list[Finding]]
    outcomes: Mapping[str, RuleOutcome]
    children: frozenset[str]
    summaries: Mapping[str, str]
    by_child: bool


def compare(report: Report, theirs: ErrorReport, definition: ReturnDefinition, children: Iterable[str]) -> Compared:
    """Put both beside each other; `children` are the ids of all children in the file."""
    known = {rule.code: rule.summary for rule in definition.rules(report.year)}
    known |= {rule.code: rule.summary for rule in FORM_RULES}
    spelt = {_bare(code): code for code in known}
    written = {code: spelt.get(_bare(code), code) for code in theirs.rows.get_column("code").unique()}
    rows = theirs.rows.with_columns(pl.col("code").replace(written))
    outcomes = {item.code: item for item in report.outcomes}
    findings = dict[str, list[Finding]]()
    for finding in report.findings:
        findings.setdefault(finding.code, []).append(finding)
    sides = _Sides(report, findings, outcomes, frozenset(children), known, theirs.by_child)
    codes = {*report.by_rule, *rows.get_column("code")}
    parts = rows.partition_by("code", as_dict=True)
    empty = rows.clear()
    compared = tuple(_rule(sides, code, parts.get((code,), empty)) for code in sorted(codes, key=code_order))
    return Compared(report.return_name, report.year, theirs.by_child, compared)


def _bare(code: str) -> str:
    """Give a code without the letter of queries and leading noughts, which not everybody writes."""
    found = _CODE.fullmatch(code)
    return found[1] if found else code.upper()


def _rule(sides: _Sides, code: str, rows: pl.DataFrame) -> RuleCompared:
    found = sides.findings.get(code, [])
    ours = {finding.child_id for finding in found}
    theirs = set(rows.get_column("child")) if sides.by_child else set[str]()
    severity = found[0].severity.value if found else next(iter(rows.get_column("severity")), "")
    counted = sides.report.by_rule.get(code, 0), int(rows.get_column("count").sum())
    return RuleCompared(
        code,
        sides.summaries.get(code, ""),
        severity,
        *counted,
        tuple(sorted(ours & theirs)),
        tuple(sorted(ours - theirs)) if sides.by_child else (),
        tuple(sorted(theirs - ours)),
        _why(sides, code, (ours, theirs), counted),
        _note(severity, rows),
    )


def _why(sides: _Sides, code: str, found: tuple[set[str], set[str]], counted: tuple[int, int]) -> str:
    ours, theirs = found
    if (ours == theirs) if sides.by_child else (counted[0] == counted[1]):
        return Why.AGREED
    return next(_reasons(sides, code, found, counted))


def _reasons(sides: _Sides, code: str, found: tuple[set[str], set[str]], counted: tuple[int, int]) -> Iterator[str]:
    """Give what can explain that a rule differs, the most telling first."""
    ours, theirs = found
    if code not in sides.summaries:
        yield Why.UNKNOWN_RULE
    outcome = sides.outcomes.get(code)
    if outcome is not None and outcome.outcome is Outcome.NOT_EVALUATED:
        yield f"{Why.NOT_EVALUATED}: {outcome.reason}"
    if outcome is not None and outcome.outcome is Outcome.ERRORED:
        yield Why.CRASHED
    if not counted[1] and code in {rule.code for rule in FORM_RULES}:
        yield Why.FORM
    if not sides.by_child and all(counted):
        yield Why.COUNTS
    if any(child and child not in sides.children for child in theirs):
        yield Why.OTHER_FILE
    if theirs - ours and any(item.code == code for item in sides.report.unlisted):
        yield Why.UNLISTED
    if not counted[1] or theirs < ours:
        yield Why.OURS
    if not counted[0] or ours < theirs:
        yield Why.THEIRS
    yield Why.BOTH


def _note(severity: str, rows: pl.DataFrame) -> str:
    """Tell where DfE calls an error what we call a query, or the other way round."""
    other = sorted({text for text in rows.get_column("severity") if text} - {severity})
    return f"DfE calls it: {', '.join(other)}." if severity and other else ""
