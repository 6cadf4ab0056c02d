"""Checks of messages that a person must look after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import case, func, select

from gateway.alerts.alerts import AlertCode
from gateway.doctor.finding import Finding, ok, warn
from gateway.doctor.installation import Installation
from gateway.pipeline.retry import ALERT_AFTER
from gateway.store.engine import reading
from gateway.store.models import Message, ReceiptRow
from gateway.store.states import Direction, State


def urgent(installation: Installation) -> Iterator[Finding]:
    """Look whether urgent messages that we sent have a receipt in time."""
    after = ALERT_AFTER["urgent"] or timedelta()
    receipt = select(ReceiptRow.id).where(ReceiptRow.message == Message.id)
    late = (
        select(Message.recipient, func.count())
        .where(
            Message.direction == Direction.OUT,
            Message.state == State.ACCEPTED,
            Message.delivery == "urgent",
            Message.accepted <= installation.clock() - after,
            ~receipt.exists(),
        )
        .group_by(Message.recipient)
    )
    with reading(installation.engine()) as connection:
        found = connection.execute(late).all()
    for partner, count in found:
        alert = AlertCode.URGENT_WITHOUT_RECEIPT
        yield warn(f"{partner}: {count} urgent messages have no receipt.", alert.action, alert, partner)
    if not found:
        yield ok("Every urgent message has its receipt.")


def dead_letters(installation: Installation) -> Iterator[Finding]:
    """Look whether messages were given up and nobody has decided about them."""
    found = _stopped(installation, State.DEAD_LETTERED)
    for name, count in found:
        alert = AlertCode.DEAD_LETTER
        yield warn(f"{name}: {count} messages are dead letters.", alert.action, alert, name)
    if not found:
        yield ok("There is no dead letter.")


def held(installation: Installation) -> Iterator[Finding]:
    """Look whether messages wait for a person to decide."""
    found = _stopped(installation, State.HELD)
    for name, count in found:
        alert = AlertCode.MESSAGE_HELD
        yield warn(f"{name}: {count} messages wait for a decision.", alert.action, alert, name)
    if not found:
        yield ok("No message waits for a decision.")


def _stopped(installation: Installation, state: State) -> list[tuple[str, int]]:
    partner = case((Message.direction == Direction.IN, Message.sender), else_=Message.recipient).label("partner")
    stopped = select(partner).where(Message.state == state).subquery()
    counted = select(stopped.c.partner, func.count()).group_by(stopped.c.partner)
    with reading(installation.engine()) as connection:
        return [(name, count) for name, count in connection.execute(counted)]
