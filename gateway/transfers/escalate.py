"""Escalate: tell people of silence by the ladder, and ask partners again for the receipts that have not come."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from gateway.actor import Actor
from gateway.alerts.alerts import AlertCode, close_alert, raise_alert
from gateway.audit.entry import Role
from gateway.itp import paths
from gateway.itp.identifiers import Organisation
from gateway.logs import logger
from gateway.pipeline.attempt import Failed
from gateway.pipeline.call import reach
from gateway.pipeline.deliver import tokens_in
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.gate import Closed, passage
from gateway.pipeline.receipt import take_receipts
from gateway.store.engine import writing
from gateway.store.models import Alert
from gateway.store.states import Direction
from gateway.transfers import rows
from gateway.transfers.draft import ALERT, CHECK, Stage, What
from gateway.transfers.follow import Followed, follow
from gateway.transfers.rows import Transfer
from gateway.transfers.see import TELLS_NOTHING
from schemas.processes.ladder import ESCALATIONS

_SENDERS = (AlertCode.TRANSFER_UNANSWERED, AlertCode.TRANSFER_ESCALATED)
"""The alert of each step of the ladder's escalation, on the sender's side."""
_RECEIVERS = (AlertCode.TRANSFER_WAITING, AlertCode.TRANSFER_ESCALATED)
"""And on the receiver's."""
log = logger(__name__)


def tell_of_silence(exchange: Exchange) -> int:
    """Raise the alerts of transfers whose acknowledgements are overdue, close those that are over; count the overdue.

    A transfer that was answered for every child, and of which nothing more is to come, is completed.
    """
    waiting = _waiting(exchange)
    count = sum(_escalated(exchange, transfer) for transfer in waiting)
    _close(exchange, {transfer.reference for transfer in waiting})
    return count


def _escalated(exchange: Exchange, transfer: Transfer) -> bool:
    followed = follow(exchange, transfer.reference)
    told = {who for line in followed.ladder for who in line.tell}
    alerts = _SENDERS if transfer.direction is Direction.OUT else _RECEIVERS
    now = exchange.clock()
    with writing(exchange.store.engine) as connection:
        for step, code in zip(ESCALATIONS, alerts, strict=True):
            if step.tells in told:
                raise_alert(connection, code, transfer.reference, now)
            else:
                close_alert(connection, code, transfer.reference, now)
        if transfer.direction is Direction.OUT and _is_over(exchange, followed):
            rows.move(connection, transfer, Stage.COMPLETED, now)
            us = Actor(exchange.organisation, Role.GATEWAY)
            rows.did(connection, transfer.id, rows.Did.COMPLETED, us, now)
    return bool(told)


def _is_over(exchange: Exchange, followed: Followed) -> bool:
    """Tell whether nothing more is to come. An alert is over when it is stood down."""
    transfer = followed.transfer
    if (transfer.process, transfer.step) == ALERT:
        return False
    if transfer.process == CHECK[0]:
        answered = transfer.step != CHECK[1] or any(line.done for line in followed.clocks)
        return answered and all(line.heard for line in followed.ladder)
    declined = {child.reference for child in followed.children if child.answer == "declined"}
    done = {each.subject for each in followed.receipts if each.level == "R6"}
    return set(rows.draft(exchange.store, transfer.reference).people) <= declined | done


def _close(exchange: Exchange, waiting: Collection[str]) -> None:
    """Close the alerts of transfers that wait no more."""
    codes = {code.value: code for code in (*_SENDERS, *_RECEIVERS)}
    rows_of = select(Alert.code, Alert.subject).where(Alert.code.in_(codes), Alert.closed.is_(None))
    with writing(exchange.store.engine) as connection:
        for alert in connection.execute(rows_of).all():
            if alert.subject not in waiting:
                close_alert(connection, codes[alert.code], alert.subject, exchange.clock())


def chase(exchange: Exchange) -> int:
    """Ask partners for receipts about transfers that wait for an answer; count what was new.

    A partner brings its receipts by itself. Where it cannot reach us, or failed to, this fetches them.
    """
    count = 0
    for transfer in rows.listed(exchange.store, direction=Direction.OUT, stages={Stage.SENT}):
        partner = exchange.directory().partner(Organisation(transfer.partner))
        way = reach(exchange, partner) if partner and partner.organisation not in exchange.carriers else None
        if way is None or transfer.message_id is None:
            continue
        try:
            with passage(exchange, transfer.partner):
                answer = way.json("GET", f"{paths.transfer(transfer.message_id)}/receipts", transfer.message_id)
        except (Failed, Closed) as failed:
            log.info("transfer-not-chased", partner=transfer.partner, reason=type(failed).__name__.lower())
            continue
        count += take_receipts(exchange, Organisation(transfer.partner), tokens_in(answer))
    return count


def _waiting(exchange: Exchange) -> tuple[Transfer, ...]:
    sent = rows.listed(exchange.store, direction=Direction.OUT, stages={Stage.SENT})
    came = rows.listed(exchange.store, direction=Direction.IN, stages={Stage.TAKEN, Stage.SEARCHED, Stage.SEEN})
    return tuple(
        transfer
        for transfer in (*sent, *came)
        # Of an alert or a check nothing more is due from us once it was seen.
        if transfer.kind is What.PACKAGE and (transfer.process not in TELLS_NOTHING or transfer.stage is not Stage.SEEN)
    )
