"""The rules that exist against the reference list, for every year, and their tests."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from schemas.cin.definition import CIN
from schemas.findings import Severity
from schemas.rules import Rule

HERE = Path(__file__).parent
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


def test_every_rule_has_tests_named_after_it() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in (HERE / "rules").glob("test_*.py"))
    tested = set(re.findall(r"def test_(\d+Q?)_", text))
    assert {rule.code for rule in CIN.all_rules} - tested == set()


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
