"""Events that wait for their place in the log, each written in the transaction of what it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.exc import DBAPIError

from gateway.audit.entry import Event, read_entry
from gateway.audit.store import EvidenceNotStored
from gateway.store.engine import reading
from gateway.store.errors import Busy
from gateway.store.models import AuditCheckpoint, AuditEntry, PendingEvent

LONGEST_WAIT = timedelta(minutes=15)
"""How long an event may wait for its place before sending stops."""
CHECKPOINT_EVERY = timedelta(minutes=15)
LONGEST_UNSIGNED = 4 * CHECKPOINT_EVERY
"""How old the first entry that no checkpoint covers may become before sending stops."""
_MINUTE = timedelta(minutes=1)
_HINT = "Look at the database and at the worker; sending goes on by itself once the log is written."


def note(connection: Connection, at: datetime, *events: Event) -> None:
    """Write events, in this order, that are kept or lost with the caller's transaction. Raise EvidenceNotStored."""
    if not events:
        return
    rows = [{"event": event.canonical(), "at": at} for event in events]
    with evidence():
        connection.execute(insert(PendingEvent), rows)


@contextmanager
def evidence() -> Iterator[None]:
    """Name what the database refuses within: the evidence is not stored."""
    try:
        yield
    except (Busy, DBAPIError) as error:
        raise EvidenceNotStored("The audit log cannot be written or read.", hint=_HINT) from error


class Backlog(NamedTuple):
    """How many events wait, and for how long the oldest has."""

    waiting: int
    oldest: timedelta


def backlog(engine: Engine, clock: Callable[[], datetime]) -> Backlog:
    """Count the events that wait. Raise EvidenceNotStored where that cannot be read."""
    with evidence(), reading(engine) as connection:
        count, oldest = connection.execute(select(func.count(), func.min(PendingEvent.at))).one()
    return Backlog(count, clock() - oldest if oldest else timedelta())


def check_evidence(engine: Engine, now: datetime) -> None:
    """Check before something is sent that the log is kept up. Raise EvidenceNotStored where it is not."""
    with evidence(), reading(engine) as connection:
        waiting = connection.execute(select(func.min(PendingEvent.at))).scalar_one()
        unsigned = _first_unsigned(connection)
    if waiting is not None and now - waiting > LONGEST_WAIT:
        raise EvidenceNotStored(
            f"Events have waited {(now - waiting) // _MINUTE} minutes for the audit log. Nothing is sent meanwhile.",
            hint=_HINT,
        )
    if unsigned is not None and now - unsigned > LONGEST_UNSIGNED:
        raise EvidenceNotStored(
            f"The audit log has had no checkpoint for {(now - unsigned) // _MINUTE} minutes. "
            "Nothing is sent meanwhile.",
            hint="Look at the worker and at the key that signs checkpoints; sending goes on once one is signed.",
        )


def _first_unsigned(connection: Connection) -> datetime | None:
    """Give the time of the first entry that no checkpoint covers."""
    signed = select(func.coalesce(func.max(AuditCheckpoint.size), 0)).scalar_subquery()
    text = connection.execute(select(AuditEntry.entry).where(AuditEntry.sequence == signed)).scalar_one_or_none()
    return None if text is None else read_entry(text).at
