"""Compare a report with an earlier one: what is new, what is fixed, what is unchanged."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.errors import Misconfigured
from schemas.findings import Finding, Report

# Rows and lines move when other records come and go; what was found, where and on what value does not.
Identity = tuple[str, str, tuple[tuple[str, str, str], ...]]


@dataclass(frozen=True, slots=True)
class Fixed:
    """A finding of the earlier report that is gone."""

    code: str
    child_id: str
    message: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a report differs from an earlier one; `new` holds positions in the findings."""

    earlier: str
    new: frozenset[int]
    fixed: tuple[Fixed, ...]
    unchanged: int


def compare(report: Report, earlier: Path) -> Comparison:
    """Compare with an earlier JSON report; raise Misconfigured where the file is none."""
    before = _findings(earlier)
    left = Counter(_stored_identity(item) for item in before)
    new = set()
    for position, finding in enumerate(report.findings):
        identity = _identity(finding)
        if left[identity] > 0:
            left[identity] -= 1
        else:
            new.add(position)
    fixed = []
    for item in before:
        identity = _stored_identity(item)
        if left[identity] > 0:
            left[identity] -= 1
            fixed.append(Fixed(item["code"], item["child_id"], item["message"]))
    return Comparison(earlier.name, frozenset(new), tuple(fixed), len(report.findings) - len(new))


def _findings(path: Path) -> list[dict[str, Any]]:
    try:
        findings = json.loads(path.read_text(encoding="utf-8"))["findings"]
        for item in findings:
            _stored_identity(item)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Misconfigured(
            f"{path.name} is no report that the gateway wrote ({type(error).__name__}).",
            hint="Give --since a file written with --format json.",
        ) from None
    return list(findings)


def _identity(finding: Finding) -> Identity:
    places = sorted((place.table, place.field, place.value or "") for place in finding.locations)
    return (finding.code, finding.child_id, tuple(places))


def _stored_identity(item: dict[str, Any]) -> Identity:
    places = sorted((place["table"], place["field"], place["value"] or "") for place in item["locations"])
    return (item["code"], item["child_id"], tuple(places))
