"""Rules on episodes beside each other and the work inside them."""

from __future__ import annotations

import pytest

from census_builder import Record, child, episode, found, marked

S47, CPP, CIN = {"S47ActualStartDate": "2025-06-01"}, {"CPPstartDate": "2025-06-01"}, {"CINPlanStartDate": "2025-06-01"}
ASSESSED = {"AssessmentActualStartDate": "2025-06-01", "AssessmentAuthorisationDate": "2025-06-10"}


@pytest.mark.parametrize("reason", ["RC8", "RC9"])
@pytest.mark.parametrize(
    ("work", "cell"),
    [
        ({"Section47": [S47]}, "Section47.0.S47ActualStartDate"),
        ({"ChildProtectionPlans": [CPP]}, "ChildProtectionPlans.0.CPPstartDate"),
        ({"CINplanDates": [{}]}, "CINplanDates.0.CINPlanStartDate"),
    ],
)
def test_2990_no_work_after_closure_on_assessment(reason: str, work: Record, cell: str) -> None:
    assert marked("2990", child(episode(ReasonForClosure=reason, **work))) == [f"CINdetails.0.ReasonForClosure {cell}"]


def test_2990_marks_the_conference_and_passes_other_reasons() -> None:
    (marks,) = marked("2990", child(episode(ReasonForClosure="RC8", DateOfInitialCPC="2025-06-01")))
    assert set(marks.split()) == {"CINdetails.0.ReasonForClosure", "CINdetails.0.DateOfInitialCPC"}
    assert (
        marked("2990", child(episode(ReasonForClosure="RC7", Section47=[S47]), episode(ReasonForClosure="RC8"))) == []
    )
    assert (
        marked("2990", child(episode(ReasonForClosure="RC8", Assessments=[ASSESSED]), episode(Section47=[S47]))) == []
    )


def test_4000_no_plan_without_action() -> None:
    planned = child(episode(ReferralNFA="true", CINplanDates=[CIN, {}]))
    assert marked("4000", planned) == [
        "CINdetails.0.ReferralNFA CINplanDates.0.CINPlanStartDate CINplanDates.1.CINPlanStartDate"
    ]
    assert marked("4000", child(episode(ReferralNFA="0", CINplanDates=[CIN]), episode(ReferralNFA="1"))) == []


def test_8832_no_protection_plan_without_action() -> None:
    protected = child(episode(ReferralNFA="1", ChildProtectionPlans=[CPP]))
    assert marked("8832", protected) == ["CINdetails.0.ReferralNFA ChildProtectionPlans.0.CPPstartDate"]
    assert marked("8832", child(episode(ReferralNFA="0", ChildProtectionPlans=[CPP]), episode(ReferralNFA="1"))) == []


@pytest.mark.parametrize(
    ("work", "cell"),
    [
        ({"DateOfInitialCPC": "{}"}, "CINdetails.0.DateOfInitialCPC"),
        ({"Assessments": [{"AssessmentActualStartDate": "{}"}]}, "Assessments.0.AssessmentActualStartDate"),
        ({"Assessments": [{"AssessmentAuthorisationDate": "{}"}]}, "Assessments.0.AssessmentAuthorisationDate"),
        ({"Section47": [{"S47ActualStartDate": "{}"}]}, "Section47.0.S47ActualStartDate"),
        ({"Section47": [{"DateOfInitialCPC": "{}"}]}, "Section47.0.DateOfInitialCPC"),
        ({"ChildProtectionPlans": [{"CPPendDate": "{}"}]}, "ChildProtectionPlans.0.CPPendDate"),
        ({"CINplanDates": [{"CINPlanStartDate": "{}"}]}, "CINplanDates.0.CINPlanStartDate"),
        ({"CINplanDates": [{"CINPlanEndDate": "{}"}]}, "CINplanDates.0.CINPlanEndDate"),
    ],
)
def test_8565_work_on_the_day_of_closure_passes(work: Record, cell: str) -> None:
    def closed(day: str) -> Record:
        filled = {
            name: day if isinstance(rows, str) else [dict.fromkeys(row, day) for row in rows]
            for name, rows in work.items()
        }
        return child(episode(CINclosureDate="2025-07-01", **filled))

    (marks,) = marked("8565", closed("2025-07-02"))
    assert set(marks.split()) == {"CINdetails.0.CINclosureDate", cell}
    assert marked("8565", closed("2025-07-01")) == []


def test_8565_one_finding_marks_just_the_late_dates() -> None:
    late = {"AssessmentActualStartDate": "2025-06-01", "AssessmentAuthorisationDate": "2025-07-02"}
    one = child(
        episode(
            CINclosureDate="2025-07-01", Assessments=[ASSESSED, late], CINplanDates=[{"CINPlanEndDate": "2025-08-01"}]
        )
    )
    assert marked("8565", one) == [
        "CINdetails.0.CINclosureDate Assessments.1.AssessmentAuthorisationDate CINplanDates.0.CINPlanEndDate"
    ]


