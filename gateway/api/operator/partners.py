"""Partners: who they are, whether a message could go to them now, and stopping it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from gateway.api.operator.gate import TheDesk, Who
from gateway.api.operator.pages import Page, Paged
from gateway.api.operator.routes import Routes
from gateway.itp.identifiers import Organisation
from gateway.operator.desk import Desk
from gateway.operator.errors import unknown
from gateway.operator.permissions import Permission
from gateway.partners.checks import PartnerCheck, breakers, check_partners
from gateway.pipeline import gate

Which = Annotated[str, Path(pattern=f"^{Organisation.form.pattern}$", description="The partner: urn:ics:org:ods:CODE.")]
routes = Routes("/api/partners", "partners")


@routes.get("", Permission.PARTNERS_READ, summary="List partners")
def list_partners(desk: TheDesk, paging: Paged) -> Page[PartnerCheck]:
    """List the partners of the directory, each with what hinders an exchange. Nobody is asked for it."""
    return paging.of(_checked(desk))


@routes.get("/{organisation}", Permission.PARTNERS_READ, summary="See a partner")
def show_partner(desk: TheDesk, organisation: Which) -> PartnerCheck:
    """Give one partner."""
    return _one(desk, organisation)


@routes.post("/{organisation}/hold", Permission.PARTNERS_PAUSE, summary="Stop sending to a partner")
def hold_partner(desk: TheDesk, who: Who, organisation: Which) -> PartnerCheck:
    """Send nothing to a partner until it is resumed; what is for it waits."""
    gate.hold(desk.exchange, _one(desk, organisation).organisation, who.actor)
    return _one(desk, organisation)


@routes.post("/{organisation}/resume", Permission.PARTNERS_PAUSE, summary="Begin to send to a partner again")
def resume_partner(desk: TheDesk, who: Who, organisation: Which) -> PartnerCheck:
    """End a pause or a hold: the oldest message goes first, alone."""
    gate.resume(desk.exchange, _one(desk, organisation).organisation, who.actor)
    return _one(desk, organisation)


def _checked(desk: Desk) -> tuple[PartnerCheck, ...]:
    exchange = desk.exchange
    return check_partners(exchange.directory(), exchange.organisation, breakers(desk.engine), desk.now())


def _one(desk: Desk, organisation: str) -> PartnerCheck:
    found = next((partner for partner in _checked(desk) if partner.organisation == organisation), None)
    if found is None:
        raise unknown("partner")
    return found
