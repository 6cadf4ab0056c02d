"""Finishing: attempts, ends, and decisions from outside."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, select

from gateway.store import ledger, messages
from gateway.store.engine import reading, writing
from gateway.store.errors import LeaseLost, NotAllowed
from gateway.store.finish import complete, fail, move
from gateway.store.models import Attempt, Outcome
from gateway.store.outbox import Lease, Next, claim, enqueue
from gateway.store.states import ENDS, TRANSITIONS, State
from gateway.store.store import Store
from store_builder import NOW, SENDER, counts, later, numbered, take

STRANDED = "The message has not come to its end, and nothing would be due for it."


def leased(store: Store, number: int = 1) -> Lease:
    take(store, number)
    (lease,) = claim(store, "ann", NOW, later(60), 1)
    return lease


def lines(store: Store, message: int) -> list[tuple[str, str]]:
    return [(line.event.value, line.reason) for line in ledger.history(store, message)]


def state(store: Store, number: int = 1) -> State:
    found = messages.status(store, SENDER, numbered(number))
    assert found is not None
    return found.state


def attempts(store: Store) -> list[tuple[object, ...]]:
    columns = (Attempt.task, Attempt.number, Attempt.owner, Attempt.started, Attempt.ended, Attempt.outcome)
    with reading(store.engine) as connection:
        rows = connection.execute(select(*columns, Attempt.reason).order_by(Attempt.id))
        return [tuple(row) for row in rows]


@pytest.mark.parametrize("end", sorted(ENDS))
def test_work_that_is_done_brings_its_message_to_an_end(store: Store, end: State) -> None:
    lease = leased(store)
    complete(store, lease, later(5), to=end, reason="some-code")
    assert state(store) is end
    assert lines(store, lease.message) == [("accepted", "accepted"), (end.value, "some-code")]
    assert attempts(store) == [("deliver", 1, "ann", NOW, later(5), Outcome.DONE, "some-code")]
    assert counts(store)["outbox"] == 0


def test_a_step_that_is_done_makes_the_next_one_due(store: Store) -> None:
    lease = leased(store)
    complete(store, lease, later(5), reason="parsed", then=Next("validate", later(6)))
    assert lines(store, lease.message) == [("accepted", "accepted"), ("step-done", "parsed")]
    assert claim(store, "ben", later(5), later(60), 1) == ()
    assert [next_.task for next_ in claim(store, "ben", later(6), later(60), 1)] == ["validate"]


def test_work_may_follow_the_end(store: Store) -> None:
    complete(store, leased(store), later(5), to=State.DELIVERED, reason="r1", then=Next("acknowledge", later(5)))
    (lease,) = claim(store, "ben", later(5), later(60), 1)
    complete(store, lease, later(6), reason="sent")
    assert (state(store), counts(store)["outbox"]) == (State.DELIVERED, 0)


def test_a_message_is_never_left_with_nothing_due_and_no_end(store: Store) -> None:
    lease = leased(store)
    before = counts(store)
    with pytest.raises(NotAllowed) as caught:
        complete(store, lease, later(5), reason="parsed")
    assert (caught.value.code, caught.value.message) == ("store-not-allowed", STRANDED)
    assert counts(store) == before


def test_of_two_that_settle_the_last_work_at_once_the_later_is_refused(postgresql_store: Store) -> None:
    first = leased(postgresql_store)
    with writing(postgresql_store.engine) as connection:
        enqueue(connection, first.message, Next("scan", NOW))
    leases = (first, *claim(postgresql_store, "ben", NOW, later(60), 1))
    both_deleted = threading.Barrier(2)

    def wait(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("DELETE FROM outbox"):
            both_deleted.wait(10)

    def settle(lease: Lease) -> str:
        try:
            complete(postgresql_store, lease, NOW, reason="parsed")
        except NotAllowed as refused:
            return refused.message
        return "settled"

    event.listen(postgresql_store.engine, "after_cursor_execute", wait)
    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(settle, leases))
    assert answers == [STRANDED, "settled"]
    assert counts(postgresql_store)["outbox"] == 1


def test_a_failed_attempt_is_due_again_and_counted(store: Store) -> None:
    lease = leased(store)
    fail(store, lease, later(5), reason="timeout", due=later(30))
    assert attempts(store) == [("deliver", 1, "ann", NOW, later(5), Outcome.FAILED, "timeout")]
    assert lines(store, lease.message)[1:] == [("attempt-failed", "timeout")]
    assert state(store) is State.ACCEPTED
    assert claim(store, "ben", later(29), later(60), 1) == ()
    (again,) = claim(store, "ben", later(30), later(60), 1)
    assert (again.work, again.attempt) == (lease.work, 2)


@pytest.mark.parametrize("start", [State.ACCEPTED, *ENDS])
@pytest.mark.parametrize("to", list(State))
def test_a_decision_follows_the_listed_ways_and_no_others(store: Store, start: State, to: State) -> None:
    message = take(store).message
    if start is not State.ACCEPTED:
        move(store, message, start, later(1), reason="some-code")
    then = Next("deliver", later(9)) if to is State.ACCEPTED else None
    if to in TRANSITIONS[start]:
        move(store, message, to, later(2), reason="decided", then=then)
        assert state(store) is to
        assert lines(store, message)[-1] == ("reopened" if to is State.ACCEPTED else to.value, "decided")
        assert counts(store)["outbox"] == (1 if then else 0)
        return
    before = counts(store)
    with pytest.raises(NotAllowed) as caught:
        move(store, message, to, later(2), reason="decided", then=then)
    assert caught.value.message == f"The message does not go to {to} from where it is."
    assert (state(store), counts(store)) == (start, before)


def test_a_message_is_not_released_without_work(store: Store) -> None:
    message = take(store).message
    move(store, message, State.HELD, later(1), reason="some-code")
    with pytest.raises(NotAllowed) as caught:
        move(store, message, State.ACCEPTED, later(2), reason="released")
    assert caught.value.message == STRANDED
    assert state(store) is State.HELD


def test_a_decision_takes_the_work_from_whoever_holds_it(store: Store) -> None:
    lease = leased(store)
    move(store, lease.message, State.RETURNED, later(1), reason="itp-410-expired")
    with pytest.raises(LeaseLost):
        complete(store, lease, later(2), to=State.DELIVERED, reason="r1")
    assert state(store) is State.RETURNED


def test_a_worker_from_before_a_replay_does_not_settle_the_replay(store: Store) -> None:
    lease = leased(store)
    move(store, lease.message, State.DEAD_LETTERED, later(1), reason="some-code")
    move(store, lease.message, State.ACCEPTED, later(2), reason="replay", then=Next("deliver", later(2)))
    (again,) = claim(store, "ann", later(2), later(60), 1)
    assert (again.attempt, again.owner, again.work == lease.work) == (lease.attempt, lease.owner, False)
    with pytest.raises(LeaseLost):
        complete(store, lease, later(3), to=State.DELIVERED, reason="r1")
    assert state(store) is State.ACCEPTED


@pytest.mark.parametrize("reason", ["", "Jo Bloggs", "UPPER", "-code", "a" * 65, "code\n"])
def test_a_reason_is_a_code_and_no_free_text(store: Store, reason: str) -> None:
    lease = leased(store)
    before = counts(store)
    with pytest.raises(ValueError, match=r"^A reason is a code of small letters, digits and hyphens\.$"):
        fail(store, lease, later(1), reason=reason, due=later(9))
    assert counts(store) == before
