"""Migrations: up, down, with data, and the same tables as the models."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from gateway.store import ledger, messages, migrate
from gateway.store.engine import connect, reading
from gateway.store.store import Store
from gateway.store.tables import Base
from schemas.errors import Misconfigured
from store_builder import CHUNKS, ONE_MESSAGE, counts, take

ROOT = Path(__file__).parents[3]
UNFIT = "The tables of the database do not fit this version."


@pytest.fixture
def bare(bare_url: str) -> Iterator[Engine]:
    engine = connect(bare_url)
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    with reading(engine) as connection:
        return set(inspect(connection).get_table_names())


def shape(engine: Engine) -> dict[str, Any]:
    """Describe what a comparison by Alembic leaves out: checks, keys and how they are named."""
    with reading(engine) as connection:
        look = inspect(connection)
        return {
            table: (
                sorted((check["name"] or "", check["sqltext"]) for check in look.get_check_constraints(table)),
                sorted(str(key) for key in look.get_unique_constraints(table)),
                sorted(str(key) for key in look.get_foreign_keys(table)),
                sorted(str(index) for index in look.get_indexes(table)),
                look.get_pk_constraint(table)["name"],
                [str(column["type"]) for column in look.get_columns(table)],
            )
            for table in Base.metadata.tables
        }


def test_up_makes_every_table_and_down_leaves_none(bare: Engine) -> None:
    migrate.upgrade(bare)
    assert tables(bare) == {*Base.metadata.tables, "alembic_version"}
    migrate.downgrade(bare, "base")
    assert tables(bare) == {"alembic_version"}
    migrate.upgrade(bare)
    migrate.check_current(bare)


def test_up_again_changes_nothing_that_is_stored(store: Store) -> None:
    message = take(store).message
    migrate.upgrade(store.engine)
    assert counts(store) == ONE_MESSAGE
    assert tuple(messages.payload(store, message)) == CHUNKS


def test_down_and_up_with_data_leaves_a_store_that_works(store: Store) -> None:
    take(store)
    migrate.downgrade(store.engine, "base")
    migrate.upgrade(store.engine)
    message = take(store).message
    assert [line.event.value for line in ledger.history(store, message)] == ["accepted"]


def test_models_and_migrations_agree(store: Store) -> None:
    with reading(store.engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_models_and_migrations_agree_on_checks_and_names_too(bare: Engine) -> None:
    with bare.begin() as connection:
        Base.metadata.create_all(connection)
    modelled = shape(bare)
    with bare.begin() as connection:
        Base.metadata.drop_all(connection)
    migrate.upgrade(bare)
    assert shape(bare) == modelled


def test_tables_that_do_not_fit_are_noticed(bare: Engine) -> None:
    assert unfit(bare) == (UNFIT, "Run: python -m gateway.store migrate")
    migrate.upgrade(bare)
    migrate.check_current(bare)
    migrate.downgrade(bare, "base")
    assert unfit(bare) == (UNFIT, "Run: python -m gateway.store migrate")


def unfit(engine: Engine) -> tuple[str, str]:
    with pytest.raises(Misconfigured) as caught:
        migrate.check_current(engine)
    return caught.value.message, caught.value.hint


def test_processes_that_start_at_once_migrate_once(bare_url: str) -> None:
    program = (
        "import sys; from gateway.store import engine, migrate; migrate.upgrade(engine.connect(sys.argv[1]))",
        bare_url,
    )
    together = [subprocess.Popen([sys.executable, "-c", *program], cwd=ROOT) for _ in range(2)]
    assert [process.wait(60) for process in together] == [0, 0]
    engine = connect(bare_url)
    migrate.check_current(engine)
    engine.dispose()


def test_a_migration_that_fails_leaves_the_tables_as_they_were(bare: Engine) -> None:
    with bare.begin() as connection:
        connection.execute(text("CREATE TABLE receipts (id INTEGER)"))
    with pytest.raises(DBAPIError, match="receipts"):
        migrate.upgrade(bare)
    assert tables(bare) == {"receipts"}
