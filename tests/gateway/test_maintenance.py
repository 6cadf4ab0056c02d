"""Maintenance mode is one row, and everybody sees it."""

from __future__ import annotations

from gateway.maintenance import Maintenance, active, begin, current, end
from gateway.store.store import Store
from stopped_messages import GOVERNANCE, OPERATOR, audited
from store_builder import later, opened


def test_it_begins_once_and_ends_once(store: Store, url: str) -> None:
    assert not active(store.engine)
    assert begin(store.engine, OPERATOR, later(1))
    assert not begin(store.engine, GOVERNANCE, later(2))
    assert current(store.engine) == Maintenance(later(1), "operator")
    # Another process sees it too.
    other = opened(url)
    assert active(other.engine)
    other.engine.dispose()
    assert end(store.engine, OPERATOR, later(3))
    assert not end(store.engine, OPERATOR, later(4))
    assert current(store.engine) is None
    assert not active(store.engine)


def test_its_begin_and_its_end_are_audited_once_each(store: Store) -> None:
    for step in (begin, begin, end, end):
        step(store.engine, OPERATOR, later(1))
    assert [(one["action"], one["count"]) for one in audited(store)] == [("maintenance", 1), ("maintenance", 0)]
