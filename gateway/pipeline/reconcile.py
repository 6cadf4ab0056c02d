"""Reconcile: bring again what a partner lost when it restored a backup: the same bytes, a new chain of receipts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from time import sleep

from sqlalchemy import Connection, select

from gateway.alerts.alerts import AlertCode
from gateway.audit.events import Action
from gateway.audit.witness import forget
from gateway.itp import paths
from gateway.itp.codes import Code
from gateway.itp.identifiers import Organisation
from gateway.logs import logger
from gateway.pipeline.attempt import Failed, code_of
from gateway.pipeline.call import Way, reach
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.outcome import Answered, Outcome, not_before
from gateway.store import finish
from gateway.store.engine import reading, writing
from gateway.store.errors import NotAllowed
from gateway.store.models import Alert, Message, PartnerHead
from gateway.store.outbox import DELIVER, Next
from gateway.store.states import Direction, State
from schemas.errors import GatewayError

KEPT = timedelta(days=30)
"""How long sealed copies stay after R2, and how far back a restored backup can be made good."""
_PATIENCE = 10
"""How often one question is put again where the partner says that it was too fast."""
_LONGEST_WAIT = 60.0
log = logger(__name__)


def reconcile_alerted(exchange: Exchange) -> int:
    """Reconcile with each partner whose log went back, and take its log up again as it is now."""
    # Once its head is forgotten the partner is settled, although the alert stays until a person closes it.
    open_alerts = (
        select(Alert.subject, Alert.raised)
        .join(PartnerHead, PartnerHead.organisation == Alert.subject)
        .where(Alert.code == AlertCode.HEAD_WENT_BACK, Alert.closed.is_(None), PartnerHead.seen <= Alert.last)
    )
    with reading(exchange.store.engine) as connection:
        partners = connection.execute(open_alerts).all()
    return sum(_settled(exchange, Organisation(partner), raised - KEPT) for partner, raised in partners)


def _settled(exchange: Exchange, partner: Organisation, since: datetime) -> int:
    """Reconcile with one partner. One that cannot be asked now stops no other, and is asked again."""
    try:
        count = reconcile(exchange, partner, since)
    except GatewayError as error:
        log.warning("reconcile-failed", partner=partner, exc_info=error)
        return 0
    with writing(exchange.store.engine) as connection:
        forget(connection, partner)
    return count


def reconcile(
    exchange: Exchange, partner: Organisation, since: datetime, pause: Callable[[float], object] = sleep
) -> int:
    """Ask a partner for all that it had received since then; bring again what it does not know. Raise Failed.

    Where the partner says that this is too fast, `pause` waits that many seconds. One that cannot be asked, because it
    fetches or is reached by a carrier, is brought everything again: what it knows it answers with its receipts.
    """
    entry = exchange.directory().partner(partner)
    way = reach(exchange, entry) if entry and partner not in exchange.carriers else None
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
        if way is None or not _knows(way, message_id, pause):
            count += _again(exchange, message, message_id, partner)
    return count


def _knows(way: Way, message_id: str, pause: Callable[[float], object]) -> bool:
    for _ in range(_PATIENCE):
        try:
            way.json("GET", paths.transfer(message_id), message_id)
        except Failed as failed:
            if code_of(failed.outcome) is Code.UNKNOWN:
                return False
            wait = _too_fast(failed.outcome, way.exchange.clock())
            if wait is None:
                raise
            pause(wait)
        else:
            return True
    raise Failed(Answered(HTTPStatus.TOO_MANY_REQUESTS, Code.SLOW))


def _too_fast(outcome: Outcome, now: datetime) -> float | None:
    """Say how many seconds to wait where the partner only wants that; none where it is another answer, or too long."""
    if not isinstance(outcome, Answered) or outcome.status != HTTPStatus.TOO_MANY_REQUESTS:
        return None
    wait = (not_before(outcome, now) - now).total_seconds()
    return max(wait, 1.0) if wait <= _LONGEST_WAIT else None


def _again(exchange: Exchange, message: int, message_id: str, partner: Organisation) -> bool:
    def also(connection: Connection) -> None:
        exchange.note(connection, Action.REPLAY, f"message:{message_id}", partner)

    now = exchange.clock()
    work = Next(DELIVER, now)
    try:
        finish.move(exchange.store, message, State.ACCEPTED, now, reason="lost-there", then=work, also=also)
    except NotAllowed:
        # Another process asked too, and was faster.
        return False
    exchange.wake(DELIVER, message)
    return True
