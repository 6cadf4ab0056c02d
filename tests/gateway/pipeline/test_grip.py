from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from authorities import dispatch, levels, sent, settle
from exchange_rig import Two, minutes
from gateway.pipeline.deliver import CHUNKS_AT_ONCE
from gateway.pipeline.grip import LEASE, Grip
from gateway.pipeline.receive import OPEN
from gateway.pipeline.run import run, run_due
from gateway.store.errors import LeaseLost
from gateway.store.outbox import claim_one
from gateway.store.states import State
from pipeline_rig import Alone, claimed, incoming, lease_end, reasons, state


def stepping(clock: Callable[[], datetime], by: timedelta) -> Callable[[], datetime]:
    """Make a clock that is that much later whenever somebody looks at it."""
    looked = 0

    def now() -> datetime:
        nonlocal looked
        looked += 1
        return clock() + by * looked

    return now


def test_a_lease_is_renewed_when_a_third_of_it_has_gone_and_not_before(ben: Alone) -> None:
    message = incoming(ben.exchange)
    lease = claimed(ben.exchange, message, OPEN)
    grip = Grip(ben.exchange, lease)
    ben.clock.forward(200)
    grip.keep()
    assert lease_end(ben.exchange, message) == lease.expires
    ben.clock.forward(1)
    assert list(grip.over([b"a", b"b"])) == [b"a", b"b"]
    assert lease_end(ben.exchange, message) == ben.clock() + LEASE


def test_a_step_whose_lease_another_has_stops_at_the_next_chunk(ben: Alone) -> None:
    message = incoming(ben.exchange)
    pieces = Grip(ben.exchange, claimed(ben.exchange, message, OPEN)).over([b"a", b"b", b"c"])
    assert next(pieces) == b"a"
    ben.clock.forward(601)
    assert claim_one(ben.exchange.store, "other", ben.clock(), ben.clock() + LEASE, (message, OPEN))
    with pytest.raises(LeaseLost, match=r"^The lease of this work has ended\.$"):
        next(pieces)


def test_opening_takes_longer_than_a_lease_and_keeps_it(ben: Alone) -> None:
    message = incoming(ben.exchange)
    slow = ben.with_(clock=stepping(ben.clock, minutes(3)))
    assert run_due(slow, "test") == 1
    assert state(ben.exchange, message) is State.DELIVERED
    assert reasons(ben.exchange, message)[-1] == "receipt: r2"


def test_bringing_takes_longer_than_a_lease_and_keeps_it(both: Two) -> None:
    message = dispatch(both.ann, both.ben.organisation, b"x" * (5 << 20))
    both.wire.cut = lambda _call: both.clock.forward(minutes(3))
    assert run_due(both.ann, "test", 1) == 1
    assert len(both.wire.taken("PUT transfers/{id}/chunks")) == 5
    assert levels(both.ann, message) == ["R1"]
    assert reasons(both.ann, sent(both.ann, message).message)[-2:] == ["step-done: r1", "receipt: r1"]


def test_a_small_message_in_more_chunks_than_go_at_once_goes_one_by_one(both: Two) -> None:
    message = dispatch(both.ann, both.ben.organisation, b"x" * (CHUNKS_AT_ONCE + 1), chunk_size=1)
    run_due(both.ann, "test", 1)
    assert len(both.wire.taken("PUT transfers/{id}/chunks")) == CHUNKS_AT_ONCE + 1
    settle(both.ben, both.ann)
    assert levels(both.ann, message) == ["R1", "R2"]


def test_a_lease_that_lapsed_before_its_turn_is_dropped_and_nothing_is_done(ben: Alone) -> None:
    message = incoming(ben.exchange)
    lease = claimed(ben.exchange, message, OPEN)
    ben.clock.forward(601)
    run(ben.exchange, lease)
    assert reasons(ben.exchange, message) == ["accepted: accepted", "receipt: r1"]
    assert list(ben.exchange.inbox.iterdir()) == []
