"""Authorise: a second person lets go exactly what they have seen."""

from __future__ import annotations

import hmac
from dataclasses import replace

from gateway.actor import Actor
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.duties import Duty, require, require_another
from gateway.pipeline.exchange import Exchange
from gateway.policy.decide import decide
from gateway.policy.decision import Outcome
from gateway.policy.request import Staff
from gateway.store.engine import writing
from gateway.store.states import Direction
from gateway.transfers import rows
from gateway.transfers.draft import Draft, Stage, What
from gateway.transfers.look import Look, looked
from schemas.errors import Held, Rejected


def changed() -> Held:
    """Make the error of what is not what was seen."""
    return Held(
        "What would be sent is not what was seen: the records, their documents or the agreement have changed.",
        hint="Look at the preview again, and authorise that.",
    )


def authorise(exchange: Exchange, actor: Actor, reference: str, seen: str) -> Stage:
    """Let a transfer go as it was previewed, `seen` being the digest of that preview; give its stage.

    It stays a draft where the agreement wants yet another person. Raise Rejected where the role may not, or the same
    person prepared or approved it; Held where what would go is not what was seen.
    """
    staff = require(actor, Duty.AUTHORISE)
    transfer = rows.find(exchange.store, reference)
    rows.require(transfer, Direction.OUT, Stage.DRAFT)
    draft = rows.draft(exchange.store, reference)
    require_another(staff, draft.prepared_by.reference)
    found = looked(exchange, transfer, draft)
    if not hmac.compare_digest(found.digest, seen):
        raise changed()
    # Who approved something else has not approved this.
    before = draft.request.approvals if draft.authorised == found.digest else ()
    if staff in {person.reference for person in before}:
        raise Rejected("You have approved this already.", hint="The agreement wants yet another person.")
    now, second = exchange.clock(), Staff(actor.role.value, staff)
    request = replace(draft.request, approvals=(*before, second))
    stage = Stage.AUTHORISED if _is_enough(found, draft.model_copy(update={"request": request})) else Stage.DRAFT
    values: dict[str, object] = {"request": request, "authorised": found.digest}
    if stage is Stage.AUTHORISED:
        values |= {"authorised_at": now, "authorised_by": second}
    with writing(exchange.store.engine) as connection:
        rows.move(connection, transfer, stage, now)
        rows.keep(exchange.store, connection, reference, draft.model_copy(update=values), now)
        rows.did(connection, transfer.id, rows.Did.AUTHORISED, actor, now)
        objects = (f"transfer:{reference}", transfer.partner)
        event = actor.event(Action.AUTHORISE, *objects, purpose=transfer.process, after=found.digest)
        note(connection, now, event)
    return stage


def _is_enough(found: Look, draft: Draft) -> bool:
    """Tell whether nobody else has to approve."""
    if draft.what is not What.PACKAGE:
        return True
    return decide(found.compiled, draft.request).outcome is not Outcome.NEEDS_APPROVAL
