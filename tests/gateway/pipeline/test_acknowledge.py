from __future__ import annotations

from datetime import timedelta

from authorities import dispatch, levels, sent, settle
from exchange_rig import Cut, Two, alerts
from gateway.itp import paths
from gateway.itp.identifiers import Digest, MessageId
from gateway.itp.label import read_label
from gateway.itp.receipts import Subject
from gateway.pipeline.breaker import FIRST_PAUSE, THRESHOLD
from gateway.pipeline.open import ACKNOWLEDGE
from gateway.pipeline.run import run_due
from gateway.pipeline.sign_receipt import signed
from gateway.store import messages, receipts
from gateway.store.models import Part
from pipeline_rig import due, reasons


def arrived(both: Two, count: int) -> list[MessageId]:
    """Have messages of Ann's arrive at Ben, and be opened while nothing goes back."""
    both.back.cut = lambda _call: Cut.BEFORE
    made = [dispatch(both.ann, both.ben.organisation) for _ in range(count)]
    run_due(both.ann, "test")
    run_due(both.ben, "test")
    return made


def test_receipts_for_a_partner_that_is_away_wait_for_it_and_nobody_waits_for_them(both: Two) -> None:
    made = arrived(both, THRESHOLD + 2)
    asked = list[str]()
    both.back.cut = lambda call: asked.append(call) or Cut.BEFORE  # type: ignore[func-returns-value]  # notes and cuts
    run_due(both.ben, "test")
    assert len(asked) == THRESHOLD
    assert alerts(both.ben) == [("partner-paused", "AAA")]
    waiting = [sent(both.ben, message).message for message in made[THRESHOLD:]]
    assert [reasons(both.ben, number)[-1] for number in waiting] == ["receipt: r2"] * 2, "no attempt is counted"
    assert all(due(both.ben, number)[ACKNOWLEDGE] > both.clock() + FIRST_PAUSE / 2 for number in waiting)
    both.clock.forward(FIRST_PAUSE)
    asked.clear()
    run_due(both.ben, "test")
    assert asked == [f"POST {paths.RECEIPTS.removeprefix('/itp/1/')}"], "one alone, and the next pause"


def test_when_the_partner_is_back_everything_is_acknowledged_and_the_alert_closes(both: Two) -> None:
    made = arrived(both, THRESHOLD + 2)
    run_due(both.ben, "test")
    both.back.cut = lambda _call: None
    for _ in range(4):
        both.clock.forward(timedelta(minutes=2))
        settle(both.ben)
    assert all(levels(both.ann, message) == ["R1", "R2"] for message in made)
    assert alerts(both.ben) == []


def test_a_receipt_that_is_signed_while_others_are_on_their_way_is_brought_too(both: Two) -> None:
    (message,) = arrived(both, 1)
    found, signed_by_then = sent(both.ben, message), list[str]()

    def see(call: str) -> None:
        if not signed_by_then:
            label = read_label(messages.read(both.ben.store, found.message, Part.LABEL))
            about = Subject.of(label, Digest(sent(both.ben, message).content_digest or ""))
            previous = receipts.last(both.ben.store, found.message)
            receipt = signed(both.ben, about, "R3", "seen", both.clock(), previous=previous, by_role="duty")
            receipts.keep(both.ben.store, found.message, receipt, both.clock())
            signed_by_then.append(call)

    both.back.cut = see
    both.clock.forward(timedelta(minutes=2))
    run_due(both.ben, "test")
    assert levels(both.ann, message) == ["R1", "R2"]
    run_due(both.ben, "test")
    assert levels(both.ann, message) == ["R1", "R2", "R3"]
    assert due(both.ben, found.message) == {}
