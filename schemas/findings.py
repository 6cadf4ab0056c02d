"""What a check finds: findings, their locations, and the outcome of each rule."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

# Nobody reads more findings of one rule, and a hostile file could ask for millions.
MOST_LISTED = 10_000


class Severity(StrEnum):
    """An error stops the return from being accepted; a query must be corrected or explained."""

    ERROR = "error"
    QUERY = "query"


class Outcome(StrEnum):
    """What became of one rule. Only passed and failed count as checked."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_EVALUATED = "not_evaluated"
    ERRORED = "errored"


@dataclass(frozen=True, slots=True)
class Origin:
    """The record of the case system that a record of a return was built from."""

    table: str
    key: str
    person: str


@dataclass(frozen=True, slots=True)
class Location:
    """One cell that a finding points at.

    `row` is the 0-based position of the record within its table in document order (None where the
    place is no record); `line` the 1-based source line; `path` the element path for form findings. `origin` is where
    the record was built from, None in a return that was only read. `file` names the file or sheet that has the line,
    empty where the return is one file.
    """

    table: str
    row: int | None
    field: str
    value: str | None
    line: int | None
    path: str = ""
    origin: Origin | None = None
    file: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong: what, how bad, about which child, and every cell it concerns.

    `child_id` is the identifier as the file gives it, empty where the finding is about the whole
    return or the child has none. `child_rows` are the 0-based positions of the children concerned: an
    identifier can be missing, or the same for two.
    """

    code: str
    severity: Severity
    child_id: str
    message: str
    hint: str
    locations: tuple[Location, ...] = ()
    child_rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unlisted:
    """The findings of one rule beyond the `MOST_LISTED` that are listed: how many, and about which children."""

    code: str
    severity: Severity
    count: int
    child_rows: frozenset[int]


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """The outcome of one rule, with the reason where it was not evaluated or crashed."""

    code: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """The file that was checked, by name and fingerprint."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that one check of one return found.

    `rows` counts the records of each table; `findings` stand form findings first, then by rule code
    and document order; `notices` are sentences about the check as a whole. Every count includes the
    `unlisted` findings.
    """

    return_name: str
    year: int
    authority: str
    source: Source
    rows: dict[str, int]
    outcomes: tuple[RuleOutcome, ...]
    findings: tuple[Finding, ...]
    notices: tuple[str, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()

    @property
    def errors(self) -> int:
        """Count the findings that are errors."""
        return self._count(Severity.ERROR)

    @property
    def queries(self) -> int:
        """Count the findings that are queries."""
        return self._count(Severity.QUERY)

    def _count(self, severity: Severity) -> int:
        listed = sum(finding.severity is severity for finding in self.findings)
        return listed + sum(item.count for item in self.unlisted if item.severity is severity)

    @property
    def children_with_errors(self) -> int:
        """Count the different children that have an error."""
        listed = {row for item in self.findings if item.severity is Severity.ERROR for row in item.child_rows}
        return len(listed.union(*(item.child_rows for item in self.unlisted if item.severity is Severity.ERROR)))

    @property
    def by_rule(self) -> dict[str, int]:
        """Count findings by code, most frequent first."""
        counts = Counter(finding.code for finding in self.findings)
        counts.update({item.code: item.count for item in self.unlisted})
        return dict(counts.most_common())

    def with_outcome(self, outcome: Outcome) -> tuple[RuleOutcome, ...]:
        """List the rules that ended in `outcome`."""
        return tuple(item for item in self.outcomes if item.outcome is outcome)

    @property
    def ready(self) -> bool:
        """Tell whether nothing stands against submission: no error, and no rule that crashed."""
        return self.errors == 0 and not self.with_outcome(Outcome.ERRORED)
