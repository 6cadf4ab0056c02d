"""Break-glass: reach one object of another team in an emergency, for some hours; somebody else reviews it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import Connection, Engine, Row, insert, select, update

from gateway.actor import reason_code
from gateway.alerts.alerts import AlertCode, close_alert, raise_alert
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.operator.caller import Caller, Owned
from gateway.operator.errors import unknown
from gateway.operator.permissions import Reach
from gateway.pipeline.exchange import Exchange
from gateway.store import documents
from gateway.store.engine import reading, writing
from gateway.store.operator_models import BreakGlassRow
from gateway.store.store import Store
from schemas.errors import Rejected
from schemas.processes.spans import LONDON
from schemas.working_days import working_days_after

LONGEST = 4
"""Hours."""
REVIEW = 2
"""Working days until somebody has reviewed it."""
MOST_WORDS = 1000


class Verdict(StrEnum):
    """What a review says."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not-justified"


@dataclass(frozen=True, slots=True)
class Emergency:
    """An emergency access. `account` is who had it, `object_id` what it reached, `words` why."""

    id: str
    account: str
    object_id: str
    reason: str
    opened: datetime
    expires: datetime
    review_by: datetime
    reviewed: datetime | None
    reviewer: str | None
    verdict: str | None
    words: str = ""


def begin(exchange: Exchange, caller: Caller, object_id: str, *, reason: str, words: str, hours: int) -> Emergency:
    """Reach an object for some hours from now; a person is told at once. Raise Rejected."""
    if not 1 <= hours <= LONGEST or not words.strip() or len(words) > MOST_WORDS:
        raise Rejected(
            f"An emergency access is for 1 to {LONGEST} hours, and says why.",
            hint=f"Give the reason in words too, at most {MOST_WORDS} characters.",
        )
    now, identity = exchange.clock(), str(uuid.UUID(bytes=exchange.draw(16), version=4))
    row = {
        "id": identity,
        "account": caller.account.id,
        "object_id": object_id,
        "reason": reason_code(reason),
        "opened": now,
        "expires": now + timedelta(hours=hours),
        "review_by": _review_by(now),
    }
    with writing(exchange.store.engine) as connection:
        connection.execute(insert(BreakGlassRow).values(**row))
        documents.keep(exchange.store, connection, documents.Kind.REASON, identity, words.encode(), now)
        raise_alert(connection, AlertCode.BREAK_GLASS, identity, now)
        note(connection, now, caller.actor.event(Action.BREAK_GLASS, object_id))
        return _emergency(_row(connection, identity), words)


def reachable(engine: Engine, account: str, at: datetime) -> frozenset[str]:
    """Give the objects that somebody may reach by break-glass now."""
    which = (BreakGlassRow.account == account, BreakGlassRow.expires > at, BreakGlassRow.reviewed.is_(None))
    with reading(engine) as connection:
        return frozenset(connection.execute(select(BreakGlassRow.object_id).where(*which)).scalars())


def listed(engine: Engine, caller: Caller) -> tuple[Emergency, ...]:
    """List the emergency accesses within reach, the newest first, without their words."""
    rows = select(*_COLUMNS).order_by(BreakGlassRow.opened.desc(), BreakGlassRow.id)
    if caller.reach is not Reach.ALL:
        rows = rows.where(BreakGlassRow.account == caller.account.id)
    with reading(engine) as connection:
        return tuple(_emergency(row) for row in connection.execute(rows))


def look(store: Store, caller: Caller, identity: str) -> Emergency:
    """Give one with its words. Raise Unknown."""
    with reading(store.engine) as connection:
        row = _row(connection, identity)
    caller.check(Owned(f"break-glass:{identity}", row.account), "emergency access")
    kept = documents.newest(store, documents.Kind.REASON, identity)
    return _emergency(row, kept.content.decode() if kept else "")


def review(store: Store, caller: Caller, identity: str, verdict: Verdict, at: datetime) -> Emergency:
    """Review what somebody else did; what is still open ends with it. Raise Unknown, Rejected."""
    with writing(store.engine) as connection:
        row = _row(connection, identity)
        if row.account == caller.account.id:
            raise Rejected("Nobody reviews their own emergency access.", hint="Somebody else has to.")
        this = update(BreakGlassRow).where(BreakGlassRow.id == identity, BreakGlassRow.reviewed.is_(None))
        values = {"reviewed": at, "reviewer": caller.account.id, "verdict": verdict.value}
        if connection.execute(this.values(**values)).rowcount != 1:
            raise Rejected("This emergency access was reviewed already.")
        for code in (AlertCode.BREAK_GLASS, AlertCode.BREAK_GLASS_UNREVIEWED):
            close_alert(connection, code, identity, at)
        note(connection, at, caller.actor.event(Action.BREAK_GLASS_REVIEW, row.object_id, f"staff:{row.account}"))
        return _emergency(_row(connection, identity))


def escalate(engine: Engine, at: datetime) -> None:
    """Tell a person of those that nobody has reviewed in time."""
    late = select(BreakGlassRow.id).where(BreakGlassRow.reviewed.is_(None), BreakGlassRow.review_by <= at)
    with reading(engine) as connection:
        found = connection.execute(late).scalars().all()
    if found:
        with writing(engine) as connection:
            for identity in found:
                raise_alert(connection, AlertCode.BREAK_GLASS_UNREVIEWED, identity, at)


_COLUMNS = (
    BreakGlassRow.id,
    BreakGlassRow.account,
    BreakGlassRow.object_id,
    BreakGlassRow.reason,
    BreakGlassRow.opened,
    BreakGlassRow.expires,
    BreakGlassRow.review_by,
    BreakGlassRow.reviewed,
    BreakGlassRow.reviewer,
    BreakGlassRow.verdict,
)
_Columns = Row[str, str, str, str, datetime, datetime, datetime, datetime | None, str | None, str | None]


def _row(connection: Connection, identity: str) -> _Columns:
    row = connection.execute(select(*_COLUMNS).where(BreakGlassRow.id == identity)).one_or_none()
    if row is None:
        raise unknown("emergency access")
    return row


def _emergency(row: _Columns, words: str = "") -> Emergency:
    return Emergency(*row, words)


def _review_by(now: datetime) -> datetime:
    """Give the end of the last working day on which it can be reviewed."""
    day = working_days_after(now.astimezone(LONDON).date(), REVIEW)
    return datetime.combine(day + timedelta(days=1), time(), LONDON)
