"""The rules that exist against the reference list, for every year, and their tests."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from rule_cases import Lie, RuleTests, never_fails, never_passes, only_where, points_nowhere
from schemas.rules import Rule
from schemas.ssda903.definition import SSDA903
from schemas.ssda903.layout import YEARS, ssda903_layout

HERE = Path(__file__).parent
TESTS = RuleTests(HERE / "rules", "looked_after_builder")
with (HERE / "reference_codes.csv").open(encoding="utf-8", newline="") as _handle:
    REFERENCE = {row["code"]: row for row in csv.DictReader(_handle)}
COUNTS = {2023: 293, 2024: 312, 2025: 305, 2026: 316, 2027: 327}
CODES = [rule.code for rule in SSDA903.all_rules]
CHANGED = [(code, int(year)) for code, row in REFERENCE.items() for year in row["changed"].split()]


def expected(year: int) -> set[str]:
    return {
        code
        for code, row in REFERENCE.items()
        if int(row["since"]) <= year and (not row["until"] or year <= int(row["until"]))
    }


@pytest.mark.parametrize("year", COUNTS)
def test_every_rule_of_the_year_is_there_and_no_other(year: int) -> None:
    codes = [rule.code for rule in SSDA903.rules(year)]
    assert len(codes) == len(set(codes)) == COUNTS[year]
    assert set(codes) == expected(year)


@pytest.mark.parametrize("year", range(2017, 2023))
def test_earlier_years_use_the_rules_of_2023(year: int) -> None:
    assert SSDA903.rules(year) == SSDA903.rules(2023)


@pytest.mark.parametrize("code", CODES)
def test_the_tests_of_a_rule_have_a_failing_case(code: str) -> None:
    assert TESTS.notice(code, never_fails)


@pytest.mark.parametrize("code", CODES)
def test_the_tests_of_a_rule_have_a_passing_case(code: str) -> None:
    assert TESTS.notice(code, never_passes)


@pytest.mark.parametrize("code", CODES)
def test_the_tests_of_a_rule_look_at_the_cells(code: str) -> None:
    assert TESTS.notice(code, points_nowhere)


@pytest.mark.parametrize(("code", "year"), CHANGED)
@pytest.mark.parametrize("lie", [never_fails, never_passes])
def test_the_tests_of_a_changed_rule_have_cases_in_the_last_year_before_and_the_first_after(
    code: str, year: int, lie: Lie
) -> None:
    assert TESTS.notice(code, only_where(lie, lambda collection: collection == year - 1))
    assert TESTS.notice(code, only_where(lie, lambda collection: collection == year))


@pytest.mark.parametrize("code", [code for code, row in REFERENCE.items() if int(row["since"]) > 2023])
def test_the_tests_of_a_later_rule_have_a_case_in_its_first_year(code: str) -> None:
    since = int(REFERENCE[code]["since"])
    assert TESTS.notice(code, only_where(never_fails, lambda collection: collection == since))


@pytest.mark.parametrize("rule", SSDA903.all_rules, ids=lambda rule: rule.code)
def test_a_rule_explains_itself(rule: Rule) -> None:
    assert rule.summary.endswith(".")
    assert rule.hint.endswith(".")
    assert rule.doc, "a rule says where its boundary is"
    assert rule.severity == REFERENCE[rule.code]["severity"]
    for reference in rule.fields:
        layouts = [ssda903_layout(year) for year in YEARS if ssda903_layout(year).has(reference.table)]
        assert any(layout.table(reference.table).has(reference.field) for layout in layouts), reference


def test_no_two_rules_share_a_sentence() -> None:
    summaries = [rule.summary for rule in SSDA903.all_rules]
    assert len(summaries) == len(set(summaries))
