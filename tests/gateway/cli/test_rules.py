"""ics-gateway rules, as it is called."""

from __future__ import annotations

import json

import pytest

from gateway.cli.app import run
from schemas.cin.definition import CIN


def called(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = run(["rules", *arguments])
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def test_the_list_has_every_rule_of_the_year(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = called(capsys, "--year", "2025")
    assert (status, err) == (0, "")
    listed = [line.split("│")[1].strip() for line in out.splitlines() if line.startswith("│")]
    assert [code for code in listed if code] == [rule.code for rule in CIN.rules(2025)]
    assert "109 rules: " in out
    assert "ics-gateway rules CODE, also for the form codes FORM01 to FORM23" in out


def test_one_rule_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = called(capsys, "8925")
    assert status == 0
    lines = out.splitlines()
    assert lines[0].split() == ["Rule", "8925"]
    assert lines[1].startswith("What is wrong  The protection plan ")
    assert "Severity       error: it must be corrected" in out
    assert "schemas/cin/rules/child_protection_plans.py:" in out


def test_a_form_code_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = called(capsys, "FORM07")
    assert status == 0
    assert "This value has the wrong form." in out


def test_json_is_a_list_whether_of_one_or_of_all(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = called(capsys, "8945q", "--format", "json")
    (one,) = json.loads(out)
    assert (one["code"], one["since"], one["severity"]) == ("8945Q", 2025, "query")
    _, out, _ = called(capsys, "--format", "json")
    assert [item["code"] for item in json.loads(out)] == [rule.code for rule in CIN.all_rules]


def test_markdown_is_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = called(capsys, "--format", "markdown")
    assert out.startswith("# Rules: Children in need census\n")
    assert out.endswith("|\n")


def test_a_year_before_the_first_rules_says_which_are_used(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = called(capsys, "--year", "2019", "--format", "json")
    assert status == 0
    assert err == "The gateway has no rules of 2019: it uses those of 2023.\n"
    assert len(json.loads(out)) == 105


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["9999"], "Error: No return has a rule 9999 in any year."),
        (["392x"], "Error: No return has a rule 392x in any year. Did you mean 392d or 392c or 392b?"),
        (["9999", "--return", "cin"], "Error: Children in need census has no rule 9999 in any year."),
        (["9000Q", "--year", "2026"], "Error: Rule 9000Q is not in force in 2026. Its years: 2027 on (draft)."),
        (
            ["--year", "2031"],
            "Error: Children in need census: the gateway knows the collections of 2017 to 2027, not of 2031.",
        ),
        (["--return", "tax"], "Error: There is no return called tax."),
    ],
)
def test_what_is_not_there_ends_with_status_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    status, out, err = called(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith(sentence)
    assert len(err.splitlines()) == 2
