"""One message, one decision: its state, its line, its audit event, all in one transaction."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.deadletters import decisions
from gateway.deadletters.selection import Choice, listed
from gateway.store.errors import NotAllowed
from gateway.store.outbox import claim
from gateway.store.receipts import Receipt, keep
from gateway.store.states import State
from gateway.store.store import Store
from schemas.errors import Rejected
from stopped_messages import INCOMING, OPERATOR, audited, named, state, stopped, told, work
from store_builder import NOW, counts, later, take

STOPPED = [State.DEAD_LETTERED, State.HELD]


@pytest.mark.parametrize("where", STOPPED)
@pytest.mark.parametrize(("decision", "action"), [(decisions.drop, "drop"), (decisions.send_back, "return")])
def test_a_stopped_message_is_dropped_or_returned(
    store: Store, where: State, decision: Callable[..., None], action: str
) -> None:
    message = stopped(store, state=where)
    decision(store, OPERATOR, message, later(5), reason="duplicate")
    assert state(store, message) is State.RETURNED
    assert told(store, message) == [("returned", "duplicate")]
    assert audited(store) == [{"action": action, "objects": [named()]}]
    assert work(store) == []


@pytest.mark.parametrize("decision", [decisions.drop, decisions.send_back])
def test_the_sender_of_an_incoming_message_is_told(store: Store, decision: Callable[..., None]) -> None:
    message = stopped(store, **INCOMING)
    decision(store, OPERATOR, message, later(5), reason="itp-422-content")
    assert work(store) == [(message, "acknowledge", later(5))]
    (noted,) = audited(store)
    assert noted["code"] == "itp-422-content"


@pytest.mark.parametrize(("direction", "task"), [({}, "deliver"), (INCOMING, "open")])
def test_a_held_message_is_released(store: Store, direction: dict[str, Any], task: str) -> None:
    message = stopped(store, state=State.HELD, reason="itp-422-policy", **direction)
    decisions.release(store, OPERATOR, message, later(5))
    assert state(store, message) is State.ACCEPTED
    assert told(store, message) == [("reopened", "released")]
    assert work(store) == [(message, task, later(5))]
    assert audited(store) == [{"action": "release", "objects": [named()]}]


def test_a_message_that_could_not_arrive_is_not_released(store: Store) -> None:
    message = stopped(store, state=State.HELD)
    before = counts(store)
    with pytest.raises(NotAllowed, match=r"^It expired on 2026-11-30 09:00 UTC\.$"):
        decisions.release(store, OPERATOR, message, NOW + timedelta(days=5))
    keep(store, message, Receipt("N", "0" * 64, b"token"), NOW)
    with pytest.raises(
        NotAllowed, match=r"^The partner refused it with a negative receipt, and would give the same one again\.$"
    ):
        decisions.release(store, OPERATOR, message, later(5))
    assert state(store, message) is State.HELD
    assert counts(store) == {**before, "receipts": 1, "ledger": before["ledger"] + 1}


def test_a_message_at_work_is_held_and_its_worker_loses_it(store: Store) -> None:
    message = take(store).message
    decisions.hold(store, OPERATOR, message, later(5))
    assert state(store, message) is State.HELD
    assert claim(store, "ann", later(9), later(60), 1) == ()
    assert audited(store) == [{"action": "hold", "objects": [named()]}]


def test_an_owner_is_named_and_changed(store: Store) -> None:
    message = stopped(store)
    decisions.own(store, OPERATOR, message, later(5), owner="data-steward")
    decisions.own(store, OPERATOR, message, later(6), owner="duty")
    assert [line.owner for line in listed(store, Choice())] == ["duty"]
    assert told(store, message) == [("step-done", "owner-set"), ("step-done", "owner-set")]
    first, second = audited(store)
    assert (first["action"], first["objects"]) == ("setting-change", [named()])
    assert first["after"] == second["before"] != second["after"]


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (lambda s, m: decisions.drop(s, OPERATOR, m, NOW, reason="x"), "not dead-lettered or held"),
        (lambda s, m: decisions.send_back(s, OPERATOR, m, NOW, reason="x"), "not dead-lettered or held"),
        (lambda s, m: decisions.release(s, OPERATOR, m, NOW), "not held"),
        (lambda s, m: decisions.own(s, OPERATOR, m, NOW, owner="duty"), "not dead-lettered or held"),
    ],
)
def test_a_message_at_work_is_left_alone(store: Store, decision: Callable[..., None], words: str) -> None:
    message = take(store).message
    before = counts(store)
    with pytest.raises(NotAllowed, match=rf"^Message number {message} is accepted, {words}\.$"):
        decision(store, message)
    with pytest.raises(NotAllowed, match=r"^There is no message number 999\.$"):
        decision(store, 999)
    assert counts(store) == before


@pytest.mark.parametrize("text", ["", "Ann Smith", "a_b", "-a", "a" * 65, "é"])
def test_a_reason_is_a_code_and_no_text(store: Store, text: str) -> None:
    message = stopped(store)
    with pytest.raises(Rejected, match=r"^A reason is a code of small letters, digits and hyphens\.$"):
        decisions.drop(store, OPERATOR, message, NOW, reason=text)
    with pytest.raises(Rejected, match="is a code"):
        decisions.own(store, OPERATOR, message, NOW, owner=text)
    assert state(store, message) is State.DEAD_LETTERED


def test_nothing_happens_where_the_audit_event_cannot_be_written(store: Store) -> None:
    message = stopped(store)
    before = counts(store)
    nobody = Actor("urn:ics:org:ods:not an organisation", Role.OPERATOR)
    with pytest.raises(Rejected, match=r"^This is no audit entry: wrong or missing organisation\.$"):
        decisions.drop(store, nobody, message, NOW, reason="duplicate")
    assert (state(store, message), counts(store)) == (State.DEAD_LETTERED, before)


def test_of_two_decisions_at_once_one_stands(store: Store) -> None:
    message = stopped(store, state=State.HELD)
    begun = threading.Barrier(2)

    def decided(decision: Callable[[], None]) -> bool:
        begun.wait()
        try:
            decision()
        except NotAllowed:
            return False
        return True

    both: list[Callable[[], None]] = [
        lambda: decisions.release(store, OPERATOR, message, later(5)),
        lambda: decisions.drop(store, OPERATOR, message, later(5), reason="duplicate"),
    ]
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(decided, both))
    assert sorted(results) == [False, True]
    assert len(told(store, message)) == len(audited(store)) == 1
