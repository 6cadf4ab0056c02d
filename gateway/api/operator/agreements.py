"""Sharing agreements: which there are, what each says, and what one would let go."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from gateway.api.operator.gate import TheDesk, Who
from gateway.api.operator.pages import Page, Paged
from gateway.api.operator.previews import Answered, answered
from gateway.api.operator.routes import Routes, body
from gateway.cases import files
from gateway.itp.documents import Document, Token
from gateway.itp.identifiers import Organisation
from gateway.operator import reads
from gateway.operator.errors import unknown
from gateway.operator.permissions import Permission
from gateway.policy.agreement import Agreement, Status
from gateway.policy.ask import question
from gateway.policy.dates import warnings
from gateway.policy.decide import decide
from gateway.policy.decision import Outcome
from gateway.policy.mask import masked
from gateway.policy.request import Staff
from gateway.transfers.prepare import agreement as agreement_with

Which = Annotated[str, Path(pattern="^[A-Za-z0-9][A-Za-z0-9_.:+-]{0,127}$", description="The id of the agreement.")]
Name = Annotated[str, Field(min_length=1, max_length=128)]
routes = Routes("/api", "agreements")


class AgreementLine(BaseModel):
    """A version of an agreement in a list; `due` are dates that are near or past, as sentences."""

    model_config = ConfigDict(frozen=True)

    agreement_id: str
    version: str
    status: Status
    valid_from: date
    valid_to: date
    review_by: date
    compiled: str
    due: tuple[str, ...]


class Asked(Document):
    """Which children of a case file of ours would go to whom in which process."""

    case_file: Name
    children: tuple[Name, ...] = Field(min_length=1, max_length=50)
    partner: Organisation
    process: str = Field(pattern="^P[0-9]{1,3}$")
    step: str = Field(default="", max_length=64)
    purpose: Token | None = None


@routes.get("/agreements", Permission.AGREEMENTS_READ, summary="List agreements")
def list_agreements(desk: TheDesk, paging: Paged) -> Page[AgreementLine]:
    """List every version in force here, with the dates that are near."""
    today = desk.now().date()
    lines = [
        AgreementLine(
            agreement_id=item.agreement.agreement_id,
            version=item.agreement.version,
            status=item.agreement.status,
            valid_from=item.agreement.valid_from,
            valid_to=item.agreement.valid_to,
            review_by=item.agreement.review_by,
            compiled=item.version,
            due=tuple(due.text for due in warnings(item.agreement, today)),
        )
        for item in desk.exchange.agreements()
    ]
    return paging.of(lines)


@routes.get("/agreements/{agreement_id}", Permission.AGREEMENTS_READ, summary="See an agreement")
def show_agreement(
    desk: TheDesk,
    agreement_id: Which,
    version: Annotated[str | None, Query(max_length=128, description="Else the last by name.")] = None,
) -> Agreement:
    """Give a version of an agreement, with all its rules."""
    found = [
        item.agreement
        for item in desk.exchange.agreements()
        if item.agreement.agreement_id == agreement_id and version in {None, item.agreement.version}
    ]
    if not found:
        raise unknown("agreement")
    return max(found, key=lambda item: item.version)


@routes.post("/agreement-checks", Permission.AGREEMENTS_CHECK, summary="Ask what an agreement lets go")
def check_agreement(desk: TheDesk, who: Who, asked: Annotated[Asked, body(Asked)]) -> Answered:
    """Explain what would go, what would stay, and by which rule. Nothing is sent; no value of a record is shown."""
    reads.searched(desk, who)
    exchange, requester = desk.exchange, Staff(who.actor.role.value, who.account.id)
    case = files.held(desk.store, asked.case_file).file
    compiled = agreement_with(exchange, asked.partner, asked.process)
    request = question(
        compiled,
        case,
        asked.children,
        exchange.organisation,
        asked.partner,
        asked.process,
        desk.now(),
        requester,
        step=asked.step,
        purpose=asked.purpose or "",
    )
    decision = decide(compiled, request)
    stopped = decision.outcome in {Outcome.DENY, Outcome.NEEDS_APPROVAL}
    return answered(decision, None if stopped else masked(case, decision))
