"""The report as JSON: the format that other programs build on."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from gateway.reports.view import View
from schemas.findings import Finding, Outcome


def render_json(view: View) -> str:
    """Give the report, one finding a line; the keys are a contract, more may come."""
    report = content(view)
    findings = ",\n".join(json.dumps(finding, ensure_ascii=False) for finding in report.pop("findings"))
    head = ",\n".join(f"{json.dumps(key)}: {json.dumps(part, ensure_ascii=False)}" for key, part in report.items())
    return f'{{{head},\n"findings": [\n{findings}\n]}}\n'


def content(view: View) -> dict[str, Any]:
    """Give the report as plain values."""
    report = view.report
    found: dict[str, Any] = {
        "return": report.return_name,
        "year": report.year,
        "authority": report.authority,
        "source": {"name": report.source.name, "sha256": report.source.sha256},
        "rows": report.rows,
        "summary": {
            "ready": report.ready,
            "errors": report.errors,
            "queries": report.queries,
            "children_with_errors": report.children_with_errors,
            "form_errors": view.form_errors,
            "by_rule": report.by_rule,
            "outcomes": {outcome.value: len(report.with_outcome(outcome)) for outcome in Outcome},
        },
        "not_evaluated": [
            {"code": item.code, "reason": item.reason} for item in report.with_outcome(Outcome.NOT_EVALUATED)
        ],
        "errored": [{"code": item.code, "error": item.reason} for item in report.with_outcome(Outcome.ERRORED)],
        "notices": list(report.notices),
        "findings": [_finding(view, position, finding) for position, finding in enumerate(report.findings)],
    }
    return found | _beside(view)


def _finding(view: View, position: int, finding: Finding) -> dict[str, Any]:
    found: dict[str, Any] = {
        "code": finding.code,
        "severity": finding.severity.value,
        "child_id": finding.child_id,
        "message": finding.message,
        "hint": finding.hint,
        "locations": [
            {"table": place.table, "row": place.row, "field": place.field, "value": place.value, "line": place.line}
            | ({"path": place.path} if place.path else {})
            | ({"file": place.file} if place.file else {})
            | ({"origin": asdict(place.origin)} if place.origin else {})
            for place in finding.locations
        ],
    }
    if state := view.state(position):
        found["since"] = state
    if note := view.note(position):
        found["explanation"] = note
    return found


def _beside(view: View) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if view.report.unlisted:
        found["unlisted"] = {item.code: item.count for item in view.report.unlisted}
    if view.comparison is not None:
        found["since"] = {
            "report": view.comparison.earlier,
            "new": len(view.comparison.new),
            "fixed": [
                {
                    "code": item.code,
                    "severity": item.severity.value,
                    "child_id": item.child_id,
                    "message": item.message,
                }
                for item in view.comparison.fixed
            ],
            "unchanged": view.comparison.unchanged,
            "unchecked": view.comparison.unchecked,
        }
    if view.explained is not None:
        found["explanations"] = {
            "explained": view.explained_queries,
            "stale": [{"rule": note.rule, "child": note.child} for note in view.explained.stale],
            "on_errors": [{"rule": note.rule, "child": note.child} for note in view.explained.on_errors],
        }
    return found
