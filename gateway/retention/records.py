"""Operational records past their time: nonces, attempts, closed alerts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, not_, select
from sqlalchemy.orm import DeclarativeBase

from gateway.retention import past
from gateway.retention.holds import Hold, standing
from gateway.retention.rules import ALERTS, ATTEMPTS, LOGS, NONCES, Rule
from gateway.store.models import Alert, Attempt, Message, Nonce


@dataclass(frozen=True, slots=True)
class Records:
    """How many records a rule covers."""

    rule: Rule
    count: int


def old(connection: Connection, now: datetime) -> tuple[Records, ...]:
    """Count the records past their time; those about a message under a legal hold stay."""
    return tuple(
        Records(rule, connection.execute(select(func.count()).select_from(table).where(which)).scalar_one())
        for rule, table, which in _which(now, standing(connection))
    )


def forget(connection: Connection, now: datetime, holds: Iterable[Hold]) -> tuple[Records, ...]:
    """Delete them, and say how many."""
    return tuple(
        Records(rule, connection.execute(delete(table).where(which)).rowcount)
        for rule, table, which in _which(now, holds)
    )


def _which(now: datetime, holds: Iterable[Hold]) -> list[tuple[Rule, type[DeclarativeBase], ColumnElement[bool]]]:
    held = select(Message.id).where(Message.id == Attempt.message, past.held(holds)).correlate(Attempt).exists()
    return [
        (NONCES, Nonce, Nonce.expires <= now),
        (ATTEMPTS, Attempt, and_(Attempt.ended <= now - LOGS, not_(held))),
        (ALERTS, Alert, Alert.closed <= now - LOGS),
    ]
