from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gateway.doctor.run import watch
from gateway.itp.codes import Code
from gateway.pipeline.expire import expire, hold_expired
from gateway.store import finish
from gateway.store.errors import Busy
from gateway.store.finish import move
from gateway.store.states import State
from gateway.store.store import Store
from itp_exchange import CAT
from pipeline_rig import Alone, alarms, due, outgoing, reasons, state


def test_what_has_expired_is_held_with_an_alert_and_the_rest_goes_on(ann: Alone) -> None:
    soon = outgoing(ann.exchange, expires=ann.clock() + timedelta(hours=1))
    late = outgoing(ann.exchange, CAT)
    ann.clock.forward(3599)
    assert expire(ann.exchange) == 0
    ann.clock.forward(1)
    assert expire(ann.exchange) == 1
    assert (state(ann.exchange, soon), state(ann.exchange, late)) == (State.HELD, State.ACCEPTED)
    assert reasons(ann.exchange, soon)[-1] == f"held: {Code.EXPIRED}"
    assert due(ann.exchange, soon) == {}
    assert alarms(ann.exchange) == [("message-held", "BBB")]
    watch(ann.exchange)
    assert ("message-held", "BBB") in alarms(ann.exchange), "while it is held"
    assert expire(ann.exchange) == 0
    move(ann.exchange.store, soon, State.RETURNED, ann.clock(), reason="by-person")
    watch(ann.exchange)
    assert ("message-held", "BBB") not in alarms(ann.exchange)


def test_one_that_has_come_to_its_end_meanwhile_is_left_alone(ann: Alone) -> None:
    message = outgoing(ann.exchange)
    move(ann.exchange.store, message, State.DELIVERED, ann.clock(), reason="r2")
    assert not hold_expired(ann.exchange, message, ann.clock())
    assert reasons(ann.exchange, message)[-1] == "delivered: r2"


def test_one_that_cannot_be_held_now_stops_no_other(ann: Alone, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (outgoing(ann.exchange, expires=ann.clock() + timedelta(hours=1)) for _ in range(2))
    real = finish.move

    def move_but_first(store: Store, message: int, *rest: Any, **more: Any) -> None:
        if message == first:
            raise Busy("The database is away.")
        real(store, message, *rest, **more)

    ann.clock.forward(3600)
    with monkeypatch.context() as patch:
        patch.setattr(finish, "move", move_but_first)
        assert expire(ann.exchange) == 1
    assert (state(ann.exchange, first), state(ann.exchange, second)) == (State.ACCEPTED, State.HELD)
    assert expire(ann.exchange) == 1


def test_an_urgent_message_without_a_receipt_alerts_after_fifteen_minutes_and_is_still_tried(ann: Alone) -> None:
    message = outgoing(ann.exchange, delivery="urgent")
    outgoing(ann.exchange, CAT)
    ann.clock.forward(899)
    watch(ann.exchange)
    assert ("urgent-without-receipt", "BBB") not in alarms(ann.exchange)
    ann.clock.forward(1)
    watch(ann.exchange)
    assert ("urgent-without-receipt", "BBB") in alarms(ann.exchange)
    assert state(ann.exchange, message) is State.ACCEPTED
