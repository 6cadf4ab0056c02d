"""Legal holds."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from pydantic import AwareDatetime, Field

from gateway.api.operator.gate import TheDesk, Who
from gateway.api.operator.pages import LAST, Page, Paged
from gateway.api.operator.routes import Routes, body
from gateway.itp.documents import Document
from gateway.operator.permissions import Permission
from gateway.retention import holds
from gateway.retention.holds import Hold, Scope

routes = Routes("/api/holds", "holds")


class NewHold(Document):
    """What a hold names: a message or conversation by its id, a partner, or dates as FIRST/LAST."""

    scope: Scope
    value: str = Field(max_length=128)
    reason: str = Field(max_length=64)
    review_by: AwareDatetime


@routes.get("", Permission.HOLDS_READ, summary="List legal holds")
def list_holds(
    desk: TheDesk, paging: Paged, *, lifted: Annotated[bool, Query(description="The lifted ones too.")] = False
) -> Page[Hold]:
    """List them, the next review first."""
    return paging.of(holds.listed(desk.store, lifted=lifted))


@routes.post("", Permission.HOLDS_CHANGE, status_code=201, summary="Set a legal hold")
def set_hold(desk: TheDesk, who: Who, new: Annotated[NewHold, body(NewHold)]) -> Hold:
    """Set a hold: from then on nothing that it names is deleted."""
    return holds.set_hold(
        desk.store, who.actor, new.scope, new.value, desk.now(), reason=new.reason, review_by=new.review_by
    )


@routes.post("/{number}/lift", Permission.HOLDS_CHANGE, summary="Lift a legal hold")
def lift_hold(desk: TheDesk, who: Who, number: Annotated[int, Path(ge=1, le=LAST)]) -> Hold:
    """Lift a hold; it stays on record."""
    return holds.lift(desk.store, who.actor, number, desk.now())
