"""Preview: show what would go and what would not, and bind what was seen by its digest."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from functools import partial

from adapters.transfer.documents import Fetch
from gateway.actor import Actor
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.cases import files, papers
from gateway.duties import Duty, may, require
from gateway.pipeline.exchange import Exchange
from gateway.policy.compiled import Compiled
from gateway.policy.decide import decide
from gateway.policy.decision import Decision, Outcome
from gateway.policy.request import Request, Staff
from gateway.store.engine import writing
from gateway.store.states import Direction
from gateway.store.store import Store
from gateway.transfers import rows
from gateway.transfers.compose import Preview, preview
from gateway.transfers.draft import Draft, Stage, What
from gateway.transfers.prepare import agreement
from gateway.transfers.rows import Transfer
from schemas.case.record import CaseFile
from schemas.case.text import write_case
from schemas.errors import Rejected

_OTHERS = (Staff("manager", "not-yet-1"), Staff("manager", "not-yet-2"))
"""Who stands in the preview for those who have not approved yet: what would go does not depend on who they are."""


@dataclass(frozen=True, slots=True)
class Look:
    """A preview, and the digest that authorising takes. `notice` is what a message without records says.

    `case` is the file as it was looked at.
    """

    transfer: Transfer
    digest: str
    preview: Preview | None
    notice: str
    compiled: Compiled
    case: CaseFile | None = None


def look(exchange: Exchange, actor: Actor, reference: str) -> Look:
    """Show what would be sent now. Raise Rejected where nothing may go, or the role may not see it."""
    duty = Duty.AUTHORISE if may(actor, Duty.AUTHORISE) else Duty.PREPARE
    require(actor, duty)
    transfer = rows.find(exchange.store, reference)
    rows.require(transfer, Direction.OUT)
    seen = looked(exchange, transfer, rows.draft(exchange.store, reference))
    now = exchange.clock()
    with writing(exchange.store.engine) as connection:
        event = actor.event(Action.POLICY_DECIDE, f"transfer:{reference}", after=seen.digest)
        note(connection, now, event)
    return seen


def looked(exchange: Exchange, transfer: Transfer, draft: Draft) -> Look:
    """Work out what would be sent now, without a line in the log."""
    compiled = agreement(exchange, transfer.partner, transfer.process)
    if draft.what is not What.PACKAGE:
        about = draft.links.in_reply_to or draft.links.recall_of or ""
        told = f"{draft.what} {about} {draft.searched_on or ''}".strip()
        return Look(transfer, _digest(str(compiled.version), told), None, told, compiled)
    case = files.held(exchange.store, draft.case_file).file
    decision = as_if_approved(compiled, draft.request)
    shown = preview(case, decision, fetch_of(exchange.store))
    return Look(transfer, digest_of(compiled, shown), shown, "", compiled, case)


def as_if_approved(compiled: Compiled, request: Request) -> Decision:
    """Decide as if those who have to approve had."""
    decision = decide(compiled, request)
    if decision.outcome is Outcome.NEEDS_APPROVAL:
        decision = decide(compiled, replace(request, approvals=(*request.approvals, *_OTHERS)))
    return decision


def digest_of(compiled: Compiled, shown: Preview) -> str:
    """Give the digest of what would go and stay, and of the agreement, whoever approves it (SHA-256, in hex)."""
    view = shown.view
    told = (
        _without_id(view.file),
        *(json.dumps(asdict(value), default=str) for value in view.reduced),
        *(json.dumps(asdict(kept), default=str) for kept in view.withheld),
        *(json.dumps(asdict(miss), default=str) for miss in view.missing),
        *(f"{part.name} {part.person} {_without_id(part.file)}" for part in view.released),
        *(f"{item.record} {item.outcome}" for item in shown.documents),
        *(entry.model_dump_json() for entry in shown.statement),
    )
    return _digest(str(compiled.version), *told)


def fetch_of(store: Store) -> Fetch:
    """Give how the bytes of a document are found, by their SHA-256."""
    return partial(papers.fetch, store)


def _without_id(case: CaseFile) -> str:
    # The id of what is sent is that of the decision, which names who approved.
    return write_case(case.model_copy(update={"id": "preview"}))


def _digest(*told: str) -> str:
    whole = hashlib.sha256()
    for text in told:
        octets = text.encode()
        whole.update(len(octets).to_bytes(8, "big") + octets)
    return whole.hexdigest()


def reopen(exchange: Exchange, transfer: Transfer, draft: Draft, actor: Actor, now: datetime, reason: str) -> None:
    """Make an authorised transfer a draft again, because what would be sent is not what was authorised."""
    if transfer.stage is not Stage.AUTHORISED:
        raise Rejected("Only what was authorised is opened again.")
    with writing(exchange.store.engine) as connection:
        rows.move(connection, transfer, Stage.DRAFT, now)
        rows.keep(exchange.store, connection, transfer.reference, draft.reopened(), now)
        rows.did(connection, transfer.id, rows.Did.REOPENED, actor, now, reason)
