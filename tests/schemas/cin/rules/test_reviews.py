"""Rules on reviews of protection plans: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from census_builder import Record, child, episode, marked

REVIEW = "Reviews.0.CPPreviewDate"


def one(review: str | None, cin: Record, ended: str | None = None) -> Record:
    plan = {"CPPstartDate": "2025-05-01", "CPPendDate": ended, "reviews": [review]}
    return child(episode(ChildProtectionPlans=[plan], CINplanDates=[cin]), LAchildID="C1")


@pytest.mark.parametrize(
    ("review", "cin_end", "ended", "fails"),
    [
        ("2025-06-01", "2025-07-01", None, False),
        ("2025-06-02", "2025-07-01", None, True),
        ("2025-06-30", "2025-07-01", None, True),
        ("2025-07-01", "2025-07-01", None, False),
        ("2025-06-15", "2025-07-01", "2025-06-15", False),
        ("2026-03-31", None, None, True),
        ("2026-04-01", None, None, False),
        (None, "2025-07-01", None, False),
    ],
)
def test_4003_no_review_inside_a_cin_plan(
    review: str | None, cin_end: str | None, ended: str | None, fails: bool
) -> None:
    cin = {"CINPlanStartDate": "2025-06-01", "CINPlanEndDate": cin_end}
    cells = f"{REVIEW} CINplanDates.0.CINPlanStartDate CINplanDates.0.CINPlanEndDate ChildProtectionPlans.0.CPPendDate"
    assert marked("4003", one(review, cin, ended)) == ([cells] if fails else [])


def test_4003_looks_at_one_episode() -> None:
    cin = {"CINPlanStartDate": "2025-06-01", "CINPlanEndDate": "2025-07-01"}
    plan = {"CPPstartDate": "2025-05-01", "reviews": ["2025-06-15"]}
    assert marked("4003", child(episode(ChildProtectionPlans=[plan]), episode(CINplanDates=[cin]))) == []


@pytest.mark.parametrize(
    ("review", "fails"), [("2025-04-30", True), ("2025-05-01", True), ("2025-05-02", False), (None, False)]
)
def test_8841_a_review_follows_the_start(review: str | None, fails: bool) -> None:
    expected = [f"{REVIEW} ChildProtectionPlans.0.CPPstartDate"] if fails else []
    assert marked("8841", one(review, {})) == expected


def test_8841_reads_every_review_of_the_plan() -> None:
    plan = {"CPPstartDate": "2025-05-01", "reviews": ["2025-06-01", "2025-04-01"]}
    assert marked("8841", child(episode(ChildProtectionPlans=[plan]))) == [
        "Reviews.1.CPPreviewDate ChildProtectionPlans.0.CPPstartDate"
    ]


@pytest.mark.parametrize(("review", "fails"), [("2025-06-01", False), (None, True), ("summer", True)])
def test_8842Q_a_review_has_a_date(review: str | None, fails: bool) -> None:
    assert marked("8842Q", one(review, {})) == ([REVIEW] if fails else [])


def test_8842Q_a_plan_without_reviews_passes() -> None:
    assert marked("8842Q", child(episode(ChildProtectionPlans=[{"CPPstartDate": "2025-05-01"}]))) == []
