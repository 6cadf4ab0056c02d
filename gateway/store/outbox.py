"""The outbox: work that is due, and the leases under which workers do it.

A lease ends by time alone: no job has to release it. Its attempt number is the fence: a worker that comes back late
under the name it had before does not settle what is another lease's now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from gateway.store.engine import writing
from gateway.store.errors import LeaseLost
from gateway.store.models import Work
from gateway.store.store import Store


@dataclass(frozen=True, slots=True)
class Next:
    """What is to be done with a message, and when."""

    task: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do one piece of work until `expires`."""

    work: int
    message: int
    task: str
    owner: str
    attempt: int
    since: datetime
    expires: datetime


def enqueue(connection: Connection, message: int, work: Next) -> None:
    """Add work, in the transaction of what made it due."""
    connection.execute(insert(Work).values(message=message, task=work.task, due=work.due, attempts=0))


def claim(store: Store, owner: str, at: datetime, until: datetime, limit: int) -> tuple[Lease, ...]:
    """Lease up to `limit` pieces of due work to `owner`, the longest due first; what others hold is passed over."""
    # On PostgreSQL the rows are locked before they are changed, and what is locked already is skipped;
    # on SQLite the statement has the database to itself.
    due = (
        select(Work.id)
        .where(Work.due <= at, or_(Work.lease_expires.is_(None), Work.lease_expires <= at))
        .order_by(Work.due, Work.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = (
        update(Work)
        .where(Work.id.in_(select(due.c.id)))
        .values(lease_owner=owner, lease_expires=until, attempts=Work.attempts + 1)
        .returning(Work.id, Work.message, Work.task, Work.attempts, Work.due)
    )
    with writing(store.engine) as connection:
        rows = sorted(connection.execute(taken).all(), key=lambda row: (row.due, row.id))
    return tuple(Lease(row.id, row.message, row.task, owner, row.attempts, at, until) for row in rows)


def renew(store: Store, lease: Lease, until: datetime, at: datetime) -> Lease:
    """Hold on to a lease for longer. Raise LeaseLost."""
    with writing(store.engine) as connection:
        longer = update(Work).where(held(lease, at)).values(lease_expires=until)
        settle(connection.execute(longer).rowcount)
    return replace(lease, expires=until)


def held(lease: Lease, at: datetime) -> ColumnElement[bool]:
    """Say in SQL that the work is still this lease's."""
    return and_(
        Work.id == lease.work,
        Work.lease_owner == lease.owner,
        Work.attempts == lease.attempt,
        Work.lease_expires > at,
    )


def settle(rows: int) -> None:
    """Raise LeaseLost unless exactly the row of the lease was met."""
    if rows != 1:
        raise LeaseLost("The lease of this work has ended.", hint="Drop the work; it is claimed again when it is due.")
