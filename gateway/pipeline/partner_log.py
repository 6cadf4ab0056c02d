"""Compare where a partner's audit log stands with what it signed before: a restored backup shows here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from gateway.alerts.alerts import AlertCode, raise_alert
from gateway.audit.witness import PartnerLogChanged, seen
from gateway.itp.manifest import LogHead
from gateway.pipeline.exchange import Exchange


def compare(exchange: Exchange, connection: Connection, partner: str, head: LogHead | None, at: datetime) -> None:
    """Keep the head that a partner signed at that time, or alert where its log went back. What carries it goes on."""
    if head is None:
        return
    try:
        seen(connection, partner, head, at)
    except PartnerLogChanged:
        raise_alert(connection, AlertCode.HEAD_WENT_BACK, partner, exchange.clock())
