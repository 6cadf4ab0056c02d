"""Retain: delete our own copies of what was sent or came once their time is over, but for what a legal hold names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection, not_, select

from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.audit.events import Action
from gateway.pipeline.exchange import Exchange
from gateway.policy.choose import choose
from gateway.retention.holds import standing
from gateway.retention.past import held
from gateway.retention.wipe import overwrite, wipe
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.engine import writing
from gateway.store.models import Message
from gateway.store.states import Direction
from gateway.transfers import copies, reviews, rows
from gateway.transfers.draft import ALERT, Stage
from gateway.transfers.rows import Did, Transfer
from schemas.errors import Misconfigured

ALERTS = timedelta(days=30)
"""How long we keep an alert that came and that nobody has ended: it is kept briefly."""
SENT = timedelta(days=30)
"""How long we keep a copy of what we sent where no agreement says it any more."""


def retain_copies(exchange: Exchange) -> int:
    """Delete the copies whose time is over, and count them. The records that were accepted are in our case files."""
    count = 0
    kept = documents.latest_versions(exchange.store, Kind.PACKAGE)
    for transfer in _due(exchange):
        if transfer.reference not in kept:
            continue
        with writing(exchange.store.engine) as connection:
            overwrite(connection)
            if _is_free(connection, transfer):
                _forget(exchange, connection, transfer)
                count += 1
    if count:
        wipe(exchange.store.engine)
    return count


def _due(exchange: Exchange) -> Iterator[Transfer]:
    now = exchange.clock()
    for transfer in rows.listed(exchange.store):
        if transfer.direction is Direction.OUT and transfer.message_id is not None:
            if now - transfer.at >= _sent_copy(exchange, transfer):
                yield transfer
        elif (transfer.process, transfer.step) == ALERT and now - transfer.at >= ALERTS:
            yield transfer


def _sent_copy(exchange: Exchange, transfer: Transfer) -> timedelta:
    """Give how long the agreement lets us keep what was sent."""
    agreements = (item.agreement for item in exchange.agreements())
    try:
        found = choose(agreements, exchange.organisation, transfer.partner, transfer.process)
    except Misconfigured:
        return SENT
    return timedelta(days=found.retention.sent_copy_days)


def _is_free(connection: Connection, transfer: Transfer) -> bool:
    named = (Message.message_id == transfer.message_id, not_(held(standing(connection))))
    return connection.execute(select(Message.id).where(*named)).first() is not None


def _forget(exchange: Exchange, connection: Connection, transfer: Transfer) -> None:
    now = exchange.clock()
    copies.forget(connection, transfer.reference)
    if transfer.direction is Direction.IN:
        reviews.forget(connection, transfer.id)
        rows.move(connection, transfer, Stage.COMPLETED, now)
    rows.did(connection, transfer.id, Did.DELETED, Actor(exchange.organisation, Role.GATEWAY), now)
    exchange.note(connection, Action.PURGE, f"transfer:{transfer.reference}", count=1)
