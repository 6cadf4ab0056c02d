"""Draft rules of 2027 on pre-proceedings: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from census_builder import Record, child, episode, found, marked

YEAR = 2027


def one(**fields: str | None) -> Record:
    return child(episode(PreProceedings=[fields]), LAchildID="C1")


def cells(*fields: str) -> list[str]:
    return [" ".join(f"PreProceedings.0.{field}" for field in fields)]


def marks(code: str, item: str) -> list[list[str]]:
    """Give what is marked where the day is blank, and on both sides of both ends of the year."""
    days = (None, "2026-03-31", "2026-04-01", "2027-03-31", "2027-04-01")
    return [marked(code, one(**{item: day}), year=YEAR) for day in days]


def outside(*fields: str) -> list[list[str]]:
    """Give the marks of a rule that wants the day in the year."""
    return [[], cells(*fields), [], [], cells(*fields)]


def marks_beside(code: str, item: str, earlier: str) -> list[list[str]]:
    """Give what is marked where the earlier step is on the same day, and where it is a day after."""
    days = ("2026-06-01", "2026-06-02")
    return [marked(code, one(**{item: days[0], earlier: day}), year=YEAR) for day in days]


def test_8995Q_one_record_anywhere_passes() -> None:
    (finding,) = found("8995Q", YEAR, child(episode()))
    assert finding.message.endswith("0 children have a PreProceedingsandFGDM record.")
    assert finding.locations == ()
    assert found("8995Q", YEAR, child(episode()), one()) == []


def test_9000Q_the_start_is_given() -> None:
    assert marked("9000Q", one(), year=YEAR) == cells("PPStartDate")
    assert marked("9000Q", one(PPStartDate="2026-06-01"), child(episode()), year=YEAR) == []


def test_9005_the_start_is_in_the_year() -> None:
    assert marks("9005", "PPStartDate") == outside("PPStartDate")


def test_9006_the_letter_is_in_the_year_and_not_before_the_start() -> None:
    assert marks("9006", "LBPSentDate") == outside("LBPSentDate", "PPStartDate")
    assert marks_beside("9006", "LBPSentDate", "PPStartDate") == [[], cells("LBPSentDate", "PPStartDate")]


@pytest.mark.parametrize(("offer", "fails"), [(None, True), ("0", False), ("maybe", False)])
def test_9007_a_letter_says_whether_it_offered_a_meeting(offer: str | None, fails: bool) -> None:
    sent = one(LBPSentDate="2026-06-01", FGDMMeetingOffer=offer)
    assert marked("9007", sent, year=YEAR) == (cells("FGDMMeetingOffer") if fails else [])
    assert marked("9007", one(FGDMMeetingOffer=offer), year=YEAR) == []


def test_9008_the_first_meeting_is_in_the_year() -> None:
    assert marks("9008", "InitialPPMeetingDate") == outside("InitialPPMeetingDate")


def test_9009_the_step_is_in_the_year_and_not_before_the_start() -> None:
    assert marks("9009", "StepDecisionDate") == outside("StepDecisionDate", "PPStartDate")
    assert marks_beside("9009", "StepDecisionDate", "PPStartDate") == [[], cells("StepDecisionDate", "PPStartDate")]


@pytest.mark.parametrize(
    ("offer", "held", "fails"),
    [("1", None, True), ("TRUE", None, True), ("1", "0", False), ("0", None, False), (None, None, False)],
)
def test_9010Q_an_offered_meeting_was_held_or_not(offer: str | None, held: str | None, fails: bool) -> None:
    offered = one(FGDMMeetingOffer=offer, FGDMMeetingFac=held)
    assert marked("9010Q", offered, year=YEAR) == (cells("FGDMMeetingFac") if fails else [])


@pytest.mark.parametrize(("code", "fails"), [("A", False), ("C", False), ("D", True), ("a", True), (None, False)])
def test_9011_the_outcome_is_a_code(code: str | None, fails: bool) -> None:
    assert marked("9011", one(PPOutcome=code), year=YEAR) == (cells("PPOutcome") if fails else [])


def test_9012_the_application_is_in_the_year_and_not_before_the_step() -> None:
    assert marks("9012", "CourtAppDate") == outside("CourtAppDate", "StepDecisionDate")
    assert marks_beside("9012", "CourtAppDate", "StepDecisionDate") == [[], cells("CourtAppDate", "StepDecisionDate")]


def test_9013_the_letter_is_in_the_year_and_not_before_the_application() -> None:
    assert marks("9013", "LetterInitCPDate") == outside("LetterInitCPDate", "CourtAppDate")
    assert marks_beside("9013", "LetterInitCPDate", "CourtAppDate") == [[], cells("LetterInitCPDate", "CourtAppDate")]


@pytest.mark.parametrize(("count", "fails"), [(None, True), ("0", False), ("many", False)])
def test_9015Q_meetings_after_the_first_are_counted(count: str | None, fails: bool) -> None:
    met = one(InitialPPMeetingDate="2026-06-01", ReviewMeetingsCount=count)
    assert marked("9015Q", met, year=YEAR) == (cells("ReviewMeetingsCount") if fails else [])
    assert marked("9015Q", one(ReviewMeetingsCount=count), year=YEAR) == []
