"""What is written beside a change stands or falls with it."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, insert, select

from gateway.store.engine import reading, writing
from gateway.store.finish import complete, move
from gateway.store.models import Mode
from gateway.store.outbox import claim
from gateway.store.states import State
from gateway.store.store import Store
from store_builder import NOW, counts, later, take


def beside(connection: Connection) -> None:
    connection.execute(insert(Mode).values(name="beside", since=NOW, by="test"))


def failing(connection: Connection) -> None:
    beside(connection)
    raise RuntimeError("the other write failed")


def there(store: Store) -> list[str]:
    with reading(store.engine) as connection:
        return list(connection.execute(select(Mode.name)).scalars())


def test_a_step_and_what_is_beside_it_are_written_together(store: Store) -> None:
    take(store)
    (lease,) = claim(store, "ann", NOW, later(60), 1)
    complete(store, lease, later(1), to=State.DEAD_LETTERED, reason="some-code", also=beside)
    assert there(store) == ["beside"]


def test_a_decision_and_what_is_beside_it_are_written_together(store: Store) -> None:
    message = take(store).message
    move(store, message, State.RETURNED, NOW, reason="some-code", also=beside)
    assert there(store) == ["beside"]


def test_neither_happens_where_the_other_write_fails(store: Store) -> None:
    message = take(store).message
    (lease,) = claim(store, "ann", NOW, later(60), 1)
    before = counts(store)
    with pytest.raises(RuntimeError, match="the other write failed"):
        complete(store, lease, later(1), to=State.DELIVERED, reason="some-code", also=failing)
    with pytest.raises(RuntimeError, match="the other write failed"):
        move(store, message, State.RETURNED, NOW, reason="some-code", also=failing)
    assert counts(store) == before
    with writing(store.engine) as connection:
        beside(connection)
    assert there(store) == ["beside"]
