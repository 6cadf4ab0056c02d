"""Release: a second person lets the places of a hidden child go to one partner, as a part of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gateway.actor import Actor, reason_code
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.duties import Duty, require, require_another
from gateway.pipeline.exchange import Exchange
from gateway.policy.request import Place, Release, Staff
from gateway.policy.restrictions import HIDDEN_ADDRESS
from gateway.store.engine import writing
from gateway.store.states import Direction
from gateway.transfers import rows
from gateway.transfers.draft import Draft, Stage
from schemas.errors import Rejected


def release(
    exchange: Exchange, actor: Actor, reference: str, person: str, places: Iterable[Place], *, reason: str
) -> None:
    """Let the places of a hidden child of a draft go with it; who approved it before approves it again.

    `reason` is a code. Raise Rejected where the role may not, the same person prepared the draft, or there is no such
    child in it whose places are hidden.
    """
    staff, wanted = require(actor, Duty.AUTHORISE), frozenset(places)
    if not wanted:
        raise Rejected("A release names places.", hint=f"Which there are: {', '.join(Place)}.")
    now = exchange.clock()
    with writing(exchange.store.engine) as connection:
        transfer = rows.locked(connection, reference)
        rows.require(transfer, Direction.OUT, Stage.DRAFT)
        draft = rows.draft(exchange.store, reference, within=connection)
        require_another(staff, draft.prepared_by.reference)
        _check_hidden(draft, person)
        by = Staff(actor.role.value, staff)
        released = _with(draft, Release("", person, wanted, reason_code(reason), by))
        rows.keep(exchange.store, connection, reference, released, now)
        rows.did(connection, transfer.id, rows.Did.RELEASED, actor, now, reason)
        objects = (f"transfer:{reference}", transfer.partner)
        note(connection, now, actor.event(Action.RELEASE_PLACES, *objects, purpose=transfer.process))


def _check_hidden(draft: Draft, person: str) -> None:
    hidden = {subject.person for subject in draft.request.subjects if HIDDEN_ADDRESS in subject.restrictions}
    if person not in hidden & set(draft.children):
        raise Rejected("There is no such child in the transfer whose places are hidden.")


def _with(draft: Draft, new: Release) -> Draft:
    """Add a release; another one of the same child takes its place."""
    before = draft.reopened()
    others = tuple(each for each in before.request.releases if each.person != new.person)
    named = replace(new, name=f"release-{len(others) + 1}")
    return before.model_copy(update={"request": replace(before.request, releases=(*others, named))})
