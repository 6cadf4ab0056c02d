"""Whatever workers do in whatever order, a piece of work has one owner or none, and time alone takes it away."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from gateway.store.engine import writing
from gateway.store.errors import LeaseLost
from gateway.store.finish import complete, fail
from gateway.store.models import Work
from gateway.store.outbox import Lease, claim, renew
from gateway.store.states import State
from gateway.store.store import Store
from store_builder import later, take

TERM = 10
_WORKERS = st.sampled_from(("ann", "ben"))
_ACTIONS = st.one_of(
    st.tuples(st.just("pass"), st.integers(1, TERM + 2)),
    st.tuples(st.just("claim"), _WORKERS, st.integers(1, 3)),
    st.tuples(st.sampled_from(("renew", "complete", "fail")), st.integers(0, 9)),
)
_NUMBER = iter(range(1, 10_000_000))


@dataclass
class Row:
    """What one piece of work must look like: the plain model that the store is held against."""

    due: int = 0
    attempt: int = 0
    owner: str | None = None
    until: int = 0

    def free(self, now: int) -> bool:
        return self.due <= now and (self.owner is None or self.until <= now)

    def is_of(self, lease: Lease, now: int) -> bool:
        return (self.owner, self.attempt) == (lease.owner, lease.attempt) and self.until > now


class Model:
    """Runs each action on the store and on the model, and compares them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = 0
        self.rows = {take(store, next(_NUMBER)).message: Row() for _ in range(3)}
        self.leases: list[Lease] = []

    def do(self, action: str, *given: object) -> None:
        getattr(self, f"do_{action}")(*given)

    def do_pass(self, seconds: int) -> None:
        self.now += seconds

    def do_claim(self, owner: str, limit: int) -> None:
        free = sorted((row.due, number) for number, row in self.rows.items() if row.free(self.now))
        leases = claim(self.store, owner, later(self.now), later(self.now + TERM), limit)
        assert [lease.message for lease in leases] == [number for _due, number in free[:limit]]
        for lease in leases:
            row = self.rows[lease.message]
            row.attempt, row.owner, row.until = row.attempt + 1, owner, self.now + TERM
            assert lease.attempt == row.attempt
        self.leases += leases

    def do_renew(self, which: int) -> None:
        def settle(lease: Lease) -> None:
            renew(self.store, lease, later(self.now + TERM), later(self.now))
            self.rows[lease.message].until = self.now + TERM

        self._settle(which, settle)

    def do_complete(self, which: int) -> None:
        def settle(lease: Lease) -> None:
            complete(self.store, lease, later(self.now), to=State.DELIVERED, reason="r1")
            del self.rows[lease.message]

        self._settle(which, settle)

    def do_fail(self, which: int) -> None:
        def settle(lease: Lease) -> None:
            fail(self.store, lease, later(self.now), reason="timeout", due=later(self.now + 3))
            row = self.rows[lease.message]
            row.owner, row.due = None, self.now + 3

        self._settle(which, settle)

    def _settle(self, which: int, settle: object) -> None:
        if not self.leases:
            return
        lease = self.leases[which % len(self.leases)]
        row = self.rows.get(lease.message)
        owned = row is not None and row.is_of(lease, self.now)
        assert callable(settle)
        try:
            settle(lease)
        except LeaseLost:
            assert not owned
        else:
            assert owned


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=st.lists(_ACTIONS, min_size=4, max_size=25))
def test_any_interleaving_keeps_one_owner(store: Store, actions: list[tuple[str, object]]) -> None:
    with writing(store.engine) as connection:
        connection.execute(delete(Work))
    model = Model(store)
    for action, *given_ in actions:
        model.do(action, *given_)
