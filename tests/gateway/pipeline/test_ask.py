from __future__ import annotations

from dataclasses import replace

from authorities import dispatch, levels, sent
from exchange_rig import Cut, Two, alerts, minutes
from gateway.itp.codes import Code
from gateway.itp.keys import Use
from gateway.pipeline.ask import AGAIN
from gateway.pipeline.deliver import ASK, ASK_AFTER
from gateway.pipeline.run import run_due, sweep
from gateway.store.states import State
from pipeline_rig import due, reasons


def test_the_first_question_comes_after_five_minutes_and_the_next_half_an_hour_later(both: Two) -> None:
    number = sent(both.ann, dispatch(both.ann, both.ben.organisation)).message
    frozen = both.clock()
    ann = replace(both.ann, clock=lambda: frozen)
    run_due(ann, "test")
    assert due(ann, number) == {ASK: frozen + ASK_AFTER}
    frozen += ASK_AFTER
    both.clock.forward(ASK_AFTER)
    run_due(ann, "test")
    assert reasons(ann, number)[-1] == "attempt-failed: no-receipt-yet"
    assert due(ann, number) == {ASK: frozen + AGAIN}


def test_at_its_expiry_a_message_is_left_to_a_person_and_nobody_is_asked_again(both: Two) -> None:
    message = dispatch(both.ann, both.ben.organisation, expires=both.clock() + minutes(60))
    number = sent(both.ann, message).message
    run_due(both.ann, "test")
    both.clock.forward(minutes(61))
    assert run_due(both.ann, "test") == 1
    assert reasons(both.ann, number)[-1] == f"held: {Code.EXPIRED}"
    assert (due(both.ann, number), run_due(both.ann, "test")) == ({}, 0)


def test_a_receipt_by_a_key_that_we_do_not_know_ends_nothing_and_the_next_question_finds_it_good(both: Two) -> None:
    both.back.cut = lambda _call: Cut.BEFORE
    message = dispatch(both.ann, both.ben.organisation)
    run_due(both.ann, "test")
    both.revoke(both.ben, Use.RECEIPT_LOG)
    sweep(both.ben, "test")
    both.clock.forward(ASK_AFTER)
    assert run_due(both.ann, "test") == 1
    assert sent(both.ann, message).state is State.ACCEPTED
    assert reasons(both.ann, sent(both.ann, message).message)[-1] == "attempt-failed: no-receipt-yet"
    assert alerts(both.ann) == [("manifest-refused", "BBB")]
    both.partnership.publish()
    both.clock.forward(AGAIN)
    run_due(both.ann, "test")
    assert levels(both.ann, message) == ["R1", "R2"]
    assert sent(both.ann, message).state is State.DELIVERED
