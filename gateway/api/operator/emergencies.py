"""Break-glass: emergency access, and its review by somebody else."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gateway.api.operator.gate import TheDesk, Who
from gateway.api.operator.pages import ObjectName, Page, Paged, Uuid
from gateway.api.operator.routes import Routes, body
from gateway.itp.documents import Document
from gateway.operator import break_glass
from gateway.operator.break_glass import Emergency, Verdict
from gateway.operator.permissions import Permission

routes = Routes("/api/break-glass", "break-glass")


class NewEmergency(Document):
    """What must be reached, such as conversation:ID, why by a code and in words, and for how many hours."""

    object_id: ObjectName
    reason: str = Field(max_length=64)
    words: str = Field(min_length=1, max_length=break_glass.MOST_WORDS)
    hours: int = Field(ge=1, le=break_glass.LONGEST)


class Reviewed(Document):
    """What the review says."""

    verdict: Verdict


@routes.get("", Permission.BREAK_GLASS_READ, summary="List emergency accesses")
def list_emergencies(desk: TheDesk, who: Who, paging: Paged) -> Page[Emergency]:
    """List one's own, or those of all, without why in words."""
    return paging.of(break_glass.listed(desk.engine, who))


@routes.get("/{emergency_id}", Permission.BREAK_GLASS_READ, summary="See an emergency access")
def show_emergency(desk: TheDesk, who: Who, emergency_id: Uuid) -> Emergency:
    """Give one, with why in words."""
    return break_glass.look(desk.store, who, emergency_id)


@routes.post("", Permission.BREAK_GLASS_OPEN, status_code=201, summary="Reach something in an emergency")
def open_emergency(desk: TheDesk, who: Who, new: Annotated[NewEmergency, body(NewEmergency)]) -> Emergency:
    """Reach one object of another team for some hours; governance is told at once, and reviews it."""
    return break_glass.begin(desk.exchange, who, new.object_id, reason=new.reason, words=new.words, hours=new.hours)


@routes.post("/{emergency_id}/review", Permission.BREAK_GLASS_REVIEW, summary="Review an emergency access")
def review_emergency(
    desk: TheDesk, who: Who, emergency_id: Uuid, said: Annotated[Reviewed, body(Reviewed)]
) -> Emergency:
    """Say whether it was justified; what is still open ends."""
    return break_glass.review(desk.store, who, emergency_id, said.verdict, desk.now())
