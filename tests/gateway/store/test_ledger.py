"""The ledger: written once, and then as it is for ever."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from gateway.store import finish, ledger, migrate, nonces, outbox
from gateway.store.engine import writing
from gateway.store.receipts import Receipt, keep
from gateway.store.states import State
from gateway.store.store import Store
from store_builder import NOW, later, take

REFUSED = "the ledger is append-only"
PAGE = Path(__file__).parents[3] / "docs" / "store.md"


def is_refused(store: Store, statement: str) -> bool:
    """Try a statement on a history of one line: say whether the database refused it, and the line is as it was."""
    message = take(store).message
    before = ledger.history(store, message)
    with pytest.raises(IntegrityError, match=REFUSED), writing(store.engine) as connection:
        connection.execute(text(statement))
    return len(before) == 1 and ledger.history(store, message) == before


@pytest.mark.parametrize(
    "statement",
    ["UPDATE ledger SET reason = 'other'", "DELETE FROM ledger", "DELETE FROM ledger WHERE sequence = 1"],
)
def test_no_line_is_changed_or_deleted(store: Store, statement: str) -> None:
    assert is_refused(store, statement)


def test_the_table_is_not_emptied(postgresql_store: Store) -> None:
    assert is_refused(postgresql_store, "TRUNCATE ledger")


def test_no_line_is_replaced(sqlite_store: Store) -> None:
    statement = "INSERT OR REPLACE INTO ledger SELECT sequence, message, 'held', 'other', at FROM ledger"
    assert is_refused(sqlite_store, statement)


def test_a_message_with_a_history_cannot_be_deleted(store: Store) -> None:
    take(store)
    with pytest.raises(IntegrityError), writing(store.engine) as connection:
        connection.execute(text("DELETE FROM messages"))


def test_the_history_is_in_order(store: Store) -> None:
    message = take(store).message
    finish.move(store, message, State.HELD, later(2), reason="itp-422-policy")
    finish.move(store, message, State.RETURNED, later(1), reason="declined")
    lines = ledger.history(store, message)
    assert [(line.event.value, line.reason, line.at) for line in lines][1:] == [
        ("held", "itp-422-policy", later(2)),
        ("returned", "declined", later(1)),
    ]
    assert [line.sequence for line in lines] == sorted(line.sequence for line in lines)


def _as_gateway(connection: Connection) -> None:
    connection.exec_driver_sql("SET LOCAL ROLE gateway")


def test_the_role_of_the_page_can_do_all_the_work_and_not_change_the_ledger(postgresql_store: Store) -> None:
    (block,) = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    engine = postgresql_store.engine
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE ROLE gateway")
        connection.exec_driver_sql(block)
    event.listen(engine, "begin", _as_gateway)
    migrate.check_current(engine)
    take(postgresql_store)
    (lease,) = outbox.claim(postgresql_store, "ann", NOW, later(60), 1)
    finish.complete(postgresql_store, lease, later(1), to=State.DELIVERED, reason="r1")
    assert keep(postgresql_store, lease.message, Receipt("R1", "a" * 43, b"signed"), later(2))
    assert nonces.remember(postgresql_store, "key", "n", later(1), NOW)
    for statement in ("UPDATE ledger SET reason = 'other'", "DELETE FROM ledger", "TRUNCATE ledger"):
        with pytest.raises(ProgrammingError, match="permission denied for table ledger"), engine.begin() as connection:
            connection.exec_driver_sql(statement)
    event.remove(engine, "begin", _as_gateway)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP OWNED BY gateway; DROP ROLE gateway")
