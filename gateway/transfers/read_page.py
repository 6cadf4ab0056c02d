"""Read: show what a transfer carries as a page that we make ourselves; a sender's page is never opened."""

from __future__ import annotations

from adapters.transfer.package import Package
from adapters.transfer.view import page
from gateway.actor import Actor
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.duties import Duty, require
from gateway.pipeline.exchange import Exchange
from gateway.policy.request import Staff
from gateway.store.engine import writing
from gateway.transfers import copies, rows
from gateway.transfers.compose import compose
from gateway.transfers.draft import Stage
from gateway.transfers.look import fetch_of, looked
from gateway.transfers.rows import Transfer
from schemas.errors import Rejected

_NOBODY = Staff("nobody", "not-authorised-yet")


def read_page(exchange: Exchange, actor: Actor, reference: str) -> str:
    """Give the page: of a draft, what would be sent now, so that whoever authorises it can read it.

    Raise Rejected where the role may not, there is no copy of what was carried, or nothing may go; Held where an
    agreement or the records change what would go.
    """
    require(actor, Duty.SEE)
    transfer = rows.find(exchange.store, reference)
    draft = transfer.stage in {Stage.DRAFT, Stage.AUTHORISED}
    package = (
        _would_be(exchange, transfer) if draft else copies.package(exchange.store, exchange.organisation, transfer)
    )
    if package is None:
        raise Rejected("There is no copy of what this transfer carried.", hint="It had no records, or was deleted.")
    now = exchange.clock()
    with writing(exchange.store.engine) as connection:
        note(connection, now, actor.event(Action.READ, f"transfer:{reference}", purpose=transfer.process))
    return page(package)


def _would_be(exchange: Exchange, transfer: Transfer) -> Package | None:
    """Compose what would be sent now, as it is previewed; None of a notice, which has no records."""
    found = looked(exchange, transfer, rows.draft(exchange.store, transfer.reference))
    if found.case is None or found.preview is None:
        return None
    fetch, now = fetch_of(exchange.store), exchange.clock()
    return compose(found.compiled, found.case, found.preview.decision, fetch, authorised=_NOBODY, at=now)
