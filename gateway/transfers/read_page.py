"""Read: show what a transfer carries as a page that we make ourselves; a sender's page is never opened."""

from __future__ import annotations

from adapters.transfer.view import page
from gateway.actor import Actor
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.duties import Duty, require
from gateway.pipeline.exchange import Exchange
from gateway.store.engine import writing
from gateway.transfers import copies, rows
from schemas.errors import Rejected


def read_page(exchange: Exchange, actor: Actor, reference: str) -> str:
    """Give the page. Raise Rejected where the role may not, or there is no copy of what was carried."""
    require(actor, Duty.SEE)
    transfer = rows.find(exchange.store, reference)
    package = copies.package(exchange.store, exchange.organisation, transfer)
    if package is None:
        raise Rejected("There is no copy of what this transfer carried.", hint="It had no records, or was deleted.")
    now = exchange.clock()
    with writing(exchange.store.engine) as connection:
        note(connection, now, actor.event(Action.READ, f"transfer:{reference}", purpose=transfer.process))
    return page(package)
