"""The rules, written out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gateway import rulebook
from schemas.cin.definition import CIN
from schemas.errors import Misconfigured
from schemas.form import FORM_RULES
from schemas.ssda903.definition import SSDA903

ROOT = Path(__file__).parents[2]


def only(code: str, year: int | None = None) -> rulebook.Entry:
    (entry,) = rulebook.entries(CIN, code=code, year=year)
    return entry


@pytest.mark.parametrize("entry", rulebook.entries(CIN), ids=lambda entry: entry.code)
def test_every_rule_says_where_it_is_defined(entry: rulebook.Entry) -> None:
    name, _, line = entry.defined_in.rpartition(":")
    assert f'"{entry.code}"' in "".join((ROOT / name).read_text(encoding="utf-8").splitlines()[int(line) - 1 :][:2])


def test_the_book_holds_every_rule_and_each_year_those_in_force() -> None:
    assert [entry.code for entry in rulebook.entries(CIN)] == [rule.code for rule in CIN.all_rules]
    for year in CIN.years:
        assert [entry.code for entry in rulebook.entries(CIN, year=year)] == [rule.code for rule in CIN.rules(year)]


@pytest.mark.parametrize("rule", FORM_RULES, ids=lambda rule: rule.code)
def test_a_form_code_is_explained_too(rule: object) -> None:
    code = getattr(rule, "code", "")
    entry = only(code.lower())
    assert (entry.code, entry.means, entry.fix) == (code, getattr(rule, "summary", ""), getattr(rule, "hint", ""))
    assert entry.years == "2017 on"
    assert code in (ROOT / entry.defined_in).read_text(encoding="utf-8")


def test_a_code_is_found_in_any_letters() -> None:
    assert only(" 8945q ").code == "8945Q"


@pytest.mark.parametrize(
    ("code", "year", "message"),
    [
        ("8926", None, "Children in need census has no rule 8926 in any year. Did you mean 8925 or 8920 or 8906?"),
        ("nonsense", None, "Children in need census has no rule nonsense in any year."),
        ("9000Q", 2024, "Rule 9000Q is not in force in 2024. Its years: 2027 on (draft)."),
        (
            "8925",
            2031,
            "Children in need census: the gateway knows the collections of 2017 to 2027, not of 2031.",
        ),
    ],
)
def test_what_is_not_there_is_told_in_words(code: str, year: int | None, message: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        rulebook.entries(CIN, code=code, year=year)
    assert caught.value.message.partition(" Did")[0] == message.partition(" Did")[0]
    assert ("Did you mean" in caught.value.message) == ("Did you mean" in message)
    assert caught.value.hint


def test_years_tell_the_end_and_the_draft() -> None:
    rule = CIN.all_rules[0]
    assert rulebook.years(replace(rule, since=2023, until=None)) == "2023 on"
    assert rulebook.years(replace(rule, since=2023, until=2025)) == "2023 to 2025"
    assert rulebook.years(replace(rule, since=2027, until=None, draft=True)) == "2027 on (draft)"


def test_a_program_gets_every_part_with_its_type() -> None:
    entry = only("8945Q")
    assert rulebook.described(entry) == {
        "code": "8945Q",
        "severity": "query",
        "since": 2025,
        "until": None,
        "draft": False,
        "means": entry.means,
        "details": entry.details,
        "fix": entry.fix,
        "fields": ["AssessmentFactorsList.AssessmentFactor"],
        "group": "assessment_factors",
        "defined_in": entry.defined_in,
    }


def test_a_person_reads_what_is_wrong_first_and_no_empty_lines() -> None:
    labels = [label for label, _ in rulebook.explained(only("8925"))]
    assert labels == [
        "Rule",
        "What is wrong",
        "How to fix it",
        "Severity",
        "Years",
        "Boundary",
        "Items",
        "Defined in",
    ]
    assert "Items" not in dict(rulebook.explained(only("FORM01")))
    assert dict(rulebook.explained(only("8945Q")))["Severity"] == "query: correct it, or explain why it is right"


def test_the_page_has_a_row_for_each_rule_under_its_group() -> None:
    page = rulebook.markdown(CIN, rulebook.entries(CIN))
    for entry in rulebook.entries(CIN):
        assert page.count(f"\n| {entry.code} | {entry.severity.value} | {entry.years} | ") == 1
    assert "\n## Section 47\n\nDefined in `schemas/cin/rules/section_47.py`.\n" in page


def test_a_bar_in_a_text_does_not_break_the_row() -> None:
    page = rulebook.markdown(CIN, (replace(only("100"), means="One | two."),))
    assert "| One &#124; two. |" in page


@pytest.mark.parametrize(("asked", "code"), [("392C", "392c"), (" int03", "INT03"), ("epi", "EPI")])
def test_a_rule_is_found_whatever_the_letter_case_of_its_code(asked: str, code: str) -> None:
    assert [entry.code for entry in rulebook.entries(SSDA903, code=asked, year=2026)] == [code]


def test_a_code_that_is_not_there_is_answered_with_one_that_is() -> None:
    with pytest.raises(Misconfigured) as refusal:
        rulebook.entries(SSDA903, code="392x")
    assert "has no rule 392x in any year. Did you mean 392d or 392c or 392b?" in str(refusal.value)
