"""Keys that are followed by others while messages are under way, and clocks that differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from authorities import dispatch, levels, sent, settle
from exchange_rig import Two, alerts, answers, delivered_to, exported, heads, minutes, verified
from gateway.itp.codes import Code
from gateway.itp.keys import Use
from gateway.itp.suites import Curve
from gateway.partners import life
from gateway.pipeline import gate
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.run import sweep
from gateway.store.states import State

SECOND = timedelta(seconds=1)


def rotate(both: Two, exchange: Exchange, use: Use, curve: Curve) -> None:
    """Have a successor used from now on; the key before it ends its life."""
    both.clock.forward(SECOND)
    before = life.rotate(exchange.keys, use, curve, ahead=timedelta()).before
    both.clock.forward(SECOND)
    life.retire(exchange.keys, before.kid)
    both.partnership.publish()


def later(both: Two) -> None:
    """Pass time, so that keys were valid on a clock that is behind too."""
    settle(both.ann, both.ben)
    both.clock.forward(minutes(20))


@pytest.mark.parametrize(
    ("whose", "use", "curve"),
    [("ben", Use.ENCRYPT, "X25519"), ("ann", Use.SIGN, "Ed25519"), ("ben", Use.RECEIPT_LOG, "Ed25519")],
    ids=["encryption", "signing", "receipts"],
)
@pytest.mark.parametrize("under_way", [0, 1], ids=["sealed", "at the door"])
def test_a_key_that_is_followed_by_another_loses_no_message(
    both: Two, whose: str, use: Use, curve: Curve, under_way: int
) -> None:
    ann, ben = both.ann, both.ben
    before = dispatch(ann, ben.organisation)
    settle(*(ann,)[:under_way])
    rotate(both, getattr(both, whose), use, curve)
    after = dispatch(ann, ben.organisation)
    settle(ann, ben)
    assert levels(ann, before) == levels(ann, after) == ["R1", "R2"]
    assert delivered_to(ben) == sorted([before, after])
    assert alerts(ann) == alerts(ben) == []
    assert verified(exported(ben), ben, heads(ann)).is_sound


@pytest.mark.parametrize("ahead", [minutes(10), minutes(-10)], ids=["ahead", "behind"])
def test_a_gateway_whose_clock_is_ten_minutes_wrong_is_stopped_with_an_alert_and_loses_nothing(
    both: Two, ahead: timedelta
) -> None:
    later(both)
    wrong = replace(both.ann, clock=lambda: both.clock() + ahead)
    message = dispatch(wrong, both.ben.organisation)
    for _ in range(3):
        sweep(wrong, "test")
        both.clock.forward(minutes(1))
    assert alerts(both.ann) == [("partner-held", "BBB"), ("signature-refused", "BBB")]
    assert [code for code, _ in alerts(both.ben)] == ["signature-refused"]
    assert (answers(both.ann, message), sent(both.ann, message).state) == ([], State.ACCEPTED)
    assert both.wire.calls == ["PUT transfers/{id}"] * 2, "once more, and then a person"
    both.clock.forward(minutes(20))
    gate.resume(both.ann, both.ben.organisation)
    settle(both.ann, both.ben)
    assert answers(both.ann, message) == [("R1", None), ("R2", None)]


@pytest.mark.parametrize("ahead", [minutes(2) - SECOND, SECOND - minutes(2)], ids=["ahead", "behind"])
def test_clocks_may_differ_by_two_minutes(both: Two, ahead: timedelta) -> None:
    later(both)
    ann = replace(both.ann, clock=lambda: both.clock() + ahead)
    message = dispatch(ann, both.ben.organisation)
    settle(ann, both.ben)
    assert answers(both.ann, message) == [("R1", None), ("R2", None)]


def test_a_suite_below_the_minimum_of_the_partner_is_not_sent(both: Two) -> None:
    entry = both.entry(both.ben).model_copy(update={"suites": ("itp-b",), "minimum_suite": "itp-b"})
    both.partnership.publish({"BBB": entry})
    with pytest.raises(Exception, match="no suite that both organisations have valid keys for") as refused:
        dispatch(both.ann, both.ben.organisation)
    assert getattr(refused.value, "code", None) is Code.KEY
