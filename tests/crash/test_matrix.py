"""`kill -9` of sender and receiver at each state change, and receipts that are lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from crash.checker import check_messages
from crash.faults import Moment, at
from crash.points import RECEIVER, SENDER, SENDING, Point, huge
from crash.rig import Rig, large, refused, rig, small
from gateway.pipeline.hand_over import ABANDONED
from gateway.pipeline.schedule import JOBS
from gateway.store.states import Direction


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """Two authorities that live on through all these tests, each killed and started again many times."""
    with rig(tmp_path_factory.mktemp("rig")) as made:
        yield made


@pytest.mark.parametrize("point", [*SENDER, *RECEIVER], ids=str)
def test_a_kill_at_each_state_change_loses_and_doubles_nothing(both: Rig, point: Point) -> None:
    side = both.ann if point.side == "ann" else both.ben
    side.arm(point.fault)
    message = both.send(point.content())
    both.killed_by(side, point.fault)
    assert both.settle(only={message}) == [], both.logs()


@pytest.mark.parametrize(("moment", "step", "content"), SENDING, ids=lambda value: getattr(value, "__name__", value))
def test_a_kill_while_a_message_is_handed_in_leaves_the_whole_message_or_none(
    both: Rig, moment: Moment, step: str, content: object
) -> None:
    before = set(both.books[0].ids(Direction.OUT, both.ben.member))
    body = huge() if content is huge else small()
    both.ann.arm(at(moment, "pipeline.send.send", step))
    process = both.ann.dispatch(both.ben.member, (body, 1 << 20))
    assert process.wait(30)
    assert both.ann.trap.sprung
    accepted = set(both.books[0].ids(Direction.OUT, both.ben.member)) - before
    # What was committed is ours to deliver; what was not is no message, and is sent again by whoever sent it.
    stored = moment == "after" and step in {"store.accept.accept", "store.receiving.finish"}
    assert len(accepted) == (1 if stored else 0)
    for message in accepted:
        both.sent_by(both.ann)[message] = body
    assert both.settle(only=accepted) == [], both.logs()


@pytest.mark.parametrize(
    ("content", "request_line"),
    [
        (small, b"PUT /itp/1/transfers"),
        (large, b"PUT /itp/1/transfers"),
        (large, b"POST /itp/1/transfers"),
        (refused, b"PUT /itp/1/transfers"),
    ],
)
def test_an_answer_with_r1_that_is_lost_is_given_again(
    both: Rig, content: Callable[[], bytes], request_line: bytes
) -> None:
    both.ben.proxy.loses.append(request_line)
    message = both.send(content())
    assert both.settle(only={message}) == [], both.logs()
    assert both.ben.proxy.loses == []


def test_receipts_whose_answer_is_lost_are_brought_again_and_kept_once(both: Rig) -> None:
    both.ann.proxy.loses.append(b"POST /itp/1/receipts")
    message = both.send()
    assert both.settle(only={message}) == [], both.logs()
    assert both.ann.proxy.loses == []


def test_receipts_that_never_come_are_asked_for(both: Rig) -> None:
    both.ann.proxy.parted = True
    try:
        message = both.send()
        sent = {message: both.sent_by(both.ann)[message]}

        def asked() -> bool:
            (copy,) = both.books[0].copies(message, Direction.OUT)
            return copy.levels == ("R1", "R2")

        assert both.until(asked), both.logs()
        assert any("acknowledge is due" in problem for problem in check_messages(*both.books, sent))
    finally:
        both.ann.proxy.parted = False
    assert both.settle(only={message}) == [], both.logs()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_while_receipts_are_asked_for_keeps_each_once(both: Rig, moment: Moment) -> None:
    fault = at(moment, "pipeline.ask.ask", "pipeline.receipt._keep")
    both.ann.arm(fault)
    both.ann.proxy.parted = True
    try:
        message = both.send()
        both.killed_by(both.ann, fault)
    finally:
        both.ann.proxy.parted = False
    assert both.settle(only={message}) == [], both.logs()


def test_a_day_without_a_network_delays_and_loses_nothing(both: Rig) -> None:
    for side in both.sides:
        side.proxy.parted = True
    there, back = both.send(), both.send(by=both.ben)
    tried = both.clock() + timedelta(minutes=10)
    assert both.until(lambda: both.clock() > tried)
    both.skip(timedelta(hours=24))
    late = both.send()
    assert {copy.state for copy in both.books[0].copies(there, Direction.OUT)} == {"accepted"}
    for side in both.sides:
        side.proxy.parted = False
    assert both.settle(only={there, back, late}) == [], both.logs()


def test_both_sides_killed_at_once_go_on_where_they_were(both: Rig) -> None:
    messages = {both.send(), both.send(large()), both.send(by=both.ben)}
    for side in both.sides:
        side.kill()
    assert both.settle(only=messages) == [], both.logs()


def test_plaintext_of_a_receiver_that_was_killed_while_it_wrote_is_deleted(both: Rig) -> None:
    fault = at("rename", "pipeline.hand_over.hand_over")
    both.ben.arm(fault)
    message = both.send()
    both.killed_by(both.ben, fault)
    assert both.settle(only={message}) == [], both.logs()
    both.skip(ABANDONED + next(job.every for job in JOBS if job.name == "retain"))
    assert both.until(lambda: not [name for name in both.books[1].inbox() if name.startswith(".")]), both.logs()
