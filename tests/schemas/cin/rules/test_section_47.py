"""Rules on section 47 enquiries: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from census_builder import Record, child, episode, found, marked

START, HELD = "Section47.0.S47ActualStartDate", "Section47.0.DateOfInitialCPC"
NOT_REQUIRED, REFERRAL = "Section47.0.ICPCnotRequired", "CINdetails.0.CINreferralDate"


def enquiry(start: str | None = None, held: str | None = None, not_required: str | None = "0") -> Record:
    return {"S47ActualStartDate": start, "DateOfInitialCPC": held, "ICPCnotRequired": not_required}


def one(*enquiries: Record, **fields: object) -> Record:
    return child(episode(Section47=list(enquiries), **fields), LAchildID="C1")


def test_1104_a_conference_on_the_day_of_referral_passes() -> None:
    assert marked("1104", one(enquiry(None, "2025-05-31"), CINreferralDate="2025-06-01")) == [f"{HELD} {REFERRAL}"]
    assert marked("1104", one(enquiry(None, "2025-06-01"), CINreferralDate="2025-06-01")) == []


def test_2884_a_conference_is_recorded_once() -> None:
    twice = one(enquiry(None, "2025-06-02"), enquiry(None, "2025-06-02"), DateOfInitialCPC="2025-06-02")
    assert marked("2884", twice) == [f"{HELD} Section47.1.DateOfInitialCPC CINdetails.0.DateOfInitialCPC"]
    other = child(episode(Section47=[enquiry(None, "2025-06-02")]), episode(DateOfInitialCPC="2025-06-02"))
    assert marked("2884", other, one(enquiry(), DateOfInitialCPC=None)) == []


def test_2889_starting_on_the_day_of_referral_passes() -> None:
    assert marked("2889", one(enquiry("2025-05-31"), CINreferralDate="2025-06-01")) == [f"{START} {REFERRAL}"]
    assert marked("2889", one(enquiry("2025-06-01"), CINreferralDate="2025-06-01")) == []


def test_2991Q_an_enquiry_needs_an_assessment() -> None:
    assert marked("2991Q", one(enquiry(), enquiry())) == [f"{START} Section47.1.S47ActualStartDate"]
    assert marked("2991Q", one(enquiry(), Assessments=[{}])) == []
    elsewhere = child(episode(Section47=[enquiry()]), episode(Assessments=[{}]))
    assert marked("2991Q", elsewhere) == [START]


@pytest.mark.parametrize(
    ("start", "held", "fails"),
    [
        ("2025-06-02", "2025-06-01", True),
        ("2025-06-01", "2025-06-01", False),
        (None, "2025-06-01", True),
        ("2025-06-02", None, False),
    ],
)
def test_8615_the_enquiry_starts_by_its_conference(start: str | None, held: str | None, fails: bool) -> None:
    assert marked("8615", one(enquiry(start, held))) == ([f"{START} {HELD}"] if fails else [])


@pytest.mark.parametrize(
    ("year", "start", "not_required", "fails"),
    [
        (2026, "2026-03-10", "0", False),
        (2026, "2026-03-09", "false", True),
        (2027, "2027-03-08", "0", False),
        (2027, "2027-03-07", "0", True),
        (2026, "2026-01-01", "1", False),
        (2026, "2026-01-01", None, False),
    ],
)
def test_8675Q_15_working_days_pass(year: int, start: str, not_required: str | None, fails: bool) -> None:
    expected = [f"{START} {HELD} {NOT_REQUIRED}"] if fails else []
    assert marked("8675Q", one(enquiry(start, None, not_required)), year=year) == expected
    assert marked("8675Q", one(enquiry(start, "2026-03-20", not_required)), year=year) == []


@pytest.mark.parametrize(
    ("day", "fails"),
    [("2025-03-31", True), ("2025-04-01", False), ("2026-03-31", False), ("2026-04-01", True), (None, False)],
)
def test_8715_a_conference_in_the_year(day: str | None, fails: bool) -> None:
    assert marked("8715", one(enquiry(None, day))) == ([HELD] if fails else [])


@pytest.mark.parametrize(
    ("start", "not_required", "fails"),
    [
        ("2025-03-31", "0", True),
        ("2025-03-31", "false", True),
        ("2025-04-01", "0", False),
        ("2026-04-01", "0", True),
        ("2025-03-31", "1", False),
        (None, "0", False),
    ],
)
def test_8740_a_waiting_enquiry_starts_in_the_year(start: str | None, not_required: str, fails: bool) -> None:
    expected = [f"{START} {HELD} {NOT_REQUIRED}"] if fails else []
    assert marked("8740", one(enquiry(start, None, not_required))) == expected


def test_8839_one_unfinished_enquiry_passes() -> None:
    assert marked("8839", one(enquiry(), enquiry(None, None, None), enquiry(None, None, "1"))) == [
        f"{HELD} Section47.1.DateOfInitialCPC"
    ]
    assert marked("8839", one(enquiry(), enquiry(None, "2025-06-02")), one(enquiry())) == []


@pytest.mark.parametrize(
    ("day", "fails"), [("2025-06-06", False), ("2025-06-07", True), ("2025-06-08", True), ("2025-05-26", False)]
)
def test_8870Q_the_target_is_no_weekend(day: str, fails: bool) -> None:
    expected = ["Section47.0.InitialCPCtarget"] if fails else []
    assert marked("8870Q", one({"InitialCPCtarget": day})) == expected


@pytest.mark.parametrize(
    ("day", "fails"), [("2025-06-06", False), ("2025-06-07", True), ("2025-06-08", True), ("2025-05-26", False)]
)
def test_8875_the_conference_is_no_weekend(day: str, fails: bool) -> None:
    assert marked("8875", one(enquiry(None, day))) == ([HELD] if fails else [])


@pytest.mark.parametrize(
    ("held", "not_required", "second", "fails"),
    [
        ("2025-07-01", "0", "2025-07-01", True),
        ("2025-07-01", "0", "2025-07-02", False),
        (None, "0", "2026-03-31", True),
        (None, "0", "2026-04-01", False),
        (None, "1", "2025-06-02", False),
        (None, None, "2025-06-02", True),
    ],
)
def test_8890_enquiries_do_not_overlap(held: str | None, not_required: str | None, second: str, fails: bool) -> None:
    marks = marked("8890", one(enquiry("2025-06-01", held, not_required), enquiry(second, None, "1")))
    assert [set(cells.split()) for cells in marks] == (
        [{START, HELD, "Section47.1.S47ActualStartDate"}] if fails else []
    )


def test_8890_catches_duplicates_within_the_episode() -> None:
    same = enquiry("2025-06-01", "2025-06-10")
    assert len(found("8890", 2026, one(same, same))) == 2
    assert found("8890", 2026, child(episode(Section47=[same]), episode(Section47=[same]))) == []
