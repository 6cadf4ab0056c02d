"""Bring the tables to the revision that the code needs, and back."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from gateway.store.engine import reading, writing
from schemas.errors import Misconfigured

# Any number will do, as long as every process takes the same.
_LOCK = 20_261_125


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Migrate up, in one transaction; of processes that start at once, one migrates and the others find it done."""
    with writing(engine) as connection:
        _take_turns(connection)
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Migrate down, in one transaction. What the earlier tables have no place for is lost."""
    with writing(engine) as connection:
        _take_turns(connection)
        command.downgrade(_config(connection), revision)


def check_current(engine: Engine) -> None:
    """Raise Misconfigured where the tables are not at the revision that the code needs."""
    with reading(engine) as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != ScriptDirectory.from_config(_config()).get_current_head():
        raise Misconfigured(
            "The tables of the database do not fit this version.", hint="Run: python -m gateway.store migrate"
        )


def _take_turns(connection: Connection) -> None:
    # On SQLite a transaction that writes is alone already.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    return config
