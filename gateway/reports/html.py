"""The report as one HTML page that needs nothing else: no network, no other file."""

from __future__ import annotations

import base64
import hashlib
import json
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gateway.reports import figures as numbers
from gateway.reports.view import View
from gateway.reports.words import cell_name, cell_place, cell_value, counted, plain
from schemas.findings import Finding, Outcome

_BARS = 10
_FIXED = 500


def render_html(view: View) -> str:
    """Give the page. Texts of the return reach it as data only: escaped, or inside the JSON block."""
    environment = Environment(
        loader=PackageLoader("gateway.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = _part("report.css"), _part("report.js")
    rules = view.rule_counts()
    return environment.get_template("report.html").render(
        view=view,
        report=view.report,
        rules=rules,
        bars=rules[:_BARS],
        most=max((rule.count for rule in rules), default=1),
        tables=sorted({place.table for finding in view.report.findings for place in finding.locations if place.table}),
        remarks=view.remarks(),
        not_evaluated=view.report.with_outcome(Outcome.NOT_EVALUATED),
        errored=view.report.with_outcome(Outcome.ERRORED),
        most_fixed=_FIXED,
        counted=counted,
        numbers=numbers,
        plain=plain,
        style=Markup(style),  # noqa: S704  # our own file, no data in it
        script=Markup(script),  # noqa: S704  # our own file, no data in it
        style_hash=_hash(style),
        script_hash=_hash(script),
        data=_data(view),
    )


def _part(name: str) -> str:
    return (files("gateway.reports") / "templates" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _data(view: View) -> Markup:
    """Give the findings as JSON that cannot end the script element that holds it."""
    found = [_finding(view, position, finding) for position, finding in enumerate(view.report.findings)]
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(safe)  # noqa: S704  # <, > and & are escaped above


def _finding(view: View, position: int, finding: Finding) -> list[Any]:
    """Pack a finding: rule, severity, child, message, cells, note, state; a cell is table, name, value, place."""
    cells = [[place.table, cell_name(place), cell_value(place), cell_place(place)] for place in finding.locations]
    return [
        finding.code,
        finding.severity.value,
        view.child(finding),
        plain(finding.message),
        cells,
        plain(view.note(position)),
        view.state(position),
    ]
