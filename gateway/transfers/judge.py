"""Judge: a person decides whether a child who came is one of ours, a new one, or cannot be told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.cases import links
from gateway.cases.digests import What, digests
from gateway.duties import Duty, require
from gateway.matching.candidate import CLOSED, Restriction
from gateway.matching.pairs import link_reviewed
from gateway.matching.review import Judgement, Review, State, Verdict, judge
from gateway.pipeline.exchange import Exchange
from gateway.store.engine import writing
from gateway.store.states import Direction
from gateway.transfers import reviews, rows
from gateway.transfers.arrival import Arrival, Match
from gateway.transfers.draft import ENDED, Stage
from gateway.transfers.match import with_matched
from gateway.transfers.rows import Transfer
from gateway.transfers.say import bring, say
from gateway.transfers.see import told
from schemas.errors import Rejected


def decide(
    exchange: Exchange,
    actor: Actor,
    identity: str,
    verdict: Verdict,
    *,
    chosen: str = "",
    reason: str = "",
    cleared: Collection[Restriction] = (),
) -> Review:
    """Take a judgement on an item of the queue and do what follows from it; give the item as it stands now.

    `chosen` is our id of the person it is, `cleared` the classes of restricted records that the person may see. Raise
    Rejected where the role may not, the judgement is not one of this item, or the same person has given one.
    """
    staff = require(actor, Duty.MATCH)
    reference, subject = reviews.of(exchange.store, identity)
    now = exchange.clock()
    with writing(exchange.store.engine) as connection:
        transfer = rows.locked(connection, reference)
        rows.require(transfer, Direction.IN)
        if transfer.stage in ENDED:
            raise Rejected(f"The transfer is {transfer.stage}.")
        before = reviews.find(exchange.store, identity, within=connection)
        if before.state is State.DISPUTED and actor.role is not Role.MANAGER:
            raise Rejected("The reviewers differ: a manager decides.")
        review = judge(before, Judgement(staff, verdict, chosen, reason, now), cleared)
        reviews.update_in(exchange.store, connection, review, now)
        number = _follow(exchange, connection, actor, transfer, subject, review)
    if number is not None:
        bring(exchange, number)
    return review


def _follow(
    exchange: Exchange, connection: Connection, actor: Actor, transfer: Transfer, subject: str, review: Review
) -> int | None:
    """Link, or note that the child is new or was asked about; tell the sender what it may hear, once it was seen."""
    now = exchange.clock()
    before = rows.arrival(exchange.store, transfer.reference, within=connection)
    arrival = _changed(exchange, connection, actor, before, subject, review, now)
    if arrival == before:
        return None
    rows.did(connection, transfer.id, rows.Did.MATCHED, actor, now, review.state.value)
    note(connection, now, actor.event(Action.MATCH, f"transfer:{transfer.reference}", purpose=transfer.process))
    number = None
    if transfer.stage is Stage.SEEN:
        arrival, said = told(exchange, transfer, arrival)
        number = say(exchange, connection, actor, transfer, *said) if said else None
    rows.keep(exchange.store, connection, transfer.reference, arrival, now)
    return number


def _changed(
    exchange: Exchange,
    connection: Connection,
    actor: Actor,
    arrival: Arrival,
    subject: str,
    review: Review,
    now: datetime,
) -> Arrival:
    if review.state is State.NEW:
        return with_matched(arrival, subject, None, closed=False)
    if review.state is State.ASKED:
        return arrival.with_child(arrival.child(subject).model_copy(update={"match": Match.ASKED}))
    if review.state is not State.LINKED:
        return arrival
    known, link = digests(exchange.store, now), link_reviewed(review)
    links.keep(exchange.store, connection, known, link, now)
    one = next(each for each in review.candidates if each.reference == link.ours)
    note(connection, now, actor.event(Action.MATCH, f"subject:{known.of(What.PERSON, link.ours)}"))
    return with_matched(arrival, subject, link.ours, closed=Restriction(one.restricted) in CLOSED)
