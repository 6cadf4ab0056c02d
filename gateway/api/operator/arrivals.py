"""Transfers that came to us: read, see, accept or decline, settle what differs, record the outcome, reply."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Path, Response
from pydantic import Field

from gateway.api.operator.gate import TheDesk, Who
from gateway.api.operator.routes import Routes, body
from gateway.api.operator.transfers import Prepared, Reference, reached, readable
from gateway.itp.documents import Document
from gateway.operator import reads
from gateway.operator.permissions import Permission
from gateway.store.states import Direction
from gateway.transfers import answer, read_page, recall, rows, see, settle, withdraw
from gateway.transfers.answer import Acceptance
from gateway.transfers.arrival import Arrival

Child = Annotated[str, Field(pattern="^[a-z0-9-]{1,64}$")]
Children = Annotated[tuple[Child, ...], Field(max_length=50)]
Difference = Annotated[int, Path(ge=0, le=100_000, description="Its place in the list of differences, from 0.")]
_PAGE = {200: {"content": {"text/html": {"schema": {"type": "string"}}}}}
routes = Routes("/api/transfers/{reference}", "transfers")


class Accepted(Document):
    """From which day we answer for which children, all open ones where none is named, and our references of them."""

    effective: date
    children: Children = ()
    references: dict[Child, Annotated[str, Field(pattern="^[A-Za-z0-9-]{1,64}$")]] = Field(
        default_factory=dict, max_length=50
    )


class Declined(Document):
    """Which children are declined, and why, as a code that the sender reads."""

    reason: str = Field(min_length=1, max_length=64)
    children: Children = ()


class Completed(Document):
    """On which day the outcome happened for which children."""

    outcome_on: date
    children: Children = ()


class RecallAnswered(Document):
    """Whether what was accepted and is taken back is deleted; else why it stays, as a code that the sender reads."""

    delete: bool
    reason: str = Field(default="", max_length=64)


class Settled(Document):
    """Whether their value takes the place of ours."""

    take: bool


@routes.get("/arrival", Permission.TRANSFERS_SEE, summary="See what arrived")
def show_arrival(desk: TheDesk, who: Who, reference: Reference) -> Arrival:
    """Say of each child whether it was found and answered for, and what differs from ours."""
    rows.require(rows.find(desk.store, readable(desk, who, reference)), Direction.IN)
    reads.read(desk, who, f"transfer:{reference}")
    return rows.arrival(desk.store, reference)


@routes.get(
    "/page",
    Permission.TRANSFERS_SEE,
    response_class=Response,
    responses=_PAGE,
    summary="Read what a transfer carries",
)
def show_page(desk: TheDesk, who: Who, reference: Reference) -> Response:
    """Give the records as a page that we make ourselves, for as long as there is a copy; of a draft, what would go."""
    content = read_page.read_page(desk.exchange, who.actor, readable(desk, who, reference))
    name = f'attachment; filename="transfer-{reference}.html"'
    return Response(content, headers={"content-disposition": name}, media_type="text/html; charset=utf-8")


@routes.post("/see", Permission.TRANSFERS_SEE, status_code=204, summary="Say that it was seen")
def see_transfer(desk: TheDesk, who: Who, reference: Reference) -> None:
    """Sign that it was seen, and what the sender may be told of each child."""
    see.see(desk.exchange, who.actor, reached(desk, who, reference))


@routes.post("/accept", Permission.TRANSFERS_ANSWER, summary="Accept children")
def accept_transfer(
    desk: TheDesk, who: Who, reference: Reference, said: Annotated[Accepted, body(Accepted)]
) -> Arrival:
    """Accept for the authority, sign it, and file the records; what differs from ours is listed, never taken."""
    acceptance = Acceptance(said.effective, said.references)
    return answer.accept(desk.exchange, who.actor, readable(desk, who, reference), acceptance, said.children)


@routes.post("/decline", Permission.TRANSFERS_ANSWER, summary="Decline children")
def decline_transfer(
    desk: TheDesk, who: Who, reference: Reference, said: Annotated[Declined, body(Declined)]
) -> Arrival:
    """Decline for the authority, and sign it with the reason."""
    return answer.decline(desk.exchange, who.actor, readable(desk, who, reference), said.reason, said.children)


@routes.post("/complete", Permission.TRANSFERS_SEE, summary="Record the outcome")
def complete_transfer(
    desk: TheDesk, who: Who, reference: Reference, said: Annotated[Completed, body(Completed)]
) -> Arrival:
    """Sign that the outcome happened, such as the conference."""
    return answer.complete(desk.exchange, who.actor, readable(desk, who, reference), said.outcome_on, said.children)


@routes.post("/differences/{number}", Permission.TRANSFERS_ANSWER, summary="Settle a difference")
def settle_difference(
    desk: TheDesk, who: Who, reference: Reference, number: Difference, said: Annotated[Settled, body(Settled)]
) -> Arrival:
    """Take their value in the place of ours, or keep ours."""
    return settle.settle(desk.exchange, who.actor, readable(desk, who, reference), number, take=said.take)


@routes.post("/answer-recall", Permission.TRANSFERS_ANSWER, status_code=204, summary="Answer a recall")
def answer_recall(
    desk: TheDesk, who: Who, reference: Reference, said: Annotated[RecallAnswered, body(RecallAnswered)]
) -> None:
    """Delete what was accepted and is taken back, or say why it stays; both is signed to the sender."""
    found = reached(desk, who, reference)
    withdraw.answer_recall(desk.exchange, who.actor, found, comply=said.delete, reason=said.reason)


@routes.post("/nothing-to-tell", Permission.TRANSFERS_PREPARE, status_code=201, summary="Prepare an empty answer")
def prepare_nothing(desk: TheDesk, who: Who, reference: Reference) -> Prepared:
    """Prepare the answer to a check that there is nothing that may be told; a second person authorises it too."""
    return Prepared(references=(recall.prepare_nothing(desk.exchange, who.actor, reached(desk, who, reference)),))
