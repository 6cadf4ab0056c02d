"""What a person is told about one message."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.deadletters.explanation import Due, Try, explain
from gateway.deadletters.reasons import OURS, meaning
from gateway.itp.codes import TABLE, Code
from gateway.store.finish import complete, fail
from gateway.store.models import Outcome
from gateway.store.outbox import claim
from gateway.store.states import State
from gateway.store.store import Store
from schemas.errors import Rejected
from stopped_messages import OUTGOING, stopped
from store_builder import NOW, later, take


def test_a_dead_letter_is_explained_from_its_history_and_attempts(store: Store) -> None:
    message = take(store, **OUTGOING).message
    (lease,) = claim(store, "ann", NOW, later(60), 1)
    fail(store, lease, later(2), reason="timeout", due=later(30))
    (lease,) = claim(store, "ann", later(30), later(60), 1)
    complete(store, lease, later(33), to=State.DEAD_LETTERED, reason="itp-422-manifest")
    told = explain(store, message, later(99))
    assert told.meaning.means == "A signature is invalid, or a digest or claim does not match."
    assert told.todo == "Stop; alert. Then: ics-gateway messages replay, return or drop."
    assert told.attempts == (
        Try("deliver", 1, later(2), Outcome.FAILED, "timeout"),
        Try("deliver", 2, later(33), Outcome.DONE, "itp-422-manifest"),
    )
    assert [(entry.event.value, entry.reason) for entry in told.history] == [
        ("accepted", "accepted"),
        ("attempt-failed", "timeout"),
        ("dead-lettered", "itp-422-manifest"),
    ]
    assert told.work == ()


def test_a_message_at_work_says_who_is_at_it(store: Store) -> None:
    message = take(store, **OUTGOING).message
    claim(store, "ann", NOW, later(60), 1)
    told = explain(store, message, later(1))
    assert told.todo == "Nothing: it is being worked on."
    assert told.work == (Due("deliver", NOW, 1, "ann"),)


@pytest.mark.parametrize(
    ("where", "after", "todo"),
    [
        (State.HELD, timedelta(), "A person decides. Then: ics-gateway messages release, return or drop."),
        (State.HELD, timedelta(days=5), "It expired on 2026-11-30 09:00 UTC. Return or drop it."),
        (State.RETURNED, timedelta(), "Nothing."),
        (State.DELIVERED, timedelta(), "Nothing."),
    ],
)
def test_what_to_do_depends_on_where_it_is(store: Store, where: State, after: timedelta, todo: str) -> None:
    message = stopped(store, state=where, reason="itp-422-policy")
    assert explain(store, message, NOW + after).todo == todo


def test_there_must_be_such_a_message(store: Store) -> None:
    with pytest.raises(Rejected, match=r"^There is no message number 9, or it has not come whole yet\.$"):
        explain(store, 9, NOW)


@pytest.mark.parametrize("code", Code)
def test_every_code_of_the_protocol_is_explained_by_its_table(code: Code) -> None:
    assert meaning(code.value).means == TABLE[code].meaning
    assert meaning(code.value).todo == TABLE[code].action


def test_our_own_codes_are_explained_and_others_say_that_they_are_not_known() -> None:
    assert all(meaning(code).means.endswith(".") and meaning(code).todo.endswith(".") for code in OURS)
    assert meaning("replay-019d").means == "A replay put the message back to work; its id follows."
    assert meaning("paused-019d").todo == "Resume it, or replay."
    assert meaning("never-heard").means == "The gateway knows this code only as it was given."
