"""Offer: a partner without a way in fetches what is for it. A lease that lapses makes the message available again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from gateway.audit.events import Action
from gateway.itp.codes import Code, Refused
from gateway.itp.identifiers import Organisation
from gateway.maintenance import active
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.receive import Caller
from gateway.pipeline.send import waits_to_be_fetched
from gateway.store import messages, outbox, receiving
from gateway.store.engine import reading, writing
from gateway.store.ledger import Event, append
from gateway.store.models import Part, Work
from gateway.store.outbox import DELIVER, OFFER, Next
from gateway.store.states import Direction, State

LEASE = timedelta(minutes=10)
MOST = 20
ANSWER = 4 * 1024 * 1024
"""How much of labels and manifests one answer holds, in bytes."""


@dataclass(frozen=True, slots=True)
class Offered:
    """One message that a partner may fetch until `expires`."""

    message_id: str
    label: bytes
    manifest: bytes
    lease: str
    expires: datetime


def lease(exchange: Exchange, caller: Caller, most: int) -> tuple[Offered, ...]:
    """Lease up to `most` messages that wait for the caller, in order. Raise Refused in maintenance."""
    if active(exchange.store.engine):
        raise Refused(Code.BUSY, "The gateway is in maintenance.")
    now = exchange.clock()
    # The partner is told whole seconds, and the lease ends when it is told.
    until = (now + LEASE).replace(microsecond=0)
    taken = outbox.claim_offers(exchange.store, caller.organisation, caller.organisation, now, until, min(most, MOST))
    offered = _fitting(exchange, taken, now)
    if offered:
        with writing(exchange.store.engine) as connection:
            for each in offered:
                exchange.note(connection, Action.COLLECT, f"message:{each.message_id}", caller.organisation)
    return offered


def bring(exchange: Exchange) -> int:
    """Have brought what waits for a partner that does not fetch any more, by the directory of now; count it."""
    now, count = exchange.clock(), 0
    with reading(exchange.store.engine) as connection:
        partners = connection.execute(select(Work.partner).where(Work.task == OFFER).distinct()).scalars().all()
    for partner in partners:
        if not waits_to_be_fetched(exchange, Organisation(partner)):
            with writing(exchange.store.engine) as connection:
                dropped = outbox.drop_offers(connection, partner, now)
                for message in dropped:
                    outbox.enqueue(connection, message, Next(DELIVER, now))
                    append(connection, message, Event.STEP_DONE, "offered-no-more", now)
            count += len(dropped)
    return count


def _fitting(exchange: Exchange, taken: tuple[outbox.Lease, ...], now: datetime) -> tuple[Offered, ...]:
    """Offer what fits in one answer, and put the rest back for the next; one is offered whatever its size."""
    offered, size = list[Offered](), 0
    for work in taken:
        each = _offered(exchange, work)
        size += len(each.label) + len(each.manifest)
        if offered and size > ANSWER:
            outbox.give_back(exchange.store, work, now)
        else:
            offered.append(each)
    return tuple(offered)


def chunk(exchange: Exchange, caller: Caller, message_id: str, index: int) -> bytes:
    """Give one chunk of a message that waits for the caller. Raise Refused (itp-404-unknown)."""
    found = receiving.find(exchange.store, exchange.organisation, message_id)
    if found is None or found.direction is not Direction.OUT or found.state is State.RECEIVING:
        raise Refused(Code.UNKNOWN, "There is no such transfer.")
    if messages.heading(exchange.store, found.message).recipient != caller.organisation:
        raise Refused(Code.UNKNOWN, "There is no such transfer.")
    if found.state is not State.ACCEPTED:
        # It has arrived, or a person stopped it: nothing of it goes out any more.
        raise Refused(Code.UNKNOWN, "The transfer is not offered.")
    if not 0 <= index < messages.chunk_count(exchange.store, found.message):
        raise Refused(Code.UNKNOWN, "There is no such chunk.")
    return messages.read(exchange.store, found.message, Part.PAYLOAD, index)


def _offered(exchange: Exchange, work: outbox.Lease) -> Offered:
    found = messages.heading(exchange.store, work.message)
    return Offered(
        found.message_id,
        messages.read(exchange.store, work.message, Part.LABEL),
        messages.read(exchange.store, work.message, Part.MANIFEST),
        f"{work.work}-{work.attempt}",
        work.expires,
    )
