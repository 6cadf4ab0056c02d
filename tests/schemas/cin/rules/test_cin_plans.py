"""Rules on child in need plans: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from census_builder import Record, child, episode, found, marked

START, END = "CINplanDates.0.CINPlanStartDate", "CINplanDates.0.CINPlanEndDate"


def plan(start: str | None = None, end: str | None = None) -> Record:
    return {"CINPlanStartDate": start, "CINPlanEndDate": end}


def protection(start: str | None = None, end: str | None = None) -> Record:
    return {"CPPstartDate": start, "CPPendDate": end}


def one(*plans: Record, **fields: object) -> Record:
    return child(episode(CINplanDates=list(plans), **fields), LAchildID="C1")


def test_4001_both_plans_open() -> None:
    both = one(plan("2025-06-01"), plan("2025-05-01", "2025-05-31"), ChildProtectionPlans=[protection("2025-06-01")])
    assert marked("4001", both) == [f"{END} ChildProtectionPlans.0.CPPendDate"]
    ended = one(plan("2025-06-01"), ChildProtectionPlans=[protection("2025-05-01", "2025-06-01")])
    assert marked("4001", ended, one(plan(), ChildProtectionPlans=[protection()])) == []


def test_4004_one_open_plan_passes() -> None:
    assert marked("4004", one(plan(), plan(None, "2025-06-01"), plan())) == [f"{END} CINplanDates.2.CINPlanEndDate"]
    assert marked("4004", one(plan()), child(episode(CINplanDates=[plan()]), episode(CINplanDates=[plan()]))) == []


@pytest.mark.parametrize(("day", "fails"), [("2026-03-31", False), ("2026-04-01", True), (None, True)])
def test_4010_a_plan_starts_by_the_end(day: str | None, fails: bool) -> None:
    assert marked("4010", one(plan(day))) == ([START] if fails else [])


def test_4011_a_plan_of_one_day_passes() -> None:
    assert marked("4011", one(plan("2025-06-02", "2025-06-01"))) == [f"{START} {END}"]
    assert marked("4011", one(plan("2025-06-01", "2025-06-01"), plan("2025-06-01"))) == []


def test_4012Q_a_plan_of_two_days_passes() -> None:
    assert marked("4012Q", one(plan("2025-06-01", "2025-06-01"))) == [f"{START} {END}"]
    assert marked("4012Q", one(plan("2025-06-01", "2025-06-02"), plan())) == []


@pytest.mark.parametrize(
    ("day", "fails"),
    [("2025-03-31", True), ("2025-04-01", False), ("2026-03-31", False), ("2026-04-01", True), (None, False)],
)
def test_4013_a_plan_ends_in_the_year(day: str | None, fails: bool) -> None:
    assert marked("4013", one(plan(None, day))) == ([END] if fails else [])


@pytest.mark.parametrize(("second", "fails"), [("2025-07-01", True), ("2025-07-02", False)])
def test_4014_plans_do_not_overlap_over_all_episodes(second: str, fails: bool) -> None:
    two = child(episode(CINplanDates=[plan("2025-06-01", "2025-07-01")]), episode(CINplanDates=[plan(second, second)]))
    marks = marked("4014", two)
    assert [set(cells.split()) for cells in marks] == (
        [{START, END, "CINplanDates.1.CINPlanStartDate"}] if fails else []
    )


def test_4014_catches_duplicates_and_leaves_other_children_alone() -> None:
    same = plan("2025-06-01")
    assert len(found("4014", 2026, one(same, same))) == 2
    assert found("4014", 2026, one(same), one(same)) == []


def test_4015_starting_on_the_day_of_referral_passes() -> None:
    assert marked("4015", one(plan("2025-05-31"), CINreferralDate="2025-06-01")) == [
        f"{START} CINdetails.0.CINreferralDate"
    ]
    assert marked("4015", one(plan("2025-06-01"), CINreferralDate="2025-06-01")) == []


@pytest.mark.parametrize(
    ("start", "end", "fails"),
    [
        ("2025-06-01", "2025-07-01", True),
        ("2025-07-01", "2025-07-01", False),
        ("2025-05-31", "2025-07-01", False),
        ("2026-03-31", None, True),
        ("2026-04-01", None, False),
    ],
)
def test_4016_no_start_during_a_protection_plan(start: str, end: str | None, fails: bool) -> None:
    both = child(
        episode(CINplanDates=[plan(start)]),
        episode(ChildProtectionPlans=[protection("2025-06-01", end)]),
    )
    cells = f"{START} ChildProtectionPlans.0.CPPstartDate ChildProtectionPlans.0.CPPendDate"
    assert marked("4016", both) == ([cells] if fails else [])


def test_4016_is_one_finding_for_a_plan() -> None:
    running = protection("2025-06-01")
    (finding,) = found("4016", 2026, one(plan("2025-07-01"), ChildProtectionPlans=[running, running]))
    assert len(finding.locations) == 5
