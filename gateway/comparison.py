"""Compare a report with an earlier one: what is new, what is fixed, what is unchanged."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.errors import Misconfigured
from schemas.findings import Finding, Location, Outcome, Report, Severity
from schemas.form import FORM_RULES

# Rows and lines move when other records come and go; what was found, where and on what value does not.
Identity = tuple[str, str, tuple[tuple[str, str, str], ...]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a report differs from an earlier one.

    `new` holds positions in the findings; `fixed` the earlier findings that are gone; `unchecked`
    counts earlier findings of rules that were not evaluated this time; `remarks` are sentences on
    how far the two can be compared.
    """

    earlier: str
    new: frozenset[int]
    fixed: tuple[Finding, ...]
    unchanged: int
    unchecked: int = 0
    remarks: tuple[str, ...] = ()


def compare(report: Report, earlier: Path) -> Comparison:
    """Compare with an earlier JSON report; raise Misconfigured where the file is none, or of another return."""
    stored = _stored(earlier)
    if stored["return"] != report.return_name:
        raise Misconfigured(
            f"{earlier.name} is a report of another return ({stored['return']}).",
            hint="Give --since a report of the same return.",
        )
    before = [finding_of(item) for item in stored["findings"]]
    left = Counter(_identity(finding) for finding in before)
    new = frozenset(at for at, finding in enumerate(report.findings) if not _taken(left, finding))
    gone = [finding for finding in before if _taken(left, finding)]
    evaluated = _evaluated(report)
    fixed = tuple(finding for finding in gone if finding.code in evaluated)
    return Comparison(
        earlier.name,
        new,
        fixed,
        len(report.findings) - len(new),
        len(gone) - len(fixed),
        tuple(_remarks(report, stored, earlier.name)),
    )


def _taken(left: Counter[Identity], finding: Finding) -> bool:
    """Take one finding like this out of those that are left; tell whether there was one."""
    identity = _identity(finding)
    if left[identity] == 0:
        return False
    left[identity] -= 1
    return True


def _evaluated(report: Report) -> frozenset[str]:
    rules = (*report.with_outcome(Outcome.PASSED), *report.with_outcome(Outcome.FAILED))
    return frozenset(rule.code for rule in rules) | {rule.code for rule in FORM_RULES}


def _remarks(report: Report, stored: dict[str, Any], name: str) -> list[str]:
    found = []
    if stored.get("year") != report.year:
        found.append(f"{name} is a report of the {stored.get('year')} collection, this one of {report.year}.")
    if stored.get("authority") != report.authority:
        found.append(f"{name} is a report of another authority.")
    return found


def _stored(path: Path) -> dict[str, Any]:
    try:
        stored = json.loads(path.read_text(encoding="utf-8-sig"))
        _ = [stored["return"], *(_identity(finding_of(item)) for item in stored["findings"])]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Misconfigured(
            f"{path.name} is no report that the gateway wrote ({type(error).__name__}).",
            hint="Give --since a file written with --format json.",
        ) from None
    return dict(stored)


def finding_of(item: dict[str, Any]) -> Finding:
    """Read a finding of a JSON report."""
    return Finding(
        str(item["code"]),
        Severity(item["severity"]),
        str(item["child_id"]),
        str(item["message"]),
        str(item["hint"]),
        tuple(
            Location(
                place["table"],
                place["row"],
                place["field"],
                place["value"],
                place["line"],
                place.get("path", ""),
                file=place.get("file", ""),
            )
            for place in item["locations"]
        ),
    )


def _identity(finding: Finding) -> Identity:
    places = sorted((place.table, place.field, place.value or "") for place in finding.locations)
    return (finding.code, finding.child_id, tuple(places))
