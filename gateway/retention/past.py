"""Which messages have a sealed copy that is past its time, in SQL; and what spares it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, false, func, literal, or_, select

from gateway.retention.holds import Hold, Scope, days
from gateway.retention.rules import COPIES, Rule, Since
from gateway.store.ledger import CHANGES
from gateway.store.models import Chunk, LedgerEntry, Message, Part, ReceiptRow, Work
from gateway.store.states import Direction

# The label holds organisations, ids and sizes, and later receipts are checked against it: it is evidence.
CONTENT = Chunk.part != Part.LABEL


def since(rule: Rule) -> ColumnElement[datetime] | ScalarSelect[datetime]:
    """Give the moment from which a rule counts, of each message; null where it has not come."""
    if rule.since is Since.EXPIRY:
        return Message.expires.expression
    if rule.since is Since.R2:
        receipt = select(func.min(ReceiptRow.at)).where(ReceiptRow.message == Message.id, ReceiptRow.level == "R2")
        return receipt.correlate(Message).scalar_subquery()
    change = LedgerEntry.event.in_([event.value for event in CHANGES])
    ended = select(func.max(LedgerEntry.at)).where(LedgerEntry.message == Message.id, change)
    return ended.correlate(Message).scalar_subquery()


def due(rule: Rule, at: datetime) -> ColumnElement[bool]:
    """Say that the copy of a message is past the time of a rule; a deletion that was begun is always to be ended."""
    if rule.keep is None:
        return false()
    return and_(Message.state == rule.state, or_(Message.purged.is_not(None), since(rule) <= at - rule.keep), content())


def unproved(rule: Rule, at: datetime) -> ColumnElement[bool]:
    """Say that a message ended long enough ago, and lacks the receipt from which its time would count."""
    if rule.since is not Since.R2 or rule.keep is None:
        return false()
    ended = Message.accepted <= at - rule.keep
    return and_(Message.state == rule.state, Message.purged.is_(None), ended, since(rule).is_(None), content())


def content() -> ColumnElement[bool]:
    """Say that something of the content of a message is here."""
    return select(Chunk.message).where(Chunk.message == Message.id, CONTENT).correlate(Message).exists()


def at_work() -> ColumnElement[bool]:
    """Say that something is due for a message."""
    return select(Work.id).where(Work.message == Message.id).correlate(Message).exists()


def names(hold: Hold) -> ColumnElement[bool]:
    """Say that a hold names a message."""
    match hold.scope:
        case Scope.MESSAGE:
            return Message.message_id == hold.value
        case Scope.CONVERSATION:
            return Message.conversation_id == hold.value
        case Scope.PARTNER:
            return or_(
                and_(Message.direction == Direction.OUT, Message.recipient == hold.value),
                and_(Message.direction == Direction.IN, Message.sender == hold.value),
            )
        case Scope.DATES:
            begins, ends = days(hold.value)
            return and_(Message.accepted >= begins, Message.accepted < ends)


def held(holds: Iterable[Hold]) -> ColumnElement[bool]:
    """Say that any of the holds names a message."""
    return or_(false(), *(names(hold) for hold in holds))


def holding(holds: Sequence[Hold]) -> ColumnElement[int]:
    """Give the number of the first of the holds that names a message; 0 where none does."""
    return case(*((names(hold), hold.number) for hold in holds), else_=0) if holds else literal(0)


def rules(approved: frozenset[str]) -> tuple[Rule, ...]:
    """List the rules about sealed copies that may be carried out: those that need no approval, or have it."""
    return tuple(rule for rule in COPIES if not rule.approval or rule.name in approved)
