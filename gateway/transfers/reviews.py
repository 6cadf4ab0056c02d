"""The review queue of matching: what a person has to decide about a child of a transfer, and what was decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, insert, select, update

from gateway.itp.identifiers import MessageId
from gateway.matching.candidate import Restriction
from gateway.matching.review import Review, State, blind, open_review
from gateway.matching.search import Action, Result
from gateway.matching.strategy import Assessed
from gateway.pipeline.exchange import Exchange
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.engine import reading
from gateway.store.models import ReviewRow, TransferRow
from gateway.store.store import Store
from schemas.errors import Rejected

_REVIEW = TypeAdapter(Review)
WAITING = frozenset({State.OPEN, State.SECOND, State.DISPUTED})


@dataclass(frozen=True, slots=True)
class Queued:
    """An item of the queue with the transfer and the child's reference in it."""

    review: Review
    transfer: str
    subject: str


def add(
    exchange: Exchange, connection: Connection, transfer: int, subject: str, result: Result, *, urgent: bool
) -> str:
    """Put a search into the queue in the caller's transaction, and give its identity."""
    now = exchange.clock()
    identity = MessageId.new(now, exchange.draw)
    # Who is nobody of ours, or too little known to search, is for a person too: only a match flows by itself.
    review = open_review(identity, replace(result, action=Action.REVIEW), now, urgent=urgent)
    row = {"identity": identity, "transfer": transfer, "subject": subject}
    state = {"state": review.state.value, "opened": review.opened, "due": review.due}
    connection.execute(insert(ReviewRow).values(**row, **state))
    _write(exchange.store, connection, review, now)
    return identity


def find(store: Store, identity: str, *, within: Connection | None = None) -> Review:
    """Give an item of the queue. Raise Rejected where there is none."""
    found = documents.newest(store, Kind.REVIEW, identity, within=within)
    if found is None:
        raise Rejected("There is no such item in the queue.", hint="List it: ics-gateway matching list")
    return _REVIEW.validate_json(found.content)


def queue(store: Store, cleared: Collection[Restriction] = ()) -> tuple[Queued, ...]:
    """List what waits for a person, what is due first first, as somebody with these clearances may see it."""
    rows = (
        select(ReviewRow.identity, ReviewRow.subject, TransferRow.reference)
        .join(TransferRow, TransferRow.id == ReviewRow.transfer)
        .where(ReviewRow.state.in_([state.value for state in WAITING]))
        .order_by(ReviewRow.due, ReviewRow.id)
    )
    with reading(store.engine) as connection:
        found = connection.execute(rows).all()
    return tuple(Queued(visible(find(store, row.identity), cleared), row.reference, row.subject) for row in found)


def visible(review: Review, cleared: Collection[Restriction]) -> Review:
    """Give a review as somebody may see it: blind to a first judgement, without records of other clearances."""
    allowed = {Restriction.NORMAL, *cleared}
    shown: tuple[Assessed, ...] = tuple(one for one in review.candidates if Restriction(one.restricted) in allowed)
    if len(shown) < len(review.candidates):
        # As it would look if those records were not held.
        plain = replace(review, candidates=shown, clearance=frozenset(cleared) & review.clearance, reviewers=1)
        return blind(plain)
    return blind(review)


def of(store: Store, identity: str) -> tuple[str, str]:
    """Give the transfer's reference and the child's that an item is about. Raise Rejected."""
    wanted = (
        select(TransferRow.reference, ReviewRow.subject)
        .join(TransferRow, TransferRow.id == ReviewRow.transfer)
        .where(ReviewRow.identity == identity)
    )
    with reading(store.engine) as connection:
        row = connection.execute(wanted).one_or_none()
    if row is None:
        raise Rejected("There is no such item in the queue.", hint="List it: ics-gateway matching list")
    return row.reference, row.subject


def update_in(store: Store, connection: Connection, review: Review, now: datetime) -> None:
    """Keep what was decided in the caller's transaction."""
    here = ReviewRow.identity == review.identity
    connection.execute(update(ReviewRow).where(here).values(state=review.state.value))
    _write(store, connection, review, now)


def forget(connection: Connection, transfer: int) -> None:
    """Delete the items of a transfer in the caller's transaction."""
    for identity in (
        connection.execute(select(ReviewRow.identity).where(ReviewRow.transfer == transfer)).scalars().all()
    ):
        drop(connection, identity)


def drop(connection: Connection, identity: str) -> None:
    """Delete one item in the caller's transaction."""
    documents.forget(connection, Kind.REVIEW, identity)
    connection.execute(delete(ReviewRow).where(ReviewRow.identity == identity))


def _write(store: Store, connection: Connection, review: Review, now: datetime) -> None:
    documents.keep(store, connection, Kind.REVIEW, review.identity, _REVIEW.dump_json(review), now)
