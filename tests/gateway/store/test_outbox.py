"""Leases: who may do what is due, and until when."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from gateway.store import finish
from gateway.store.engine import reading, writing
from gateway.store.errors import LeaseLost
from gateway.store.models import Work
from gateway.store.outbox import Lease, claim, renew
from gateway.store.states import State
from gateway.store.store import Store
from store_builder import NOW, later, take


def numbers(leases: tuple[Lease, ...]) -> list[int]:
    return [lease.message for lease in leases]


def test_what_is_due_is_claimed_the_longest_due_first(store: Store) -> None:
    last, first, middle = (take(store, n, due=later(-n % 3)).message for n in (1, 3, 2))
    assert numbers(claim(store, "ann", later(5), later(60), 9)) == [first, middle, last]


def test_work_is_not_claimed_before_it_is_due_and_never_more_than_asked_for(store: Store) -> None:
    one, two, _three = (take(store, n, due=later(n)).message for n in (1, 2, 3))
    assert claim(store, "ann", later(0.999), later(60), 9) == ()
    assert numbers(claim(store, "ann", later(9), later(60), 2)) == [one, two]


def test_a_lease_says_what_is_to_be_done_and_until_when(store: Store) -> None:
    message = take(store).message
    (lease,) = claim(store, "ann", later(1), later(60), 1)
    assert replace(lease, work=0) == Lease(0, message, "deliver", "ann", 1, later(1), later(60))


def test_what_one_worker_holds_no_other_gets_until_the_lease_lapses(store: Store) -> None:
    take(store)
    (first,) = claim(store, "ann", NOW, later(60), 1)
    assert claim(store, "ben", later(59.999), later(120), 1) == ()
    (second,) = claim(store, "ben", later(60), later(120), 1)
    assert (second.work, second.owner, second.attempt) == (first.work, "ben", 2)


def test_a_renewed_lease_holds_for_longer(store: Store) -> None:
    take(store)
    (lease,) = claim(store, "ann", NOW, later(60), 1)
    assert renew(store, lease, later(90), later(59)) == replace(lease, expires=later(90))
    assert claim(store, "ben", later(89), later(120), 1) == ()
    assert len(claim(store, "ben", later(90), later(120), 1)) == 1


SETTLE: dict[str, Callable[[Store, Lease], object]] = {
    "renew": lambda store, lease: renew(store, lease, later(300), later(60)),
    "complete": lambda store, lease: finish.complete(store, lease, later(60), to=State.DELIVERED, reason="r1"),
    "fail": lambda store, lease: finish.fail(store, lease, later(60), reason="timeout", due=later(90)),
}


@pytest.mark.parametrize("how", SETTLE)
@pytest.mark.parametrize("whose", ["lapsed", "another's", "its own, but a later one", "settled"])
def test_a_lost_lease_settles_nothing(store: Store, how: str, whose: str) -> None:
    take(store)
    (lease,) = claim(store, "ann", NOW, later(60), 1)
    if whose == "settled":
        finish.complete(store, lease, later(1), to=State.DELIVERED, reason="r1")
    elif whose != "lapsed":
        claim(store, "ben" if whose == "another's" else "ann", later(60), later(120), 1)
    before = rows(store)
    with pytest.raises(LeaseLost) as caught:
        SETTLE[how](store, lease)
    assert (caught.value.code, caught.value.message) == ("store-lease-lost", "The lease of this work has ended.")
    assert rows(store) == before


def rows(store: Store) -> list[tuple[object, ...]]:
    with reading(store.engine) as connection:
        return [tuple(row) for row in connection.execute(select(Work.attempts, Work.lease_owner, Work.lease_expires))]


def test_two_workers_at_once_never_get_the_same_work(store: Store) -> None:
    for number in range(40):
        take(store, number)
    together = threading.Barrier(2)

    def work(owner: str) -> list[int]:
        together.wait(10)
        mine: list[int] = []
        while leases := claim(store, owner, NOW, later(60), 3):
            mine += numbers(leases)
        return mine

    with ThreadPoolExecutor(2) as pool:
        ann, ben = pool.map(work, ("ann", "ben"))
    assert set(ann).isdisjoint(ben)
    assert len({*ann, *ben}) == len(ann) + len(ben)
    # A worker that finds every row locked goes home; nothing is lost by it.
    rest = numbers(claim(store, "cat", NOW, later(60), 40))
    assert len(ann) + len(ben) + len(rest) == 40


def test_a_locked_row_is_passed_over_and_not_waited_for(postgresql_store: Store) -> None:
    first, second = take(postgresql_store, 1).message, take(postgresql_store, 2).message
    with writing(postgresql_store.engine) as connection:
        connection.execute(update(Work).where(Work.message == first).values(due=NOW))
        assert numbers(claim(postgresql_store, "ann", NOW, later(60), 9)) == [second]
