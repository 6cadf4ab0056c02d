"""See: a person has seen a transfer, which the sender hears, with where each child stands as far as it may know."""

from __future__ import annotations

from sqlalchemy import Connection

from gateway.actor import Actor
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.duties import Duty, require
from gateway.pipeline.exchange import Exchange
from gateway.store.engine import writing
from gateway.store.states import Direction
from gateway.transfers import rows
from gateway.transfers.arrival import Answer, Arrival, Incoming, Match
from gateway.transfers.draft import Stage
from gateway.transfers.rows import Transfer
from gateway.transfers.say import Said, bring, say

TELLS_NOTHING = frozenset({"P6", "P12"})
"""The processes in which the sender may not know whether we had a child on record."""
_OCTETS = 6


def see(exchange: Exchange, actor: Actor, reference: str) -> None:
    """Sign that a transfer was seen (R3), and what may be told of each child (R4). Raise Rejected, Held."""
    require(actor, Duty.SEE)
    with writing(exchange.store.engine) as connection:
        transfer = rows.locked(connection, reference)
        rows.require(transfer, Direction.IN, Stage.SEARCHED)
        number, _ = seen_in(exchange, connection, actor, transfer)
    bring(exchange, number)


def seen_in(exchange: Exchange, connection: Connection, actor: Actor, transfer: Transfer) -> tuple[int, Arrival]:
    """Sign R3 and what R4 can be signed in the caller's transaction; give the message's number and the arrival."""
    now = exchange.clock()
    arrival, said = told(exchange, transfer, rows.arrival(exchange.store, transfer.reference, within=connection))
    number = say(exchange, connection, actor, transfer, Said("R3", "seen"), *said)
    rows.move(connection, transfer, Stage.SEEN, now)
    rows.keep(exchange.store, connection, transfer.reference, arrival, now)
    rows.did(connection, transfer.id, rows.Did.SEEN, actor, now)
    note(connection, now, actor.event(Action.READ, f"transfer:{transfer.reference}", purpose=transfer.process))
    return number, arrival


def told(exchange: Exchange, transfer: Transfer, arrival: Arrival) -> tuple[Arrival, tuple[Said, ...]]:
    """Give the R4 that are due, and the arrival in which they are noted."""
    said = []
    for child in arrival.children:
        outcome = outcome_of(transfer, child)
        if outcome is None or outcome == child.told or child.answer is not Answer.OPEN:
            continue
        local = child.local_ref if outcome == "uncertain" else child.local_ref or exchange.draw(_OCTETS).hex()
        arrival = arrival.with_child(child.model_copy(update={"told": outcome, "local_ref": local}))
        said.append(Said("R4", outcome, subject=child.reference, local_ref=local))
    return arrival, tuple(said)


def outcome_of(transfer: Transfer, child: Incoming) -> str | None:
    """Say what the sender may hear of the search for a child; None while a person has not decided.

    That a child was on record is told only in a process in which the sender may know, and never of a closed record:
    `created` says that there is a reference now, and not that there was none.
    """
    if transfer.process in TELLS_NOTHING:
        return "created"
    if child.match is Match.LINKED and not child.closed:
        return "matched"
    if child.match in {Match.LINKED, Match.NEW}:
        return "created"
    return "uncertain" if child.match is Match.ASKED else None
