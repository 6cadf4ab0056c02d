"""Asking: tell a person of a partner that asks about unusually many children; a person answers each all the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from gateway.alerts.alerts import AlertCode, raise_alert
from gateway.store.models import TransferRow
from gateway.store.states import Direction
from gateway.transfers.draft import CHECK

MOST = 20
"""About how many children a partner may ask within a day before a person is told."""
WITHIN = timedelta(days=1)


def tell_of_many(connection: Connection, partner: str, children: int, now: datetime) -> None:
    """Raise the alert where a partner's checks are too many, in the transaction that takes one about `children`."""
    process, step = CHECK
    of_partner = (TransferRow.direction == Direction.IN, TransferRow.partner == partner)
    checks = (TransferRow.process == process, TransferRow.step == step, TransferRow.at > now - WITHIN)
    count = connection.execute(select(func.count()).select_from(TransferRow).where(*of_partner, *checks)).scalar_one()
    # Each earlier check was about one child at least.
    if count - 1 + children > MOST:
        raise_alert(connection, AlertCode.MANY_CHECKS, partner, now)
