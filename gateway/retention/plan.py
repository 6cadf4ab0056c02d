"""Plan a purge: list what is past its time, how much it is and why, and what is spared and why. Nothing is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select

from gateway.actor import Actor, digest
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.deadletters.selection import partner
from gateway.retention import past
from gateway.retention.holds import Hold, standing
from gateway.retention.records import Records, old
from gateway.retention.rules import COPIES, Rule
from gateway.store.engine import reading, writing
from gateway.store.models import Chunk, Message
from gateway.store.store import Store


@dataclass(frozen=True, slots=True)
class Copy:
    """The sealed copy of a message, by the rule that it falls under; `since` is none for a deletion to be ended."""

    message: int
    message_id: str
    partner: str
    rule: Rule
    since: datetime | None
    chunks: int
    size: int


@dataclass(frozen=True, slots=True)
class Spared:
    """A copy that is past its time and stays, and why."""

    copy: Copy
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a purge at `at` would delete and spare. `size` counts bytes as they are stored."""

    at: datetime
    copies: tuple[Copy, ...]
    spared: tuple[Spared, ...]
    records: tuple[Records, ...]
    overdue: tuple[Hold, ...]
    """Holds whose review is past."""

    @property
    def chunks(self) -> int:
        """Count the chunks that would go."""
        return sum(copy.chunks for copy in self.copies)

    @property
    def size(self) -> int:
        """Give their size in bytes."""
        return sum(copy.size for copy in self.copies)

    @property
    def digest(self) -> str:
        """Give the SHA-256 of which copies would go, as the audit log names the plan."""
        return digest(*(f"{copy.rule.name} {copy.message_id}" for copy in self.copies))


def plan(store: Store, now: datetime, approved: frozenset[str] = frozenset()) -> Plan:
    """Say what a purge would do; a copy whose deletion needs an approval is spared unless its rule is `approved`."""
    with reading(store.engine) as connection:
        holds = standing(connection)
        copies, spared = list[Copy](), list[Spared]()
        for rule in COPIES:
            for copy, row in _past(connection, rule, now, holds):
                why = _spared(rule, row, approved)
                if why is None:
                    copies.append(copy)
                else:
                    spared.append(Spared(copy, why))
        records = old(connection, now)
    overdue = tuple(hold for hold in holds if hold.overdue(now))
    return Plan(now, tuple(copies), tuple(spared), records, overdue)


def record(store: Store, actor: Actor, planned: Plan) -> None:
    """Write into the audit log that a plan was made."""
    with writing(store.engine) as connection:
        event = actor.event(Action.PURGE_PLAN, count=len(planned.copies), after=planned.digest)
        note(connection, planned.at, event)


_Found = list[tuple[Copy, "_Row"]]
_Row = Row[int, str, str, datetime | None, bool, int, bool]


def _past(connection: Connection, rule: Rule, now: datetime, holds: tuple[Hold, ...]) -> _Found:
    wanted = or_(past.due(rule, now), past.unproved(rule, now))
    rows = (
        select(
            Message.id,
            Message.message_id,
            partner().label("partner"),
            past.since(rule).label("since"),
            past.at_work().label("at_work"),
            past.holding(holds).label("hold"),
            Message.purged.is_not(None).label("begun"),
        )
        .where(wanted)
        .order_by(Message.id)
    )
    found = connection.execute(rows).all()
    sizes = _sizes(connection, wanted)
    return [(Copy(row.id, row.message_id, row.partner, rule, row.since, *sizes[row.id]), row) for row in found]


def _sizes(connection: Connection, wanted: ColumnElement[bool]) -> dict[int, tuple[int, int]]:
    rows = (
        select(Chunk.message, func.count(), func.sum(func.length(Chunk.data)))
        .join(Message, Message.id == Chunk.message)
        .where(and_(wanted, past.CONTENT))
        .group_by(Chunk.message)
    )
    return {row[0]: (row[1], int(row[2])) for row in connection.execute(rows)}


def _spared(rule: Rule, row: _Row, approved: frozenset[str]) -> str | None:
    if row.hold:
        return f"Legal hold {row.hold} names it."
    if row.begun:
        return None
    if row.since is None:
        return "It has no R2."
    if row.at_work:
        return "Something is due for it."
    if rule.approval and rule.name not in approved:
        return "Nobody has approved it."
    return None
