"""Make deleted bytes go from the file too, as far as the database can: see docs/retention.md."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, text


def overwrite(connection: Connection) -> None:
    """Have SQLite write zeros over what this connection deletes. PostgreSQL has nothing like it."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete=ON"))


def wipe(engine: Engine) -> None:
    """Have SQLite bring its log into the file and cut it: the log holds pages as they were before a deletion.

    Somebody who reads at the time keeps it from being cut; the next purge tries again.
    """
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.close()
    finally:
        connection.close()
