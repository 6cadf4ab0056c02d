"""The ladder of one message against the receipts that have come."""

from __future__ import annotations

from datetime import datetime, timedelta

from schemas.processes.deadlines import Standing
from schemas.processes.silence import acknowledgements
from schemas.processes.spans import LONDON

SENT = datetime(2026, 12, 24, 10, tzinfo=LONDON)
MANAGER, HEADS = "the sender's duty manager", "the heads of service on both sides"


def lines(process: str, receipts: dict[str, datetime], now: datetime) -> dict[str, tuple[Standing, tuple[str, ...]]]:
    return {line.rung.code: (line.standing, line.tell) for line in acknowledgements(process, SENT, receipts, now)}


def test_what_is_heard_in_time_is_done_and_nobody_is_told() -> None:
    receipts = {"R1": SENT, "R2": SENT + timedelta(seconds=20), "R3": SENT + timedelta(hours=2)}
    assert lines("P1", receipts, SENT + timedelta(hours=3)) == {
        "A1": (Standing.DONE, ()),
        "A2": (Standing.DONE, ()),
        "A3": (Standing.OPEN, ()),
        "A4": (Standing.OPEN, ()),
    }


def test_silence_goes_up_over_christmas() -> None:
    receipts = {"R1": SENT, "R2": SENT}
    evening = datetime(2026, 12, 24, 17, 1, tzinfo=LONDON)
    assert lines("P1", receipts, evening)["A2"] == (Standing.LATE, (MANAGER,))
    after = datetime(2026, 12, 29, 17, 1, tzinfo=LONDON)
    assert lines("P1", receipts, after) == {
        "A1": (Standing.DONE, ()),
        "A2": (Standing.LATE, (MANAGER, HEADS)),
        "A3": (Standing.LATE, (MANAGER, HEADS)),
        "A4": (Standing.AT_RISK, ()),
    }


def test_a_later_receipt_speaks_for_the_ones_before() -> None:
    accepted = SENT + timedelta(days=6)
    found = lines("P1", {"R2": SENT, "R5": accepted}, accepted + timedelta(days=30))
    assert found == {
        "A1": (Standing.DONE, ()),
        "A2": (Standing.DONE_LATE, ()),
        "A3": (Standing.DONE_LATE, ()),
        "A4": (Standing.DONE, ()),
    }


def test_an_alert_is_answered_within_the_hour_and_has_no_answer_of_a_manager() -> None:
    found = lines("P6", {"R2": SENT}, SENT + timedelta(hours=2, seconds=1))
    assert found == {
        "A1": (Standing.DONE, ()),
        "A2": (Standing.LATE, (MANAGER, HEADS)),
        "A3": (Standing.LATE, (MANAGER, HEADS)),
    }


def test_the_arrival_at_the_door_is_no_answer_of_the_gateway() -> None:
    assert lines("P1", {"R1": SENT}, SENT + timedelta(minutes=2))["A1"] == (Standing.LATE, (MANAGER,))
