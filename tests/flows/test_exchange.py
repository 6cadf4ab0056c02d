"""Messages between two authorities over real servers, from sealing to the last receipt, on both databases."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import select

from authorities import dispatch, handed_over, levels, sent, settle
from exchange_rig import Cut, Two, alerts, answers, delivered_to, exported, heads, verified
from gateway.pipeline.exchange import Exchange
from gateway.store import receipts
from gateway.store.engine import reading
from gateway.store.models import Work
from gateway.store.states import State

MIB = 1 << 20
CHUNK = "PUT transfers/{id}/chunks/"


def test_a_small_message_arrives_once_with_r1_and_r2_on_both_sides(both: Two) -> None:
    ann, ben = both.ann, both.ben
    message = dispatch(ann, ben.organisation, b"made-up case data")
    settle(ann, ben)
    assert levels(ann, message) == levels(ben, message) == ["R1", "R2"]
    assert _tokens(both.ann, message) == _tokens(both.ben, message)
    assert (sent(ann, message).state, sent(ben, message).state) == (State.DELIVERED, State.DELIVERED)
    assert handed_over(ben, message) == b"made-up case data"
    assert both.wire.taken() == ["PUT transfers/{id}"]
    assert both.back.taken() == ["POST receipts"]
    assert alerts(ann) == alerts(ben) == []


def test_nothing_is_due_once_both_hold_the_receipts(both: Two) -> None:
    dispatch(both.ann, both.ben.organisation)
    settle(both.ann, both.ben)
    for exchange in (both.ann, both.ben):
        with reading(exchange.store.engine) as connection:
            assert connection.execute(select(Work.task)).scalars().all() == []


def test_it_goes_both_ways(both: Two) -> None:
    there = dispatch(both.ann, both.ben.organisation, b"there")
    back = dispatch(both.ben, both.ann.organisation, b"and back")
    settle(both.ann, both.ben)
    assert (handed_over(both.ben, there), handed_over(both.ann, back)) == (b"there", b"and back")
    assert levels(both.ann, there) == levels(both.ben, back) == ["R1", "R2"]


def test_an_empty_payload_is_a_message_too(both: Two) -> None:
    message = dispatch(both.ann, both.ben.organisation, b"")
    settle(both.ann, both.ben)
    assert handed_over(both.ben, message) == b""
    assert levels(both.ann, message) == ["R1", "R2"]


def test_a_large_message_goes_chunk_by_chunk(both: Two) -> None:
    content = secrets.token_bytes(3_000_000)
    message = dispatch(both.ann, both.ben.organisation, content, chunk_size=MIB)
    settle(both.ann, both.ben)
    assert levels(both.ann, message) == ["R1", "R2"]
    assert handed_over(both.ben, message) == content
    chunks = [f"{CHUNK}{index}" for index in range(3)]
    assert both.wire.taken() == ["PUT transfers/{id}", *chunks, "POST transfers/{id}/complete"]


@pytest.mark.parametrize(
    ("cut", "again"),
    [(Cut.BEFORE, ["2", "3"]), (Cut.AFTER, ["3"])],
    ids=["the chunk is lost", "the answer is lost"],
)
def test_after_a_lost_connection_only_missing_chunks_are_sent_again(both: Two, cut: Cut, again: list[str]) -> None:
    content = secrets.token_bytes(3 * MIB + 1)
    message = dispatch(both.ann, both.ben.organisation, content, chunk_size=MIB)
    both.wire.cut = lambda call: cut if call == f"{CHUNK}2" else None
    settle(both.ann, both.ben)
    assert sent(both.ann, message).state is State.ACCEPTED
    assert answers(both.ann, message) == []
    assert sent(both.ben, message).state is State.RECEIVING
    both.wire.taken()
    both.wire.cut = lambda _call: None
    both.clock.forward(timedelta(minutes=1))
    settle(both.ann, both.ben)
    assert both.wire.taken(CHUNK) == [f"{CHUNK}{index}" for index in again]
    assert handed_over(both.ben, message) == content
    assert levels(both.ann, message) == levels(both.ben, message) == ["R1", "R2"]


def test_a_message_whose_answer_is_lost_is_not_taken_twice(both: Two) -> None:
    message = dispatch(both.ann, both.ben.organisation)
    both.wire.cut = lambda _call: Cut.AFTER
    settle(both.ann)
    both.wire.cut = lambda _call: None
    both.clock.forward(timedelta(minutes=1))
    settle(both.ann, both.ben)
    assert both.wire.calls == ["PUT transfers/{id}"] * 2
    assert delivered_to(both.ben) == [message]
    assert levels(both.ann, message) == levels(both.ben, message) == ["R1", "R2"]


def test_a_receipt_that_is_lost_on_its_way_is_brought_again(both: Two) -> None:
    message = dispatch(both.ann, both.ben.organisation)
    both.back.cut = lambda _call: Cut.BEFORE
    settle(both.ann, both.ben)
    assert levels(both.ann, message) == ["R1"]
    both.back.cut = lambda _call: None
    both.clock.forward(timedelta(minutes=1))
    settle(both.ann, both.ben)
    assert levels(both.ann, message) == ["R1", "R2"]


def test_a_receipt_that_is_not_brought_is_asked_for(both: Two) -> None:
    message = dispatch(both.ann, both.ben.organisation)
    both.back.cut = lambda _call: Cut.BEFORE
    settle(both.ann, both.ben)
    both.clock.forward(timedelta(minutes=6))
    settle(both.ann, both.ben)
    assert "GET transfers/{id}/receipts" in both.wire.calls
    assert levels(both.ann, message) == ["R1", "R2"]
    assert sent(both.ann, message).state is State.DELIVERED


def test_both_audit_logs_are_verified_offline_against_what_the_partner_holds(both: Two) -> None:
    ann, ben = both.ann, both.ben
    for content in (b"one", b"two"):
        dispatch(ann, ben.organisation, content)
        dispatch(ben, ann.organisation, content)
        settle(ann, ben)
    for ours, theirs in ((ann, ben), (ben, ann)):
        log, seen = exported(ours), heads(theirs)
        assert len(seen) == 4
        assert max(int(head.partition(":")[0]) for head in seen) > 1
        verdict = verified(log, ours, seen)
        assert verdict.fault is None
        assert verdict.entries > 20


def test_a_log_that_was_written_anew_does_not_fit_what_the_partner_holds(both: Two) -> None:
    for _ in range(2):
        dispatch(both.ann, both.ben.organisation)
        dispatch(both.ben, both.ann.organisation)
        settle(both.ann, both.ben)
    # As good as any log that Ben never signed over: Ann's heads, said of Ben's log.
    verdict = verified(exported(both.ben), both.ben, heads(both.ben))
    assert verdict.fault is not None
    assert verdict.fault.reason == "fork"


def _tokens(exchange: Exchange, message_id: str) -> list[bytes]:
    return [receipt.token for receipt in receipts.receipts(exchange.store, sent(exchange, message_id).message)]