def test_8831_no_dated_work_without_action() -> None:
    work = episode(ReferralNFA="1", Assessments=[ASSESSED], Section47=[{"DateOfInitialCPC": "2025-06-05"}])
    cells = (
        "CINdetails.0.ReferralNFA Assessments.0.AssessmentActualStartDate Assessments.0.AssessmentAuthorisationDate "
        "Section47.0.DateOfInitialCPC"
    )
    assert marked("8831", child(work)) == [cells]
    assert marked("8831", child(work | {"ReferralNFA": "0"}), child(episode(ReferralNFA="1", Assessments=[{}]))) == []
    assert len(marked("8831", child(episode(ReferralNFA="1", DateOfInitialCPC="2025-06-05")))) == 1


def test_8815_two_open_episodes() -> None:
    opened = episode(ReferralNFA="0")
    assert marked("8815", child(opened, episode(ReferralNFA="1"), opened)) == [
        "CINdetails.0.CINclosureDate CINdetails.2.CINclosureDate"
    ]
    closed = episode(ReferralNFA="0", CINclosureDate="2025-06-01")
    assert marked("8815", child(opened, closed, episode(), episode(ReferralNFA="1"))) == []


def test_8816_the_open_episode_is_the_latest() -> None:
    def opened(day: str | None) -> Record:
        return episode(CINreferralDate=day, ReferralNFA="0")

    later = episode(CINreferralDate="2025-06-02", ReferralNFA="1")
    assert marked("8816", child(opened("2025-06-01"), later)) == [
        "CINdetails.0.CINreferralDate CINdetails.1.CINreferralDate"
    ]
    assert marked("8816", child(opened("2025-06-02"), later), child(opened(None), later), child(later)) == []


@pytest.mark.parametrize(
    ("closed", "flag", "second", "fails"),
    [
        ("2025-07-01", "0", "2025-06-30", True),
        ("2025-07-01", "0", "2025-07-01", False),
        ("2025-07-01", "1", "2025-06-30", True),
        (None, "0", "2026-03-30", True),
        (None, "0", "2026-03-31", False),
        (None, "1", "2025-06-30", False),
    ],
)
def test_8820_one_episode_ends_before_the_next(closed: str | None, flag: str, second: str, fails: bool) -> None:
    first = episode(CINreferralDate="2025-06-01", CINclosureDate=closed, ReferralNFA=flag)
    marks = marked("8820", child(first, episode(CINreferralDate=second, CINclosureDate=second)))
    assert len(marks) == int(fails)
    for cells in marks:
        assert set(cells.split()) == {
            "CINdetails.0.CINreferralDate",
            "CINdetails.0.CINclosureDate",
            "CINdetails.1.CINreferralDate",
        }


def test_8820_exact_duplicates_overlap_both_ways() -> None:
    same = episode(CINreferralDate="2025-06-01", CINclosureDate="2025-07-01")
    assert len(found("8820", 2026, child(same, same))) == 2


def test_8825Q_closed_on_assessment_needs_one() -> None:
    assert marked("8825Q", child(episode(ReasonForClosure="RC9"))) == ["CINdetails.0.ReasonForClosure"]
    assert (
        marked("8825Q", child(episode(ReasonForClosure="RC8", Assessments=[{}]), episode(ReasonForClosure="RC7"))) == []
    )


def test_8867_a_closed_episode_has_no_open_assessment() -> None:
    closed = episode(CINclosureDate="2025-07-01", Assessments=[ASSESSED, {}, {}])
    cells = (
        "CINdetails.0.CINclosureDate Assessments.1.AssessmentAuthorisationDate "
        "Assessments.2.AssessmentAuthorisationDate"
    )
    assert marked("8867", child(closed)) == [cells]
    assert (
        marked("8867", child(episode(CINclosureDate="2025-07-01", Assessments=[ASSESSED]), episode(Assessments=[{}])))
        == []
    )


def test_8868_a_closed_episode_has_no_undecided_enquiry() -> None:
    decided = [{"DateOfInitialCPC": "2025-06-05"}, {"ICPCnotRequired": "true"}]
    closed = episode(CINclosureDate="2025-07-01", Section47=[*decided, {"ICPCnotRequired": "0"}, {}])
    cells = (
        "CINdetails.0.CINclosureDate Section47.2.DateOfInitialCPC Section47.2.ICPCnotRequired "
        "Section47.3.DateOfInitialCPC Section47.3.ICPCnotRequired"
    )
    assert marked("8868", child(closed)) == [cells]
    assert marked("8868", child(episode(CINclosureDate="2025-07-01", Section47=decided), episode(Section47=[{}]))) == []
