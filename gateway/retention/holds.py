"""Legal holds: what a hold names is not deleted by anything until the hold is lifted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Row, insert, select, update

from gateway.actor import Actor, digest, reason_code
from gateway.audit.entry import Role
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.itp.identifiers import MessageId, Organisation
from gateway.store.engine import reading, writing
from gateway.store.models import LegalHold
from gateway.store.store import Store
from schemas.errors import Rejected


class Scope(StrEnum):
    """What a hold names."""

    MESSAGE = "message"
    CONVERSATION = "conversation"
    PARTNER = "partner"
    DATES = "dates"


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold as it was set. `value` of dates is FIRST/LAST, both days included, by when a message was accepted."""

    number: int
    scope: Scope
    value: str
    reason: str
    set_by: str
    set_at: datetime
    review_by: datetime
    lifted_at: datetime | None

    def overdue(self, at: datetime) -> bool:
        """Say whether somebody should have looked at it again by now."""
        return self.lifted_at is None and self.review_by <= at


def set_hold(
    store: Store, actor: Actor, scope: Scope, value: str, at: datetime, *, reason: str, review_by: datetime
) -> Hold:
    """Set a hold. When this returns, nothing that it names is deleted any more. Raise Rejected, Busy."""
    _require_governance(actor)
    row = {
        "scope": scope.value,
        "value": _checked(scope, value),
        "reason": reason_code(reason),
        "set_by": actor.role.value,
        "set_at": at,
        "review_by": review_by,
    }
    if review_by <= at:
        raise Rejected("The review of a hold lies in the future.", hint="Name the day by which somebody looks again.")
    with writing(store.engine) as connection:
        number = connection.execute(insert(LegalHold).values(**row).returning(LegalHold.id)).scalar_one()
        hold = _held(connection.execute(select(*_COLUMNS).where(LegalHold.id == number)).one())
        note(connection, at, actor.event(Action.LEGAL_HOLD_SET, *_objects(hold)))
    return hold


def lift(store: Store, actor: Actor, number: int, at: datetime) -> Hold:
    """Lift a hold; it stays on record. Raise Rejected where there is none of this number, or it was lifted before."""
    _require_governance(actor)
    with writing(store.engine) as connection:
        open_still = update(LegalHold).where(LegalHold.id == number, LegalHold.lifted_at.is_(None))
        if connection.execute(open_still.values(lifted_at=at)).rowcount != 1:
            raise Rejected(f"There is no legal hold number {number} to lift.", hint="List the holds.")
        hold = _held(connection.execute(select(*_COLUMNS).where(LegalHold.id == number)).one())
        note(connection, at, actor.event(Action.LEGAL_HOLD_LIFT, *_objects(hold)))
    return hold


def listed(store: Store, *, lifted: bool = False) -> tuple[Hold, ...]:
    """List the holds that stand, the next review first; with the lifted ones too where that is asked."""
    with reading(store.engine) as connection:
        return tuple(hold for hold in standing(connection, lifted=lifted))


def standing(connection: Connection, *, lifted: bool = False) -> tuple[Hold, ...]:
    """List them in the transaction of the caller."""
    rows = select(*_COLUMNS).order_by(LegalHold.review_by, LegalHold.id)
    if not lifted:
        rows = rows.where(LegalHold.lifted_at.is_(None))
    return tuple(_held(row) for row in connection.execute(rows))


def days(value: str) -> tuple[datetime, datetime]:
    """Read FIRST/LAST as the moment at which it begins, and that before which it ends, in UTC. Raise Rejected."""
    first, _, last = value.partition("/")
    try:
        begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        begins, ends = date.max, date.min
    if begins > ends or value != f"{begins}/{ends}" or ends == date.max:
        raise Rejected("The dates cannot be read.", hint="Write FIRST/LAST, for example 2026-01-01/2026-03-31.")
    return datetime.combine(begins, time(), UTC), datetime.combine(ends + timedelta(days=1), time(), UTC)


_COLUMNS = (
    LegalHold.id,
    LegalHold.scope,
    LegalHold.value,
    LegalHold.reason,
    LegalHold.set_by,
    LegalHold.set_at,
    LegalHold.review_by,
    LegalHold.lifted_at,
)


def _held(row: Row[int, str, str, str, str, datetime, datetime, datetime | None]) -> Hold:
    return Hold(row.id, Scope(row.scope), *row[2:])


def _checked(scope: Scope, value: str) -> str:
    if scope is Scope.DATES:
        days(value)
        return value
    form = Organisation if scope is Scope.PARTNER else MessageId
    try:
        return str(form(value))
    except ValueError:
        raise Rejected(
            f"This names no {scope}.",
            hint="A message or conversation is named by its id, a partner by urn:ics:org:ods: and its ODS code.",
        ) from None


def _objects(hold: Hold) -> Sequence[str]:
    """Name the hold in the audit log by the digest of what it says, and what it names by its own id."""
    name = f"hold:{digest(str(hold.number), hold.scope, hold.value, hold.reason, hold.set_at.isoformat())}"
    if hold.scope is Scope.DATES:
        return (name,)
    return (name, hold.value if hold.scope is Scope.PARTNER else f"{hold.scope}:{hold.value}")


def _require_governance(actor: Actor) -> None:
    if actor.role is not Role.GOVERNANCE:
        raise Rejected(
            "Only the information governance role sets and lifts legal holds.", hint="Act in the role governance."
        )
