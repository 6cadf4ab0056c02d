"""Alerts: what a person must see."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gateway.alerts import listing
from gateway.alerts.notice import Open as OpenAlert
from gateway.api.operator.gate import TheDesk
from gateway.api.operator.pages import Page, Paged
from gateway.api.operator.routes import Routes, body
from gateway.itp.documents import Document
from gateway.operator.permissions import Permission

routes = Routes("/api/alerts", "alerts")


class ClosedAlert(Document):
    """Which alert is over."""

    code: str = Field(max_length=64)
    subject: str = Field(max_length=128)


@routes.get("", Permission.ALERTS_READ, summary="List open alerts")
def list_alerts(desk: TheDesk, paging: Paged) -> Page[OpenAlert]:
    """List them, the oldest first; docs/alerts.md says of each what to do."""
    return paging.of(listing.open_alerts(desk.engine))


@routes.post("/close", Permission.ALERTS_CLOSE, status_code=204, summary="Close an alert")
def close_alert(desk: TheDesk, alert: Annotated[ClosedAlert, body(ClosedAlert)]) -> None:
    """Close an alert whose cause is settled; what is still wrong opens it again."""
    listing.close(desk.engine, alert.code, alert.subject, desk.now())
