"""Rules on child protection plans: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from census_builder import Record, child, episode, found, marked

START, END = "ChildProtectionPlans.0.CPPstartDate", "ChildProtectionPlans.0.CPPendDate"
DIED = "ChildIdentifiers.0.PersonDeathDate"


def plan(start: str | None = None, end: str | None = None, **fields: object) -> Record:
    return {"CPPstartDate": start, "CPPendDate": end} | fields


def one(*plans: Record, **fields: object) -> Record:
    return child(episode(ChildProtectionPlans=list(plans), **fields), LAchildID="C1", PersonDeathDate="2025-12-01")


def conference(day: str | None, not_required: str = "0") -> Record:
    return {"DateOfInitialCPC": day, "ICPCnotRequired": not_required}


def test_1105_starting_on_the_day_of_referral_passes() -> None:
    assert marked("1105", one(plan("2025-05-31"), CINreferralDate="2025-06-01")) == [
        f"{START} CINdetails.0.CINreferralDate"
    ]
    assert marked("1105", one(plan("2025-06-01"), CINreferralDate="2025-06-01"), one(plan("2020-01-01"))) == []


def test_2883_as_many_conferences_as_plans_pass() -> None:
    plans = one(plan("2025-04-01"), plan("2026-03-31"), plan("2025-03-31"), plan("2026-04-01"))
    held = child(episode(Section47=[conference("2025-06-02"), conference("2025-03-31")], DateOfInitialCPC="2025-06-03"))
    assert found("2883", 2026, plans, held) == []
    (finding,) = found("2883", 2026, plans, child(episode(Section47=[conference("2025-06-02")])))
    assert finding.locations == ()
    assert finding.message.endswith("2 plans started; 1 conferences stand with enquiries and 0 with episodes.")


def test_2885_a_plan_starts_at_the_conference_of_its_enquiry() -> None:
    late = one(plan("2025-06-03"), Section47=[conference("2025-06-02"), conference(None, "1")])
    assert marked("2885", late) == [f"{START} Section47.0.DateOfInitialCPC"]
    assert marked("2885", one(plan("2025-06-02"), Section47=[conference("2025-06-02"), conference("2025-05-01")])) == []


def test_2885_the_conference_of_the_episode_counts_without_enquiry() -> None:
    cells = f"{START} CINdetails.0.DateOfInitialCPC"
    assert marked("2885", one(plan("2025-06-02"))) == [cells]
    assert marked("2885", one(plan("2025-06-02"), DateOfInitialCPC="2025-06-03")) == [cells]
    assert marked("2885", one(plan("2025-06-02"), DateOfInitialCPC="2025-06-02")) == []
    excused = one(plan("2025-06-02"), DateOfInitialCPC="2025-06-02", Section47=[conference("2025-05-01", "true")])
    assert marked("2885", excused) == []
    assert (
        len(marked("2885", one(plan("2025-06-02"), DateOfInitialCPC="2025-06-02", Section47=[conference(None)]))) == 1
    )


def test_2885_looks_at_plans_of_the_year_and_its_own_episode() -> None:
    assert marked("2885", one(plan("2025-03-31"), plan("2026-04-01"), plan())) == []
    elsewhere = child(episode(ChildProtectionPlans=[plan("2025-06-02")]), episode(Section47=[conference("2025-06-02")]))
    assert len(marked("2885", elsewhere)) == 1


def test_2885_marks_only_conferences_when_none_of_them_fits_a_plan() -> None:
    two = one(plan("2025-06-02"), plan("2025-09-01"), Section47=[conference("2025-06-02")])
    assert marked("2885", two) == ["ChildProtectionPlans.1.CPPstartDate"]


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
def test_4017_no_start_during_a_cin_plan(start: str, end: str | None, fails: bool) -> None:
    cin = {"CINPlanStartDate": "2025-06-01", "CINPlanEndDate": end}
    both = child(episode(ChildProtectionPlans=[plan(start)]), episode(CINplanDates=[cin]))
    cells = f"{START} CINplanDates.0.CINPlanStartDate CINplanDates.0.CINPlanEndDate"
    assert marked("4017", both) == ([cells] if fails else [])


@pytest.mark.parametrize(("day", "fails"), [("2026-03-31", False), ("2026-04-01", True), (None, True)])
def test_8720_a_plan_starts_by_the_end(day: str | None, fails: bool) -> None:
    assert marked("8720", one(plan(day))) == ([START] if fails else [])


@pytest.mark.parametrize(
    ("text", "fails"),
    [
        ("0", False),
        ("12", False),
        ("99999999999", False),
        ("-1", True),
        ("1.5", True),
        ("two", True),
        ("\uff11", True),
        (None, True),
    ],
)
def test_8730_earlier_plans_are_counted(text: str | None, fails: bool) -> None:
    expected = ["ChildProtectionPlans.0.NumberOfPreviousCPP"] if fails else []
    assert marked("8730", one(plan(NumberOfPreviousCPP=text))) == expected


def test_8840_a_plan_lasts_longer_than_a_day() -> None:
    assert marked("8840", one(plan("2025-06-01", "2025-06-01"))) == [f"{START} {END}"]
    assert marked("8840", one(plan("2025-06-01", "2025-06-02"), plan())) == []


@pytest.mark.parametrize(
    ("code", "fails"), [("NEG", False), ("MUL", False), ("neg", True), ("XXX", True), (None, True)]
)
def test_8905_the_first_category_is_a_code(code: str | None, fails: bool) -> None:
    expected = ["ChildProtectionPlans.0.InitialCategoryOfAbuse"] if fails else []
    assert marked("8905", one(plan(InitialCategoryOfAbuse=code))) == expected


@pytest.mark.parametrize(("code", "fails"), [("EMO", False), ("SAB", False), ("emo", True), (None, True)])
def test_8910_the_latest_category_is_a_code(code: str | None, fails: bool) -> None:
    expected = ["ChildProtectionPlans.0.LatestCategoryOfAbuse"] if fails else []
    assert marked("8910", one(plan(LatestCategoryOfAbuse=code))) == expected


def test_8915_a_start_on_the_day_of_death_passes() -> None:
    assert marked("8915", one(plan("2025-12-02"))) == [f"{START} {DIED}"]
    assert marked("8915", one(plan("2025-12-01"), plan())) == []


def test_8920_an_end_on_the_day_of_death_passes() -> None:
    assert marked("8920", one(plan("2025-06-01", "2025-12-02"))) == [f"{END} {DIED}"]
    assert marked("8920", one(plan("2025-06-01", "2025-12-01"), plan("2025-06-01"))) == []


@pytest.mark.parametrize(
    ("start", "end", "fails"),
    [
        ("2025-05-02", "2025-05-01", True),
        ("2025-05-01", "2025-05-01", False),
        ("2025-05-01", None, False),
        (None, "2025-05-01", False),
    ],
)
def test_8925_a_plan_ends_after_its_start(start: str | None, end: str | None, fails: bool) -> None:
    findings = found("8925", 2027, one(plan(start, end)))
    assert [finding.child_id for finding in findings] == (["C1"] if fails else [])
    assert marked("8925", one(plan(start, end)), year=2027) == ([f"{START} {END}"] if fails else [])


@pytest.mark.parametrize(
    ("day", "fails"),
    [("2025-03-31", True), ("2025-04-01", False), ("2026-03-31", False), ("2026-04-01", True), (None, False)],
)
def test_8930_a_plan_ends_in_the_year(day: str | None, fails: bool) -> None:
    assert marked("8930", one(plan(None, day))) == ([END] if fails else [])


def test_8935_counts_open_plans_over_all_episodes() -> None:
    running, ended = plan("2025-05-01"), plan("2025-05-01", "2025-06-01")
    two = child(episode(ChildProtectionPlans=[running, ended]), episode(ChildProtectionPlans=[running]))
    assert marked("8935", two) == [f"{END} ChildProtectionPlans.2.CPPendDate"]
    assert marked("8935", one(running, ended), one(running)) == []


@pytest.mark.parametrize(
    ("end", "second", "fails"),
    [
        ("2025-07-01", "2025-07-01", True),
        ("2025-07-01", "2025-07-02", False),
        (None, "2026-03-31", True),
        (None, "2026-04-01", False),
    ],
)
def test_8940_plans_do_not_overlap_over_all_episodes(end: str | None, second: str, fails: bool) -> None:
    first, other = plan("2025-06-01", end), plan(second, second)
    marks = marked("8940", child(episode(ChildProtectionPlans=[first]), episode(ChildProtectionPlans=[other])))
    expected = [{START, END, "ChildProtectionPlans.1.CPPstartDate"}] if fails else []
    assert [set(cells.split()) for cells in marks] == expected


def test_8940_catches_duplicates() -> None:
    same = plan("2025-06-01", "2025-07-01")
    assert len(found("8940", 2026, one(same, same))) == 2
