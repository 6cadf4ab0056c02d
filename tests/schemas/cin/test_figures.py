"""The headline figures of the CIN census, each at its boundary."""

from __future__ import annotations

from typing import Any

import pytest

from census_builder import census, child, episode
from schemas.cin.definition import CIN
from schemas.figures import Line, declared, measure
from schemas.returns import ReturnData


def lines(title: str, data: ReturnData) -> dict[str, Line]:
    (found,) = (item for item in measure(declared(CIN.figures), data) if item.figure.title == title)
    assert found.reason == ""
    return {line.label: line for line in found.lines}


def counts(title: str, *children: Any) -> dict[str, int]:
    return {label: line.count for label, line in lines(title, census(2026, *children)).items() if line.count}


def referred(day: str, **more: Any) -> Any:
    return episode(CINreferralDate=day, **more)


def test_children_are_counted_once_and_as_open_until_the_day_before_their_closure() -> None:
    children = (
        child(referred("2025-05-01", CINclosureDate="2026-03-31"), LAchildID="A"),
        child(referred("2025-05-01", CINclosureDate="2026-04-01"), LAchildID="B"),
        child(referred("2025-05-01", CINclosureDate="2025-06-01"), referred("2025-07-01"), LAchildID="C"),
        child(referred("2025-05-01", ReferralNFA="true"), LAchildID="D"),
    )
    assert counts("Children in need", *children) == {"At any time in the year": 4, "On 31 March": 2}


@pytest.mark.parametrize(
    ("born", "band"),
    [
        ("2026-03-31", "Under 1"),
        ("2025-04-01", "Under 1"),
        ("2025-03-31", "1 to 4"),
        ("2021-04-01", "1 to 4"),
        ("2021-03-31", "5 to 9"),
        ("2010-04-01", "10 to 15"),
        ("2010-03-31", "16 and over"),
        ("2026-13-45", "Not known"),
    ],
)
def test_a_child_is_in_the_band_of_its_age_on_31_march(born: str, band: str) -> None:
    assert counts(
        "Children in need on 31 March by age", child(referred("2026-03-31"), PersonBirthDate=born)
    ) == {band: 1}  # fmt: skip


def test_an_expected_child_is_unborn() -> None:
    expected = child(referred("2026-03-31"), ExpectedPersonBirthDate="2026-05-01")
    assert counts("Children in need on 31 March by age", expected) == {"Unborn": 1}


def test_a_need_that_is_not_on_the_list_is_shown_as_not_known() -> None:
    children = [child(referred("2025-05-01", PrimaryNeedCode=code)) for code in ("N1", "N1", "N99")]
    found = lines("Children in need on 31 March by primary need", census(2026, *children))
    assert (found["Abuse, neglect or exploitation"].count, found["Not known"].count) == (2, 1)
    assert found["Abuse, neglect or exploitation"].share == pytest.approx(200 / 3)
    assert found["Low income"] == Line("N7", "Low income", 0, 3)


@pytest.mark.parametrize(("earlier", "again"), [("2025-05-02", 1), ("2025-05-01", 0), ("2026-05-02", 0)])
def test_a_re_referral_comes_within_12_months(earlier: str, again: int) -> None:
    year = child(referred(earlier, ReferralNFA="true"), referred("2026-05-02"))
    found = lines("Referrals", census(2027, year))
    assert found["Within 12 months of an earlier one"].count == again


def test_referrals_of_the_year_are_counted_with_their_days_at_both_ends() -> None:
    days = ("2025-03-31", "2025-04-01", "2026-03-31", "2026-04-01")
    children = [child(referred(day, ReferralNFA="1" if day == "2026-03-31" else "0")) for day in days]
    assert counts("Referrals", *children) == {"In the year": 2, "No further action": 1}


@pytest.mark.parametrize(("end", "in_time"), [("2025-11-03", 1), ("2025-11-04", 0)])
def test_an_assessment_is_in_time_until_its_45th_working_day(end: str, in_time: int) -> None:
    done = {"AssessmentActualStartDate": "2025-09-01", "AssessmentAuthorisationDate": end}
    found = lines(
        "Assessments finished in the year", census(2026, child(referred("2025-09-01", Assessments=[done])))
    )  # fmt: skip
    assert (found["Finished"].count, found["Within 45 working days"].count) == (1, in_time)


@pytest.mark.parametrize(("held", "in_time"), [("2025-05-26", 1), ("2025-05-27", 1), ("2025-05-28", 0)])
def test_a_conference_is_in_time_until_its_15th_working_day_without_bank_holidays(held: str, in_time: int) -> None:
    enquiry = {"S47ActualStartDate": "2025-05-02", "DateOfInitialCPC": held}
    found = lines(
        "Section 47 enquiries", census(2026, child(referred("2025-05-01", Section47=[enquiry])))
    )  # fmt: skip
    assert (found["Initial conferences held"].count, found["Held within 15 working days"].count) == (1, in_time)


def _plan(start: str, end: str | None = None, **more: str) -> dict[str, str]:
    return {"CPPstartDate": start} | ({"CPPendDate": end} if end else {}) | more


def test_plans_are_counted_by_start_end_and_what_is_in_force() -> None:
    plans = [
        _plan("2025-04-01", "2025-12-31", NumberOfPreviousCPP="0"),
        _plan("2026-01-01", NumberOfPreviousCPP="1", LatestCategoryOfAbuse="NEG"),
        _plan("2025-03-31", "2026-04-01", LatestCategoryOfAbuse="EMO"),
    ]
    children = child(referred("2025-03-01", ChildProtectionPlans=plans))
    assert counts("Child protection plans", children) == {
        "Started in the year": 2, "Second or later plan of the child": 1, "Ended in the year": 1,
        "In force on 31 March": 2,
    }  # fmt: skip
    assert counts("Child protection plans on 31 March by category of abuse", children) == {
        "Neglect": 1, "Emotional abuse": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("start", "length"),
    [
        ("2026-01-01", "Under 3 months"),
        ("2025-12-31", "3 months to under 6"),
        ("2025-04-01", "6 months to under 1 year"),
        ("2025-03-31", "1 year to under 2"),
        ("2024-03-31", "2 years and over"),
    ],
)
def test_a_plan_is_in_the_band_of_its_whole_months(start: str, length: str) -> None:
    data = child(referred("2024-03-01", ChildProtectionPlans=[_plan(start)]))
    assert counts("Child protection plans on 31 March by length", data) == {length: 1}
