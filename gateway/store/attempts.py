"""Attempts that came to no end: a worker that dies under a lease leaves its count in the outbox and no row."""

from __future__ import annotations

from sqlalchemy import func, select

from gateway.store.engine import reading
from gateway.store.models import Attempt
from gateway.store.outbox import Lease
from gateway.store.store import Store


def unfinished(store: Store, lease: Lease) -> int:
    """Count the claims of this work, before that of the lease, under which nothing was ever settled."""
    if lease.attempt == 1:
        return 0
    ended = select(func.count(Attempt.number.distinct())).where(
        Attempt.message == lease.message, Attempt.task == lease.task, Attempt.number < lease.attempt
    )
    with reading(store.engine) as connection:
        # Work that was begun again numbers its attempts anew: then there may be more rows than claims.
        return max(0, lease.attempt - 1 - connection.execute(ended).scalar_one())
