"""A replay that is going can be stopped, and gone on with."""

from __future__ import annotations

import pytest

from gateway.deadletters import decisions
from gateway.deadletters.pause import Waiting, going, pause, resume
from gateway.deadletters.replay import Replay, replay
from gateway.deadletters.selection import Choice, listed
from gateway.store.finish import fail
from gateway.store.outbox import claim
from gateway.store.states import State
from gateway.store.store import Store
from schemas.errors import Rejected
from stopped_messages import OPERATOR, audited, named, state, stopped, told, work
from store_builder import later, numbered

START = later(0)


def draw(size: int) -> bytes:
    return bytes(size)


def started(store: Store, messages: int = 4) -> tuple[Replay, list[int]]:
    """Replay messages of different conversations, one a minute."""
    made = [stopped(store, number, conversation_id=numbered(number)) for number in range(1, messages + 1)]
    return replay(store, OPERATOR, Choice(), START, draw, per_minute=1), made


def test_replays_that_are_going_are_listed(store: Store) -> None:
    done, _ = started(store)
    assert going(store, later(61)) == (Waiting(done.id, 2, later(120), later(180)),)
    assert going(store, later(180)) == ()


def test_what_has_not_had_its_turn_goes_back_with_its_own_reason(store: Store) -> None:
    done, made = started(store)
    assert pause(store, OPERATOR, done.id, later(61)) == 2
    assert [state(store, message) for message in made] == [State.ACCEPTED] * 2 + [State.DEAD_LETTERED] * 2
    assert told(store, made[3]) == [
        ("reopened", f"replay-{done.id}"),
        ("dead-lettered", "itp-409-conflict"),
        ("step-done", f"paused-{done.id}"),
    ]
    assert [message for message, _, _ in work(store)] == made[:2]
    assert audited(store)[4:] == [
        {"action": "dead-letter", "objects": [named(number)], "request": done.id} for number in (3, 4)
    ]
    assert [line.reason for line in listed(store, Choice())] == ["itp-409-conflict"] * 2


def test_what_is_under_way_or_was_tried_goes_on(store: Store) -> None:
    done, made = started(store, 3)
    (lease,) = claim(store, "ann", START, later(90), 9)
    fail(store, lease, later(1), reason="timeout", due=later(500))
    assert [lease.message for lease in claim(store, "ann", later(60), later(90), 9)] == [made[1]]
    assert pause(store, OPERATOR, done.id, later(60)) == 1
    assert [state(store, message) for message in made] == [State.ACCEPTED] * 2 + [State.DEAD_LETTERED]


def test_a_paused_replay_goes_on_with_what_nobody_decided_about(store: Store) -> None:
    done, made = started(store)
    pause(store, OPERATOR, done.id, START)
    assert [message for message, _, _ in work(store)] == made[:1]
    decisions.own(store, OPERATOR, made[3], later(1), owner="duty")
    decisions.drop(store, OPERATOR, made[1], later(1), reason="duplicate")
    stopped(store, 9)
    again = resume(store, OPERATOR, done.id, later(600), draw, per_minute=2)
    assert again.id != done.id
    assert [(one.line.number, one.due) for one in again.plan.going] == [(made[2], later(600)), (made[3], later(630))]
    with pytest.raises(Rejected, match=r"^No message waits that a pause of this replay put back\.$"):
        resume(store, OPERATOR, done.id, later(601), draw)


def test_there_must_be_something_to_pause_or_resume(store: Store) -> None:
    done, _ = started(store, 1)
    with pytest.raises(Rejected, match=r"^No message of this replay waits for its turn\.$"):
        pause(store, OPERATOR, done.id, later(1))
    with pytest.raises(Rejected, match=r"^No message of this replay waits for its turn\.$"):
        pause(store, OPERATOR, numbered(5), START)
    with pytest.raises(Rejected, match=r"^No message waits that a pause of this replay put back\.$"):
        resume(store, OPERATOR, done.id, later(1), draw)


def test_a_pause_touches_no_other_replay(store: Store) -> None:
    first, _ = started(store, 2)
    stopped(store, 8), stopped(store, 9)
    second = replay(store, OPERATOR, Choice(), later(1), draw, per_minute=1)
    assert pause(store, OPERATOR, second.id, later(2)) == 1
    assert [waiting.id for waiting in going(store, later(2))] == [first.id]
