"""Match: look for the children of what arrived among ours. Only a match goes on by itself; people decide the rest."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import Connection

from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.audit.events import Action, Outcome
from gateway.cases import links
from gateway.cases.digests import Digests, What, digests
from gateway.cases.population import population
from gateway.logs import logger
from gateway.matching.candidate import CLOSED, Candidate, Restriction
from gateway.matching.case import children
from gateway.matching.pairs import apart_from, link_unattended
from gateway.matching.search import Result, search
from gateway.matching.strategy import STANDARD
from gateway.pipeline.exchange import Exchange
from gateway.store.engine import writing
from gateway.store.states import Direction
from gateway.transfers import copies, reviews, rows
from gateway.transfers.arrival import Arrival, Incoming, Match
from gateway.transfers.draft import Stage
from gateway.transfers.draft import What as Carries
from gateway.transfers.rows import Transfer
from gateway.transfers.withdraw import withdraw
from schemas.processes.spans import LONDON

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the search for one child came to."""

    child: Incoming
    result: Result
    sought: Candidate


def attend(exchange: Exchange) -> int:
    """Do what can be done without a person for every transfer that has come; count them. One stops no other."""
    count = 0
    for transfer in rows.listed(exchange.store, direction=Direction.IN, stages={Stage.TAKEN}):
        try:
            _STEPS[transfer.kind](exchange, transfer)
            count += 1
        except Exception as error:  # the boundary of a task: one transfer stops no other
            log.warning("transfer-not-attended", exc_info=error)
    return count


def _search(exchange: Exchange, transfer: Transfer) -> None:
    now, known = exchange.clock(), digests(exchange.store, exchange.clock())
    package = copies.package(exchange.store, exchange.organisation, transfer)
    arrival = rows.arrival(exchange.store, transfer.reference)
    if package is None:
        return
    day = now.astimezone(LONDON).date()
    index = population(exchange.store).index(exchange.store, day)
    sought = {each.reference: each for each in children(package.records, day, transfer.partner)}
    found = []
    for child in arrival.children:
        who = sought[f"{transfer.partner}|{child.theirs}"]
        apart = apart_from(who.reference, links.history(exchange.store, known, who.reference))
        found.append(_Found(child, search(STANDARD, index, who, apart), who))
    with writing(exchange.store.engine) as connection:
        rows.move(connection, transfer, Stage.SEARCHED, now)
        for each in found:
            arrival = arrival.with_child(_settled(exchange, connection, known, transfer, each))
        rows.keep(exchange.store, connection, transfer.reference, arrival, now)
        rows.did(connection, transfer.id, rows.Did.SEARCHED, Actor(exchange.organisation, Role.GATEWAY), now)


def _settled(exchange: Exchange, connection: Connection, known: Digests, transfer: Transfer, found: _Found) -> Incoming:
    """Link a certain match; put anything else into the queue."""
    now, child, result = exchange.clock(), found.child, found.result
    theirs = f"subject:{known.of(What.PARTNER, found.sought.reference)}"
    if result.unattended:
        link = link_unattended(result, now)
        links.keep(exchange.store, connection, known, link, now)
        exchange.note(connection, Action.MATCH, theirs, f"transfer:{transfer.reference}")
        closed = Restriction(result.candidates[0].restricted) in CLOSED
        return child.model_copy(update={"match": Match.LINKED, "ours": link.ours, "closed": closed})
    urgent = transfer.delivery == "urgent"
    identity = reviews.add(exchange, connection, transfer.id, child.reference, result, urgent=urgent)
    exchange.note(connection, Action.MATCH, theirs, f"transfer:{transfer.reference}", outcome=Outcome.HELD)
    return child.model_copy(update={"match": Match.REVIEW, "review": identity})


def _nothing_to_search(exchange: Exchange, transfer: Transfer) -> None:
    now = exchange.clock()
    with writing(exchange.store.engine) as connection:
        rows.move(connection, transfer, Stage.SEARCHED, now)


_STEPS = MappingProxyType(
    {
        Carries.PACKAGE: _search,
        Carries.RECALL: withdraw,
        Carries.STAND_DOWN: withdraw,
        Carries.NOTHING: _nothing_to_search,
    }
)


def with_matched(arrival: Arrival, reference: str, ours: str | None, *, closed: bool) -> Arrival:
    """Give an arrival in which a child is linked to one of ours, or to be made where `ours` is None."""
    match = Match.NEW if ours is None else Match.LINKED
    changed = arrival.child(reference).model_copy(update={"match": match, "ours": ours, "closed": closed})
    return arrival.with_child(changed)
