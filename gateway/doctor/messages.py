"""Checks of messages that a person must look after."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, case, func, or_, select

from gateway.alerts.alerts import AlertCode
from gateway.doctor.finding import Finding, ok, warn
from gateway.doctor.installation import Installation
from gateway.pipeline.retry import ALERT_AFTER
from gateway.reports.words import counted
from gateway.store.engine import reading
from gateway.store.models import Message, ReceiptRow
from gateway.store.states import Direction, State


def urgent(installation: Installation) -> Iterator[Finding]:
    """Look whether urgent messages that we sent have a receipt in time."""
    now = installation.clock()
    missed = (
        and_(Message.delivery == delivery, Message.accepted <= now - after)
        for delivery, after in ALERT_AFTER.items()
        if after is not None
    )
    receipt = select(ReceiptRow.id).where(ReceiptRow.message == Message.id)
    late = (
        select(Message.recipient, func.count())
        .where(Message.direction == Direction.OUT, Message.state == State.ACCEPTED, or_(*missed), ~receipt.exists())
        .group_by(Message.recipient)
    )
    with reading(installation.engine()) as connection:
        found = connection.execute(late).all()
    for partner, count in found:
        alert = AlertCode.URGENT_WITHOUT_RECEIPT
        yield warn(f"{partner}: {counted(count, 'urgent message')} without a receipt.", alert.action, alert, partner)
    if not found:
        yield ok("Every urgent message has its receipt.")


def dead_letters(installation: Installation) -> Iterator[Finding]:
    """Look whether messages were given up and nobody has decided about them."""
    alert = AlertCode.DEAD_LETTER
    yield from _found(installation, State.DEAD_LETTERED, alert, "dead letter", "There is no dead letter.")


def held(installation: Installation) -> Iterator[Finding]:
    """Look whether messages wait for a person to decide."""
    alert = AlertCode.MESSAGE_HELD
    yield from _found(installation, State.HELD, alert, "held message", "No message waits for a decision.")


def _found(installation: Installation, state: State, alert: AlertCode, what: str, none: str) -> Iterator[Finding]:
    stopped = _stopped(installation, state)
    for name, count in stopped:
        yield warn(f"{name}: {counted(count, what)}.", alert.action, alert, name)
    if not stopped:
        yield ok(none)


def _stopped(installation: Installation, state: State) -> list[tuple[str, int]]:
    partner = case((Message.direction == Direction.IN, Message.sender), else_=Message.recipient).label("partner")
    stopped = select(partner).where(Message.state == state).subquery()
    counted = select(stopped.c.partner, func.count()).group_by(stopped.c.partner)
    with reading(installation.engine()) as connection:
        return [(name, count) for name, count in connection.execute(counted)]
