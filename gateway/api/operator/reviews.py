"""The review queue of matching: who of ours comes into question, and deciding it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gateway.api.operator.gate import TheDesk, Who
from gateway.api.operator.pages import Page, Paged, Uuid
from gateway.api.operator.routes import Routes, body
from gateway.itp.documents import Document
from gateway.matching.review import Review, Verdict
from gateway.operator.errors import unknown
from gateway.operator.permissions import Permission
from gateway.transfers import judge, reviews
from gateway.transfers.reviews import Queued
from schemas.errors import Rejected

routes = Routes("/api/reviews", "reviews")


class Judged(Document):
    """What is said of an item; `chosen` is our id of the person with `same`, `reason` why against what was proposed."""

    verdict: Verdict
    chosen: str = Field(default="", max_length=128)
    reason: str = Field(default="", max_length=500)


@routes.get("", Permission.MATCHING_READ, summary="List the review queue")
def list_reviews(desk: TheDesk, who: Who, paging: Paged) -> Page[Queued]:
    """List what waits for a person, what is due first first: references and reasons, no value of anybody."""
    return paging.of(reviews.queue(desk.store, who.account.clearances))


@routes.get("/{review_id}", Permission.MATCHING_READ, summary="See an item of the queue")
def show_review(desk: TheDesk, who: Who, review_id: Uuid) -> Review:
    """Give an item as far as one's clearances go, without what a first reviewer said."""
    try:
        found = reviews.find(desk.store, review_id)
    except Rejected:
        raise unknown("item") from None
    return reviews.visible(found, who.account.clearances)


@routes.post("/{review_id}/decide", Permission.MATCHING_DECIDE, summary="Decide an item")
def decide_review(desk: TheDesk, who: Who, review_id: Uuid, said: Annotated[Judged, body(Judged)]) -> Review:
    """Say whether it is one of ours, none of them, or cannot be told; two reviewers where it calls for care."""
    show_review(desk, who, review_id)
    cleared = who.account.clearances
    found = judge.decide(
        desk.exchange,
        who.actor,
        review_id,
        said.verdict,
        chosen=said.chosen,
        reason=said.reason,
        cleared=cleared,
    )
    return reviews.visible(found, cleared)
