"""Expire: a message that is not finished at its expiry waits for a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Select, select

from gateway.itp.codes import Code
from gateway.logs import logger
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.settle import record
from gateway.store import finish, messages
from gateway.store.engine import reading
from gateway.store.errors import NotAllowed
from gateway.store.models import Message
from gateway.store.states import Direction, State
from schemas.errors import Transient

_MOST = 500
log = logger(__name__)


def expire(exchange: Exchange) -> int:
    """Hold what has expired; count it."""
    now = exchange.clock()
    with reading(exchange.store.engine) as connection:
        oldest = _open_outgoing().where(Message.expires <= now).order_by(Message.id).limit(_MOST)
        due = connection.execute(oldest).scalars().all()
    return sum(_held_alone(exchange, message, now) for message in due)


def _held_alone(exchange: Exchange, message: int, now: datetime) -> bool:
    try:
        return hold_expired(exchange, message, now)
    except Transient as error:
        # The next turn finds it again; it stops no other.
        log.warning("expire-failed", message=message, exc_info=error)
        return False


def hold_expired(exchange: Exchange, message: int, now: datetime) -> bool:
    """Hold one message for a person; false where it has come to its end already."""
    found = messages.heading(exchange.store, message)

    def also(connection: Connection) -> None:
        record(exchange, connection, found, State.HELD, Code.EXPIRED)

    try:
        finish.move(exchange.store, message, State.HELD, now, reason=Code.EXPIRED, also=also)
    except NotAllowed:
        # Its receipt came meanwhile.
        return False
    return True


def _open_outgoing() -> Select[int]:
    return select(Message.id).where(Message.direction == Direction.OUT, Message.state == State.ACCEPTED)
