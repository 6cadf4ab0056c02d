"""The outbox: work that is due, and the leases under which workers do it.

A lease ends by time alone: no job has to release it. Its attempt number is the fence: a worker that comes back late
under the name it had before does not settle what is another lease's now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, case, delete, literal, not_, or_, select, update

from gateway.store.engine import once, writing
from gateway.store.errors import LeaseLost
from gateway.store.instants import Instant
from gateway.store.models import BreakerRow, Message, Work
from gateway.store.states import Direction, State
from gateway.store.store import Store

DELIVER, OFFER = "deliver", "offer"
SENDING = (DELIVER, OFFER)
"""The tasks that bring a message to its recipient: we bring it, or the recipient fetches it."""
RANK = {"urgent": 0, "normal": 1, "bulk": 2}
"""Which class goes first; 0 is the first."""


@dataclass(frozen=True, slots=True)
class Next:
    """What is to be done with a message, and when."""

    task: str
    due: datetime


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to do one piece of work until `expires`; `rank` is that of the message's class."""

    work: int
    message: int
    task: str
    owner: str
    attempt: int
    since: datetime
    expires: datetime
    rank: int = RANK["normal"]


def enqueue(connection: Connection, message: int, work: Next) -> None:
    """Add work, in the transaction of what made it due. Work that is there already becomes due at the earlier time."""
    partner = case((Message.direction == Direction.OUT, Message.recipient), else_=Message.sender)
    rank = case(RANK, value=Message.delivery, else_=max(RANK.values()))
    new = select(Message.id, literal(work.task), partner, rank, literal(work.due, Instant()), literal(0)).where(
        Message.id == message
    )
    row = once(connection, Work).from_select(["message", "task", "partner", "rank", "due", "attempts"], new)
    connection.execute(
        row.on_conflict_do_update(
            index_elements=[Work.message, Work.task],
            set_={"due": row.excluded.due},
            where=Work.due > row.excluded.due,
        )
    )


def claim(store: Store, owner: str, at: datetime, until: datetime, limit: int) -> tuple[Lease, ...]:
    """Lease up to `limit` pieces of due work to `owner`: urgent messages first, then the longest due.

    Passed over is what others hold, what partners fetch themselves, what would overtake an earlier message of its
    conversation, and what goes to a partner that is paused.
    """
    wanted = select(Work.id).where(_free(at), Work.due <= at, Work.task != OFFER, not_(_waits(at)))
    return _lease(store, owner, at, until, wanted.order_by(Work.rank, Work.due, Work.id).limit(limit))


def claim_one(store: Store, owner: str, at: datetime, until: datetime, work: tuple[int, str]) -> Lease | None:
    """Lease the work of that message and task, where it is due and nothing holds it up; none otherwise."""
    wanted = select(Work.id).where(_is(work), _free(at), Work.due <= at, not_(_waits(at)))
    return next(iter(_lease(store, owner, at, until, wanted)), None)


def claim_oldest(store: Store, owner: str, at: datetime, until: datetime, partner: str, task: str) -> Lease | None:
    """Lease the oldest message's work for a partner, due or not: the one that goes alone after a pause."""
    which = (_free(at), Work.partner == partner, Work.task == task, not_(_overtakes()))
    wanted = select(Work.id).where(*which).order_by(Work.message).limit(1)
    return next(iter(_lease(store, owner, at, until, wanted)), None)


def claim_offers(
    store: Store, partner: str, owner: str, at: datetime, until: datetime, limit: int
) -> tuple[Lease, ...]:
    """Lease what a partner fetches itself, in the order of each conversation."""
    mine = (Work.partner == partner, Work.task == OFFER)
    wanted = select(Work.id).where(*mine, _free(at), Work.due <= at, not_(_waits(at)))
    return _lease(store, owner, at, until, wanted.order_by(Work.rank, Work.due, Work.id).limit(limit))


def drop_offers(connection: Connection, partner: str, at: datetime) -> tuple[int, ...]:
    """Drop the offers to a partner that it has not leased now, and give the messages, the oldest first."""
    dropped = delete(Work).where(Work.partner == partner, Work.task == OFFER, _free(at)).returning(Work.message)
    return tuple(sorted(connection.execute(dropped).scalars()))


def give_back(store: Store, lease: Lease, due: datetime) -> None:
    """Let go of work that was not begun: it is due again then, and the claim counts as no attempt."""
    with writing(store.engine) as connection:
        back = update(Work).where(
            Work.id == lease.work, Work.lease_owner == lease.owner, Work.attempts == lease.attempt
        )
        connection.execute(back.values(due=due, lease_owner=None, lease_expires=None, attempts=Work.attempts - 1))


def lock(connection: Connection, message: int) -> None:
    """Keep the work of a message as it is until the transaction ends.

    Who changes a message by its state takes this first and the message after it, as every other does: the other way
    round two could wait for each other.
    """
    connection.execute(select(Work.id).where(Work.message == message).order_by(Work.id).with_for_update()).all()


def _is(work: tuple[int, str]) -> ColumnElement[bool]:
    return and_(Work.message == work[0], Work.task == work[1])


def _free(at: datetime) -> ColumnElement[bool]:
    return or_(Work.lease_expires.is_(None), Work.lease_expires <= at)


def _waits(at: datetime) -> ColumnElement[bool]:
    """Say in SQL that a delivery must wait for its partner, or for an earlier message of its conversation."""
    paused = select(BreakerRow.organisation).where(BreakerRow.blocked_until > at)
    return and_(Work.task.in_(SENDING), or_(Work.partner.in_(paused), _overtakes()))


def _overtakes() -> ColumnElement[bool]:
    """Say in SQL that a delivery would go before an earlier message of its conversation."""
    this, earlier, other = (
        Message.__table__.alias("this"),
        Message.__table__.alias("earlier"),
        Work.__table__.alias("other"),
    )
    going = select(other.c.id).where(other.c.message == earlier.c.id, other.c.task.in_(SENDING))
    stopped = earlier.c.state.in_((State.HELD, State.DEAD_LETTERED))
    overtaken = (
        select(earlier.c.id)
        .join(
            this,
            and_(
                this.c.recipient == earlier.c.recipient,
                this.c.conversation_id == earlier.c.conversation_id,
                this.c.sender == earlier.c.sender,
            ),
        )
        .where(
            this.c.id == Work.message,
            this.c.direction == Direction.OUT,
            earlier.c.id < Work.message,
            or_(stopped, and_(earlier.c.state == State.ACCEPTED, going.correlate(earlier).exists())),
        )
    )
    return overtaken.correlate(Work).exists()


def _lease(store: Store, owner: str, at: datetime, until: datetime, wanted: Select[int]) -> tuple[Lease, ...]:
    # On PostgreSQL the rows are locked before they are changed, and what is locked already is skipped;
    # on SQLite the statement has the database to itself.
    due = wanted.with_for_update(skip_locked=True, of=Work).cte("due")
    taken = (
        update(Work)
        .where(Work.id.in_(select(due.c.id)))
        .values(lease_owner=owner, lease_expires=until, attempts=Work.attempts + 1)
        .returning(Work.id, Work.message, Work.task, Work.attempts, Work.rank, Work.due)
    )
    with writing(store.engine) as connection:
        rows = sorted(connection.execute(taken).all(), key=lambda row: (row.rank, row.due, row.id))
    return tuple(Lease(row.id, row.message, row.task, owner, row.attempts, at, until, row.rank) for row in rows)


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
