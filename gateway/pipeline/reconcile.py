"""Reconcile: bring again what a partner lost when it restored a backup: the same bytes, a new chain of receipts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from gateway.alerts.alerts import AlertCode
from gateway.audit.events import Action
from gateway.audit.witness import forget
from gateway.itp.codes import Code
from gateway.itp.identifiers import Organisation
from gateway.pipeline.attempt import Failed, code_of
from gateway.pipeline.call import reach
from gateway.pipeline.exchange import Exchange
from gateway.store import finish
from gateway.store.engine import reading, writing
from gateway.store.models import Alert, Message, PartnerHead
from gateway.store.outbox import DELIVER, Next
from gateway.store.states import Direction, State

KEPT = timedelta(days=30)
"""How long sealed copies stay after R2, and how far back a restored backup can be made good."""


def reconcile_alerted(exchange: Exchange) -> int:
    """Reconcile with each partner whose log went back, and take its log up again as it is now. Raise Failed."""
    # Once its head is forgotten the partner is settled, although the alert stays until a person closes it.
    open_alerts = (
        select(Alert.subject, Alert.raised)
        .join(PartnerHead, PartnerHead.organisation == Alert.subject)
        .where(Alert.code == AlertCode.HEAD_WENT_BACK, Alert.closed.is_(None), PartnerHead.seen <= Alert.last)
    )
    with reading(exchange.store.engine) as connection:
        partners = connection.execute(open_alerts).all()
    count = 0
    for partner, raised in partners:
        count += reconcile(exchange, Organisation(partner), raised - KEPT)
        with writing(exchange.store.engine) as connection:
            forget(connection, partner)
    return count


def reconcile(exchange: Exchange, partner: Organisation, since: datetime) -> int:
    """Ask a partner for all that it had received since then; bring again what it does not know. Raise Failed."""
    entry = exchange.directory().partner(partner)
    way = reach(exchange, entry) if entry else None
    if way is None:
        return 0
    delivered = (
        select(Message.id, Message.message_id)
        .where(
            Message.direction == Direction.OUT,
            Message.recipient == partner,
            Message.state == State.DELIVERED,
            Message.accepted >= since,
            Message.purged.is_(None),
        )
        .order_by(Message.id)
    )
    with reading(exchange.store.engine) as connection:
        rows = connection.execute(delivered).all()
    count = 0
    for message, message_id in rows:
        try:
            way.json("GET", f"/itp/1/transfers/{message_id}", message_id)
        except Failed as failed:
            if code_of(failed.outcome) is not Code.UNKNOWN:
                raise
            _again(exchange, message, message_id, partner)
            count += 1
    return count


def _again(exchange: Exchange, message: int, message_id: str, partner: Organisation) -> None:
    def also(connection: Connection) -> None:
        exchange.note(connection, Action.REPLAY, f"message:{message_id}", partner)

    now = exchange.clock()
    finish.move(exchange.store, message, State.ACCEPTED, now, reason="lost-there", then=Next(DELIVER, now), also=also)
    exchange.wake(DELIVER, message)
