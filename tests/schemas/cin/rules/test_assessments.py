"""Rules on assessments and their factors: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from census_builder import Record, child, episode, found, marked

START, DONE = "Assessments.0.AssessmentActualStartDate", "Assessments.0.AssessmentAuthorisationDate"
FACTOR = "AssessmentFactorsList.{}.AssessmentFactor"


def assessment(start: str | None = None, done: str | None = None, *factors: str | None) -> Record:
    return {"AssessmentActualStartDate": start, "AssessmentAuthorisationDate": done, "factors": list(factors)}


def one(*assessments: Record, **fields: str) -> Record:
    return child(episode(Assessments=list(assessments), **fields), LAchildID="C1")


def test_1103_starting_on_the_day_of_referral_passes() -> None:
    assert marked("1103", one(assessment("2025-05-31"), CINreferralDate="2025-06-01")) == [
        f"{START} CINdetails.0.CINreferralDate"
    ]
    assert (
        marked(
            "1103",
            one(assessment("2025-06-01"), assessment(), CINreferralDate="2025-06-01"),
            one(assessment("2020-01-01")),
        )
        == []
    )


def test_8608_both_on_one_day_passes() -> None:
    assert marked("8608", one(assessment("2025-06-02", "2025-06-01"))) == [f"{START} {DONE}"]
    assert marked("8608", one(assessment("2025-06-01", "2025-06-01"), assessment("2025-06-01"))) == []


def test_8614_factors_wait_for_the_end() -> None:
    assert marked("8614", one(assessment("2025-06-01", None, "1A", "2A"))) == [
        f"{DONE} {FACTOR.format(0)} {FACTOR.format(1)}"
    ]
    assert marked("8614", one(assessment(None, "2025-06-01", "1A"), assessment("2025-06-01", None, None))) == []


@pytest.mark.parametrize(
    ("year", "start", "done", "fails"),
    [
        (2026, "2026-01-27", None, False),
        (2026, "2026-01-26", None, True),
        (2027, "2027-01-25", None, False),
        (2027, "2027-01-24", None, True),
        (2026, "2025-06-01", "2025-09-01", False),
        (2026, None, None, False),
    ],
)
def test_8670Q_45_working_days_pass(year: int, start: str | None, done: str | None, fails: bool) -> None:
    assert marked("8670Q", one(assessment(start, done)), year=year) == ([f"{START} {DONE}"] if fails else [])


@pytest.mark.parametrize(
    ("day", "fails"),
    [("2025-03-31", True), ("2025-04-01", False), ("2026-03-31", False), ("2026-04-01", True), (None, False)],
)
def test_8696_authorised_in_the_year(day: str | None, fails: bool) -> None:
    assert marked("8696", one(assessment(None, day))) == ([DONE] if fails else [])


@pytest.mark.parametrize(
    ("start", "done", "fails"),
    [
        ("2025-03-31", None, True),
        ("2025-04-01", None, False),
        ("2026-03-31", None, False),
        ("2026-04-01", None, True),
        (None, None, True),
        ("2025-03-31", "2025-06-01", False),
    ],
)
def test_8736_unfinished_ones_start_in_the_year(start: str | None, done: str | None, fails: bool) -> None:
    assert marked("8736", one(assessment(start, done))) == ([f"{START} {DONE}"] if fails else [])


@pytest.mark.parametrize(
    ("second", "fails"), [("2025-07-01", True), ("2025-07-02", False), ("2025-05-31", False), (None, False)]
)
def test_8863Q_assessments_do_not_overlap(second: str | None, fails: bool) -> None:
    marks = marked("8863Q", one(assessment("2025-06-01", "2025-07-01"), assessment(second, second)))
    assert [set(cells.split()) for cells in marks] == ([{START, DONE, START.replace("0", "1")}] if fails else [])


def test_8863Q_looks_at_one_episode_and_catches_duplicates() -> None:
    same = assessment("2025-06-01", "2025-07-01")
    assert len(found("8863Q", 2026, one(same, same))) == 2
    assert found("8863Q", 2026, child(episode(Assessments=[same]), episode(Assessments=[same]))) == []


def test_8896_one_unfinished_assessment_passes() -> None:
    assert marked("8896", one(assessment(), assessment(None, "2025-06-01"), assessment())) == [
        f"{DONE} Assessments.2.AssessmentAuthorisationDate"
    ]
    assert (
        marked(
            "8896", one(assessment()), child(episode(Assessments=[assessment()]), episode(Assessments=[assessment()]))
        )
        == []
    )


def test_8897Q_a_finished_assessment_has_known_factors() -> None:
    assert marked("8897Q", one(assessment(None, "2025-04-01"))) == [DONE]
    assert marked("8897Q", one(assessment(None, "2025-04-01", "1A", "ZZ"))) == [f"{DONE} {FACTOR.format(1)}"]
    passing = one(assessment(None, "2025-03-31"), assessment(), assessment(None, "2025-04-01", "18A"))
    assert marked("8897Q", passing) == []


def test_8869_21_stands_alone() -> None:
    assert marked("8869", one(assessment(None, None, "21", "1A"), assessment(None, None, "21"))) == [
        f"{FACTOR.format(0)} {FACTOR.format(1)}"
    ]
    assert marked("8869", one(assessment(None, None, None, "21", "1A"))) == [
        " ".join(FACTOR.format(row) for row in range(3))
    ]
    passing = one(assessment(None, None, "21", "21", None), assessment(None, None, "1A", "2A"))
    assert marked("8869", passing) == []


def test_8873Q_no_factors_leads_to_closure_on_assessment() -> None:
    cells = f"{FACTOR.format(0)} CINdetails.0.ReasonForClosure"
    assert marked("8873Q", one(assessment(None, None, "21"), ReasonForClosure="RC7")) == [cells]
    assert marked("8873Q", one(assessment(None, None, "21"))) == [cells]
    for reason in ("RC8", "RC9"):
        assert marked("8873Q", one(assessment(None, None, "21"), ReasonForClosure=reason)) == []
    assert marked("8873Q", one(assessment(None, None, "21"), assessment())) == []


def test_8898_each_repeated_factor_is_a_finding() -> None:
    assert marked("8898", one(assessment(None, None, "1A", "2A", "1A"))) == [f"{FACTOR.format(0)} {FACTOR.format(2)}"]
    assert marked("8898", one(assessment(None, None, "1A"), assessment(None, None, "1A"))) == []


@pytest.mark.parametrize(("code", "factor", "other"), [("8945Q", "18A", "18B"), ("8950Q", "19A", "19C")])
def test_8945Q_and_8950Q_retired_factors(code: str, factor: str, other: str) -> None:
    assert marked(code, one(assessment(None, None, factor, factor.lower(), other)), year=2025) == [
        f"{FACTOR.format(0)} {FACTOR.format(1)}"
    ]
    assert marked(code, one(assessment(None, None, other)), year=2025) == []
