from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.comparison import Comparison, compare
from gateway.reports.json import render_json
from gateway.reports.view import View
from report_builder import error, place, query, report
from schemas.cin.definition import CIN
from schemas.errors import Misconfigured
from schemas.findings import Outcome, Report, RuleOutcome


def compared(folder: Path, before: Report, now: Report) -> Comparison:
    path = folder / "monday.json"
    path.write_text(render_json(View(before, CIN)), encoding="utf-8")
    return compare(now, path)


def test_new_fixed_and_unchanged_findings_are_told_apart(tmp_path: Path) -> None:
    gone, stays, comes = error("C1"), error("C2"), error("C3")
    found = compared(tmp_path, report(gone, stays), report(stays, comes))
    assert (found.earlier, sorted(found.new), found.unchanged) == ("monday.json", [1], 1)
    assert [(item.code, item.child_id, item.locations) for item in found.fixed] == [("8810", "C1", gone.locations)]
    assert (found.unchecked, found.remarks) == (0, ())


def test_a_record_that_moved_is_not_new(tmp_path: Path) -> None:
    before, now = error("C1", place(row=4, line=1234)), error("C1", place(row=9, line=2345))
    found = compared(tmp_path, report(before), report(now))
    assert (found.new, found.fixed, found.unchanged) == (frozenset(), (), 1)


def test_a_value_that_changed_and_is_still_wrong_is_new(tmp_path: Path) -> None:
    before, now = error("C1", place(value="RC8")), error("C1", place(value="RC9"))
    found = compared(tmp_path, report(before), report(now))
    assert found.new == {0}
    assert [item.locations for item in found.fixed] == [before.locations]


def test_equal_findings_are_counted_not_merged(tmp_path: Path) -> None:
    same = [error("", place(row=row)) for row in range(3)]
    found = compared(tmp_path, report(*same[:2]), report(*same))
    assert (sorted(found.new), len(found.fixed), found.unchanged) == ([2], 0, 2)
    found = compared(tmp_path, report(*same), report(*same[:1]))
    assert (found.new, len(found.fixed), found.unchanged) == (frozenset(), 2, 1)


def test_findings_of_rules_that_were_not_evaluated_this_time_are_not_fixed(tmp_path: Path) -> None:
    now = report()
    found = compared(tmp_path, report(error("C1"), query("C1"), error("C1", code="FORM07")), now)
    assert ([item.code for item in found.fixed], found.unchecked) == (["FORM07"], 2)
    evaluated = replace(now, outcomes=(RuleOutcome("8810", Outcome.PASSED), RuleOutcome("8525Q", Outcome.ERRORED)))
    found = compared(tmp_path, report(error("C1"), query("C1")), evaluated)
    assert ([item.code for item in found.fixed], found.unchecked) == (["8810"], 1)


def test_another_year_or_authority_is_pointed_out(tmp_path: Path) -> None:
    found = compared(tmp_path, replace(report(), year=2025, authority="998"), report())
    assert found.remarks == (
        "monday.json is a report of the 2025 collection, this one of 2026.",
        "monday.json is a report of another authority.",
    )


def test_a_report_of_another_return_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"^monday\.json is a report of another return \(ssda903\)\.$"):
        compared(tmp_path, replace(report(), return_name="ssda903"), report())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "JSONDecodeError"),
        ("[]", "TypeError"),
        ("{}", "KeyError"),
        ('{"return": "cin", "findings": [{}]}', "KeyError"),
        ('{"return": "cin", "findings": 3}', "TypeError"),
        (json.dumps({"return": "cin", "findings": [{"code": "1", "severity": "no"}]}), "ValueError"),
    ],
)
def test_a_file_that_is_no_report_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "odd.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Misconfigured) as caught:
        compare(report(), path)
    assert caught.value.message == f"odd.json is no report that the gateway wrote ({reason})."
    assert caught.value.hint == "Give --since a file written with --format json."
