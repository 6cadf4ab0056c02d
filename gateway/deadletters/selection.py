"""Choose messages: which, and in what order, the oldest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, case, exists, func, select

from gateway.store.engine import reading
from gateway.store.ledger import CHANGES
from gateway.store.models import LedgerEntry, Message, ReceiptRow, Work
from gateway.store.states import Direction, State
from gateway.store.store import Store
from schemas.errors import Rejected

NEGATIVE = "N"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which messages: every part that is given narrows it. `since` is when they came to their state."""

    states: frozenset[State] = frozenset({State.DEAD_LETTERED})
    partner: str | None = None
    reason: str | None = None
    direction: Direction | None = None
    since: datetime | None = None
    owner: str | None = None
    numbers: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Line:
    """A message as a list shows it: our number of it, where it is and why, since when."""

    number: int
    message_id: str
    direction: Direction
    partner: str
    state: State
    reason: str
    since: datetime
    accepted: datetime
    expires: datetime
    purged: datetime | None
    owner: str | None
    negative: bool
    """Whether a negative receipt about it was signed, by us or by the partner."""


def listed(store: Store, choice: Choice, limit: int | None = None) -> tuple[Line, ...]:
    """List the messages of a choice, the oldest first."""
    with reading(store.engine) as connection:
        return lines(connection, choice, limit)


def lines(connection: Connection, choice: Choice, limit: int | None = None) -> tuple[Line, ...]:
    """List them in the transaction of the caller."""
    rows = connection.execute(_query(choice).order_by(Message.accepted, Message.id).limit(limit))
    return tuple(Line(*row) for row in rows)


def locked(connection: Connection, numbers: Collection[int]) -> None:
    """Let nobody else change these messages until the transaction of the caller ends."""
    # Work first and then the messages, each in one order: as the steps do it, so that none waits for the other.
    work = select(Work.id).where(Work.message.in_(numbers)).order_by(Work.id)
    connection.execute(work.with_for_update())
    connection.execute(select(Message.id).where(Message.id.in_(numbers)).order_by(Message.id).with_for_update())


def counts(store: Store, choice: Choice) -> dict[str, int]:
    """Count the messages of a choice by reason, the most frequent first."""
    chosen = _query(choice).subquery()
    count = func.count()
    rows = select(chosen.c.reason, count).group_by(chosen.c.reason).order_by(count.desc(), chosen.c.reason)
    with reading(store.engine) as connection:
        return {row[0]: row[1] for row in connection.execute(rows)}


def find(store: Store, name: str) -> int:
    """Give our number of a message that is named by that number or by its message id. Raise Rejected."""
    wanted = Message.id == int(name) if name.isascii() and name.isdigit() else Message.message_id == name
    with reading(store.engine) as connection:
        numbers = connection.execute(select(Message.id).where(wanted).order_by(Message.id).limit(2)).scalars().all()
    if not numbers:
        raise Rejected(
            "There is no such message here.", hint="Name it by its number in the list, or by its message id."
        )
    if len(numbers) > 1:
        raise Rejected("Two senders used this message id.", hint="Name the message by its number in the list.")
    return numbers[0]


def partner() -> ColumnElement[str]:
    """Give the other organisation of a message, in SQL."""
    return case((Message.direction == Direction.OUT, Message.recipient), else_=Message.sender)


def last_change() -> ScalarSelect[int]:
    """Give the place in the ledger of the line that brought a message to its state, in SQL."""
    place = func.max(LedgerEntry.sequence)
    changes = LedgerEntry.event.in_([event.value for event in CHANGES])
    return select(place).where(LedgerEntry.message == Message.id, changes).correlate(Message).scalar_subquery()


def _query(choice: Choice) -> Select[*tuple[Any, ...]]:
    # A row has more columns than the library can type.
    negative = exists().where(ReceiptRow.message == Message.id, ReceiptRow.level == NEGATIVE).correlate(Message)
    return (
        select(
            Message.id,
            Message.message_id,
            Message.direction,
            partner().label("partner"),
            Message.state,
            LedgerEntry.reason.label("reason"),
            LedgerEntry.at,
            Message.accepted,
            Message.expires,
            Message.purged,
            Message.owner,
            negative.label("negative"),
        )
        .join(LedgerEntry, LedgerEntry.message == Message.id)
        .where(LedgerEntry.sequence == last_change(), *_conditions(choice))
    )


def _conditions(choice: Choice) -> list[ColumnElement[bool]]:
    wanted: list[tuple[object, ColumnElement[bool]]] = [
        (choice.states, Message.state.in_(choice.states)),
        (choice.partner, partner() == choice.partner),
        (choice.reason, LedgerEntry.reason == choice.reason),
        (choice.direction, Message.direction == choice.direction),
        (choice.since, LedgerEntry.at >= choice.since) if choice.since else (None, Message.id > 0),
        (choice.owner, Message.owner == choice.owner),
        (choice.numbers, Message.id.in_(choice.numbers)),
    ]
    return [condition for given, condition in wanted if given]
