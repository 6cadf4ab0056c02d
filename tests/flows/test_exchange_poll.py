"""A partner without a way in fetches what is for it, and brings its receipts."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from authorities import dispatch, handed_over, levels, sent, settle
from exchange_rig import Cut, Two, answers, delivered_to, exported, heads, refused, two, verified
from gateway.itp.codes import Code, Refused
from gateway.pipeline.call import reach
from gateway.pipeline.collect import collect
from gateway.store.states import State

MIB = 1 << 20
LEASE = "POST outbox/lease"
CHUNK = "GET outbox/{id}/chunks/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def polling(tmp_path: Path, databases: dict[str, str]) -> Iterator[Two]:
    with two(tmp_path, databases, modes=("poll",)) as found:
        yield found


def test_what_waits_is_fetched_and_receipted(polling: Two) -> None:
    ann, ben = polling.ann, polling.ben
    message = dispatch(ann, ben.organisation, b"made-up case data")
    settle(ann, ben)
    assert polling.wire.calls == []
    assert collect(ben) == 1
    assert levels(ann, message) == ["R1"]
    settle(ben, ann)
    assert levels(ann, message) == levels(ben, message) == ["R1", "R2"]
    assert handed_over(ben, message) == b"made-up case data"
    assert (sent(ann, message).state, sent(ben, message).state) == (State.DELIVERED, State.DELIVERED)
    assert polling.back.calls == [LEASE, f"{CHUNK}0", "POST receipts", "POST receipts"]
    assert collect(ben) == 0


def test_a_large_message_is_fetched_chunk_by_chunk_and_what_is_here_is_not_fetched_again(polling: Two) -> None:
    content = secrets.token_bytes(3 * MIB + 1)
    message = dispatch(polling.ann, polling.ben.organisation, content, chunk_size=MIB)
    polling.back.cut = lambda call: Cut.AFTER if call == f"{CHUNK}2" else None
    assert collect(polling.ben) == 0
    assert sent(polling.ben, message).state is State.RECEIVING
    polling.back.taken()
    polling.back.cut = lambda _call: None
    assert collect(polling.ben) == 0, "the lease lasts"
    polling.clock.forward(11 * MINUTE)
    assert collect(polling.ben) == 1
    assert polling.back.taken(CHUNK) == [f"{CHUNK}{index}" for index in (2, 3)]
    settle(polling.ben)
    assert handed_over(polling.ben, message) == content
    assert levels(polling.ann, message) == ["R1", "R2"]


def test_a_lease_that_lapses_makes_the_message_available_again(polling: Two) -> None:
    message = dispatch(polling.ann, polling.ben.organisation)
    assert _leased(polling) == [message]
    assert _leased(polling) == []
    polling.clock.forward(11 * MINUTE)
    assert _leased(polling) == [message]
    polling.clock.forward(11 * MINUTE)
    assert collect(polling.ben) == 1
    settle(polling.ben)
    assert levels(polling.ann, message) == ["R1", "R2"]


def test_a_receipt_that_is_lost_does_not_make_a_second_copy(polling: Two) -> None:
    message = dispatch(polling.ann, polling.ben.organisation)
    polling.back.cut = lambda call: Cut.BEFORE if call == "POST receipts" else None
    assert collect(polling.ben) == 0
    settle(polling.ben)
    assert answers(polling.ann, message) == []
    polling.back.cut = lambda _call: None
    polling.clock.forward(11 * MINUTE)
    collect(polling.ben)
    settle(polling.ben)
    assert delivered_to(polling.ben) == [message]
    assert levels(polling.ann, message) == levels(polling.ben, message) == ["R1", "R2"]
    assert sent(polling.ann, message).state is State.DELIVERED


def test_what_is_refused_at_the_door_is_answered_with_a_signed_code_too(polling: Two) -> None:
    message = dispatch(polling.ann, polling.ben.organisation, expires=polling.clock() + timedelta(hours=1))
    polling.clock.forward(timedelta(hours=2))
    assert collect(polling.ben) == 1
    assert answers(polling.ann, message) == [("N", Code.EXPIRED)]
    assert sent(polling.ann, message).state is State.HELD
    assert delivered_to(polling.ben) == []


def test_what_is_refused_once_opened_is_answered_with_a_signed_code(polling: Two) -> None:
    def no(*_scanned: object) -> None:
        raise Refused(Code.CONTENT, "The scan says no.")

    message = dispatch(polling.ann, polling.ben.organisation)
    collect(polling.ben)
    settle(replace(polling.ben, scan=no))
    assert answers(polling.ann, message) == refused(Code.CONTENT)
    assert sent(polling.ann, message).state is State.HELD


def test_who_polls_also_sends_and_fetches_the_receipts_for_that(polling: Two) -> None:
    ann, ben = polling.ann, polling.ben
    message = dispatch(ben, ann.organisation, b"from behind a firewall")
    settle(ben, ann)
    assert handed_over(ann, message) == b"from behind a firewall"
    assert levels(ben, message) == ["R1"]
    polling.clock.forward(6 * MINUTE)
    settle(ben, ann)
    assert levels(ben, message) == ["R1", "R2"]
    assert sent(ben, message).state is State.DELIVERED
    assert polling.wire.calls == []


def test_both_audit_logs_are_verified_after_a_poll(polling: Two) -> None:
    for _ in range(2):
        dispatch(polling.ann, polling.ben.organisation)
        collect(polling.ben)
        settle(polling.ben, polling.ann)
    assert verified(exported(polling.ann), polling.ann, ()).is_sound
    seen = heads(polling.ann)
    assert len(seen) == 4
    assert verified(exported(polling.ben), polling.ben, seen).is_sound


def _leased(polling: Two) -> list[str]:
    """Ask for what waits, as Ben would who dies before he fetches it."""
    ann = polling.ben.directory().partner(polling.ann.organisation)
    assert ann is not None
    way = reach(polling.ben, ann)
    assert way is not None
    answer = way.json("POST", "/itp/1/outbox/lease", None, json.dumps({"most": 5}).encode())
    return [offer["message_id"] for offer in answer["messages"]]
