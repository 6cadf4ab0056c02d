"""The rules that exist against the reference list, for every year, and their tests."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from rule_cases import Lie, RuleTests, never_fails, never_passes, only_where, points_nowhere
from schemas.cin.definition import CIN
from schemas.findings import Severity
from schemas.rules import Rule

HERE = Path(__file__).parent
TESTS = RuleTests(HERE / "rules", "census_builder")
with (HERE / "reference_codes.csv").open(encoding="utf-8", newline="") as _handle:
    REFERENCE = list(csv.DictReader(_handle))
COUNTS = {2023: 105, 2024: 105, 2025: 109, 2026: 109, 2027: 121}


def expected(year: int) -> set[str]:
    return {
        row["code"]
        for row in REFERENCE
        if int(row["since"]) <= year and (not row["until"] or year <= int(row["until"]))
    }


@pytest.mark.parametrize("year", COUNTS)
def test_every_rule_of_the_year_is_there_and_no_other(year: int) -> None:
    codes = [rule.code for rule in CIN.rules(year)]
    assert len(codes) == len(set(codes)) == COUNTS[year]
    assert set(codes) == expected(year)


@pytest.mark.parametrize("year", range(2017, 2023))
def test_earlier_years_use_the_rules_of_2023(year: int) -> None:
    assert CIN.rules(year) == CIN.rules(2023)


CODES = [rule.code for rule in CIN.all_rules]
ABOUT_THE_WHOLE_RETURN = {"2883", "2886Q", "2887Q", "2888Q", "8995Q"}
# Rules that ask for something else from a year on, and that year; 2022 stands for the years before the first rules.
CHANGED = [
    ("1530", 2024),
    ("2886Q", 2025),
    ("4180", 2025),
    ("8640", 2023),
    ("8750", 2025),
    ("8770Q", 2025),
    ("8866", 2023),
]


@pytest.mark.parametrize("code", CODES)
def test_the_tests_of_a_rule_have_a_failing_case(code: str) -> None:
    assert TESTS.notice(code, never_fails)


@pytest.mark.parametrize("code", CODES)
def test_the_tests_of_a_rule_have_a_passing_case(code: str) -> None:
    assert TESTS.notice(code, never_passes)


@pytest.mark.parametrize("code", CODES)
def test_the_tests_of_a_rule_look_at_the_cells(code: str) -> None:
    assert TESTS.notice(code, points_nowhere) == (code not in ABOUT_THE_WHOLE_RETURN)


@pytest.mark.parametrize(("code", "year"), CHANGED)
@pytest.mark.parametrize("lie", [never_fails, never_passes])
def test_the_tests_of_a_changed_rule_have_cases_in_the_last_year_before_and_the_first_after(
    code: str, year: int, lie: Lie
) -> None:
    assert TESTS.notice(code, only_where(lie, lambda collection: collection == year - 1))
    assert TESTS.notice(code, only_where(lie, lambda collection: collection == year))


@pytest.mark.parametrize("code", [row["code"] for row in REFERENCE if int(row["since"]) > 2023])
def test_the_tests_of_a_later_rule_have_a_case_in_its_first_year(code: str) -> None:
    since = next(int(row["since"]) for row in REFERENCE if row["code"] == code)
    assert TESTS.notice(code, only_where(never_fails, lambda collection: collection == since))


def test_a_rule_says_where_its_meaning_is_unconfirmed() -> None:
    said = {rule.code for rule in CIN.all_rules if "Unconfirmed" in rule.doc}
    assert said == {row["code"] for row in REFERENCE if row["unconfirmed"]}


def test_only_the_rules_of_2027_are_drafts() -> None:
    drafts = {rule.code for rule in CIN.all_rules if rule.draft}
    assert drafts == expected(2027) - expected(2026)


@pytest.mark.parametrize("rule", CIN.all_rules, ids=lambda rule: rule.code)
def test_a_rule_explains_itself(rule: Rule) -> None:
    assert rule.summary.endswith(".")
    assert rule.hint.endswith(".")
    assert rule.doc, "a rule says where its boundary is"
    assert (rule.severity is Severity.QUERY) == rule.code.endswith("Q")
    for reference in rule.fields:
        assert any(
            CIN.layout(year).has(reference.table) and CIN.layout(year).table(reference.table).has(reference.field)
            for year in CIN.years
        )


def test_no_two_rules_share_a_sentence() -> None:
    summaries = [rule.summary for rule in CIN.all_rules]
    assert len(summaries) == len(set(summaries))
