"""Draft rules of 2027 on pre-proceedings: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from census_builder import Record, child, episode, found, marked

YEAR = 2027


def one(**fields: str | None) -> Record:
    return child(episode(PreProceedings=[fields]), LAchildID="C1")


def cells(*fields: str) -> list[str]:
    return [" ".join(f"PreProceedings.0.{field}" for field in fields)]


def in_the_year(code: str, item: str, *also: str) -> None:
    for day, fails in (("2026-03-31", True), ("2026-04-01", False), ("2027-03-31", False), ("2027-04-01", True)):
        assert marked(code, one(**{item: day}), year=YEAR) == (cells(item, *also) if fails else [])
    assert marked(code, one(), year=YEAR) == []


def not_before(code: str, item: str, earlier: str) -> None:
    assert marked(code, one(**{item: "2026-06-01", earlier: "2026-06-02"}), year=YEAR) == cells(item, earlier)
    assert marked(code, one(**{item: "2026-06-01", earlier: "2026-06-01"}), year=YEAR) == []


def test_8995Q_one_record_anywhere_passes() -> None:
    (finding,) = found("8995Q", YEAR, child(episode()))
    assert finding.message.endswith("0 children have a PreProceedingsandFGDM record.")
    assert finding.locations == ()
    assert found("8995Q", YEAR, child(episode()), one()) == []


def test_9000Q_the_start_is_given() -> None:
    assert marked("9000Q", one(), year=YEAR) == cells("PPStartDate")
    assert marked("9000Q", one(PPStartDate="2026-06-01"), child(episode()), year=YEAR) == []


def test_9005_the_start_is_in_the_year() -> None:
    in_the_year("9005", "PPStartDate")


def test_9006_the_letter_is_in_the_year_and_not_before_the_start() -> None:
    in_the_year("9006", "LBPSentDate", "PPStartDate")
    not_before("9006", "LBPSentDate", "PPStartDate")


@pytest.mark.parametrize(("offer", "fails"), [(None, True), ("0", False), ("maybe", False)])
def test_9007_a_letter_says_whether_it_offered_a_meeting(offer: str | None, fails: bool) -> None:
    sent = one(LBPSentDate="2026-06-01", FGDMMeetingOffer=offer)
    assert marked("9007", sent, year=YEAR) == (cells("FGDMMeetingOffer") if fails else [])
    assert marked("9007", one(FGDMMeetingOffer=offer), year=YEAR) == []


def test_9008_the_first_meeting_is_in_the_year() -> None:
    in_the_year("9008", "InitialPPMeetingDate")


def test_9009_the_step_is_in_the_year_and_not_before_the_start() -> None:
    in_the_year("9009", "StepDecisionDate", "PPStartDate")
    not_before("9009", "StepDecisionDate", "PPStartDate")


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
    in_the_year("9012", "CourtAppDate", "StepDecisionDate")
    not_before("9012", "CourtAppDate", "StepDecisionDate")


def test_9013_the_letter_is_in_the_year_and_not_before_the_application() -> None:
    in_the_year("9013", "LetterInitCPDate", "CourtAppDate")
    not_before("9013", "LetterInitCPDate", "CourtAppDate")


@pytest.mark.parametrize(("count", "fails"), [(None, True), ("0", False), ("many", False)])
def test_9015Q_meetings_after_the_first_are_counted(count: str | None, fails: bool) -> None:
    met = one(InitialPPMeetingDate="2026-06-01", ReviewMeetingsCount=count)
    assert marked("9015Q", met, year=YEAR) == (cells("ReviewMeetingsCount") if fails else [])
    assert marked("9015Q", one(ReviewMeetingsCount=count), year=YEAR) == []
