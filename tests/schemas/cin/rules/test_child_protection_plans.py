"""Rules on child protection plans: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from census_builder import cells, child, episode, found


def one_plan(start: str | None, end: str | None, referral: str = "2026-01-05") -> dict[str, object]:
    plan = {"CPPstartDate": start, "CPPendDate": end}
    return child(episode(CINreferralDate=referral, ChildProtectionPlans=[plan]), LAchildID="C1")


@pytest.mark.parametrize(
    ("start", "end", "fails"),
    [
        ("2026-05-02", "2026-05-01", True),
        ("2026-05-01", "2026-05-01", False),
        ("2026-05-01", "2026-05-02", False),
        ("2026-05-01", None, False),
        (None, "2026-05-01", False),
    ],
)
def test_8925_ends_before_start(start: str | None, end: str | None, fails: bool) -> None:
    findings = found("8925", 2027, one_plan(start, end))
    assert bool(findings) == fails
    for finding in findings:
        assert finding.child_id == "C1"
        assert cells(finding) == [("ChildProtectionPlans", 0, "CPPstartDate"), ("ChildProtectionPlans", 0, "CPPendDate")]


def test_8935_counts_open_plans_over_all_episodes() -> None:
    running = {"CPPstartDate": "2026-05-01"}
    ended = running | {"CPPendDate": "2026-06-01"}
    over_two = child(
        episode(ChildProtectionPlans=[running, ended]), episode(ChildProtectionPlans=[running]), LAchildID="C1"
    )
    (finding,) = found("8935", 2026, child(episode(ChildProtectionPlans=[running])), over_two)
    assert cells(finding) == [("ChildProtectionPlans", 1, "CPPendDate"), ("ChildProtectionPlans", 3, "CPPendDate")]


def test_8935_passes_one_open_plan() -> None:
    assert found("8935", 2026, child(episode(ChildProtectionPlans=[{"CPPstartDate": "2026-05-01"}]))) == []
