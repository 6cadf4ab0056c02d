"""What DfE was told of a child by the daily feed, for whoever answers a request for access."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from gateway.store.engine import reading
from gateway.store.feed_models import FeedSend
from gateway.store.store import Store


@dataclass(frozen=True, slots=True)
class Fed:
    """One record that was sent: in which environment, in full, as a change or as a removal, what came of it, when."""

    environment: str
    kind: str
    outcome: str
    at: datetime


def told_of(store: Store, children: Collection[str]) -> tuple[Fed, ...]:
    """List what was sent of children, by their ids in the case system, the first first, as far as it is kept."""
    rows = (
        select(FeedSend.environment, FeedSend.kind, FeedSend.outcome, FeedSend.at)
        .where(FeedSend.child.in_(children))
        .order_by(FeedSend.at, FeedSend.revision)
    )
    with reading(store.engine) as connection:
        return tuple(Fed(*row) for row in connection.execute(rows))
