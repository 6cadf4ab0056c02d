"""The page about retries says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.itp.codes import TABLE, Code
from gateway.pipeline import breaker
from gateway.pipeline.outcome import ONCE, Answered, How, Lost, Outcome, Stop, judge
from gateway.pipeline.retry import ALERT_AFTER, ceiling
from schemas.errors import GatewayError, Held, Misconfigured, Permanent, Rejected

PAGE = (Path(__file__).parents[3] / "docs" / "retry.md").read_text(encoding="utf-8")
ROWS = {cells[0]: cells[1:] for cells in re.findall(r"^\| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)}
ENDS: dict[type[GatewayError], str] = {
    Rejected: "returned",
    Held: "held",
    Permanent: "dead letter",
    Misconfigured: "partner held",
}


def words(verdict: How | Stop) -> str:
    if isinstance(verdict, Stop):
        return ENDS[verdict.then] + (", alert" if verdict.alert else "")
    return verdict.value


@pytest.mark.parametrize("code", Code)
def test_the_page_says_what_follows_each_code(code: Code) -> None:
    outcome = Answered(TABLE[code].status, code)
    expected = words(judge(outcome))
    if code in ONCE:
        expected = f"{expected} once, then {words(judge(outcome, frozenset({code})))}"
    assert ROWS[f"`{code}`"] == (expected,)


@pytest.mark.parametrize(
    ("row", "outcomes"),
    [
        ("No connection", [Lost.NOT_SENT]),
        ("The request went, no answer came", [Lost.UNKNOWN]),
        ("408, 429, 503", [Answered(status) for status in (408, 429, 503)]),
        ("409, any other from 500 on", [Answered(s) for s in (409, *range(500, 600)) if s != 503]),
        ("Any other", [Answered(s) for s in range(300, 500) if s not in {408, 409, 429}]),
    ],
)
def test_the_page_says_what_follows_without_a_code(row: str, outcomes: list[Outcome]) -> None:
    assert {words(judge(outcome)) for outcome in outcomes} == set(ROWS[row])


def test_the_page_gives_the_longest_waits() -> None:
    (row,) = re.findall(r"^\| Longest wait \| (.+) \|$", PAGE, re.MULTILINE)
    assert row.split(" | ") == [f"{ceiling(attempts).seconds} s" for attempts in range(1, 9)]
    assert ceiling(9) == ceiling(8)


def test_the_page_gives_the_figures_of_a_pause() -> None:
    minutes = [breaker.pause(count).seconds // 60 for count in range(1, 6)]
    urgent = ALERT_AFTER["urgent"]
    assert urgent is not None
    for sentence in (
        f"{breaker.THRESHOLD} failures in a row open it",
        f"{breaker.PROOFS} successes in a row close it",
        f"The first pause is {minutes[0]} minute.",
        f"{minutes[1]}, {minutes[2]}, {minutes[3]}, and then always {minutes[4]} minutes",
        f"no result after {breaker.TRIAL.seconds // 60} minutes",
        f"(R1) after {urgent.seconds // 60} minutes",
    ):
        assert sentence in PAGE
    assert {phase.value for phase in breaker.Phase} <= set(re.findall(r"^\| (\S+) \|", PAGE, re.MULTILINE))
