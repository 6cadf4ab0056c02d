"""Break the gateway on purpose, to show that the checker sees it."""

from __future__ import annotations

import sqlite3
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, insert

from gateway.store import accept, receiving
from gateway.store.accept import Arrival
from gateway.store.models import Message
from gateway.store.states import State

_CONSTRAINT = ", \n\tCONSTRAINT uq_messages_sender_message_id UNIQUE (sender, message_id)"


def forget_duplicates() -> None:
    """Make this process take every message as new: it looks for none, and writes a row each time."""

    def first(connection: Connection, arrival: Arrival, state: State, at: datetime) -> int:
        row = insert(Message).values(**asdict(arrival), state=state, accepted=at).returning(Message.id)
        number: int = connection.execute(row).scalar_one()
        return number

    def find(*_: object) -> None:
        return None

    replaced = (("first", accept.first, first), ("find", receiving.find, find))
    for module in [module for name, module in sys.modules.items() if name.startswith("gateway.")]:
        for name, plain, broken in replaced:
            if getattr(module, name, None) is plain:
                setattr(module, name, broken)


def drop_constraint(database: Path) -> None:
    """Let the table of messages have the same sender and id twice."""
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA legacy_alter_table=ON")
        old: str = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'messages'").fetchone()[0]
        if _CONSTRAINT not in old:
            raise LookupError(old)
        connection.execute(old.replace(_CONSTRAINT, "").replace("CREATE TABLE messages", "CREATE TABLE plain_messages"))
        connection.execute("INSERT INTO plain_messages SELECT * FROM messages")
        connection.execute("DROP TABLE messages")
        connection.execute("ALTER TABLE plain_messages RENAME TO messages")
    connection.close()
