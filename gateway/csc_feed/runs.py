"""Runs: one at a time for an environment, taken up again where one died, kept with its counts."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Engine, and_, insert, select, update
from sqlalchemy.exc import IntegrityError

from gateway.store.engine import reading, writing
from gateway.store.feed_models import FeedRun
from schemas.errors import Held

LEASE = timedelta(minutes=10)
_BUSY = "A run of the feed is under way."
_WAIT = "Wait for it: ics-gateway csc-api status. One whose process is gone is free ten minutes later."


class Kind(StrEnum):
    """Whether a run sends."""

    SEND = "send"
    DRY = "dry"


class End(StrEnum):
    """How a run ended."""

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    DIED = "died"


@dataclass(slots=True)
class Counts:
    """Children by what became of them; `refused` and `invalid` count those too that wait since an earlier run."""

    built: int = 0
    unchanged: int = 0
    invalid: int = 0
    sent: int = 0
    accepted: int = 0
    refused: int = 0
    unknown: int = 0
    not_sent: int = 0
    removed: int = 0

    @property
    def faults(self) -> int:
        """Count the children whose data must be corrected."""
        return self.invalid + self.refused


COUNTS = tuple(field.name for field in fields(Counts))


@dataclass(frozen=True, slots=True)
class Run:
    """A run, as it is kept."""

    id: int
    environment: str
    day: date
    kind: Kind
    started: datetime
    ended: datetime | None
    outcome: End
    reason: str
    counts: Counts
    owner: str
    lease: datetime


def owner() -> str:
    """Name this process."""
    return f"{socket.gethostname()[:100]}:{os.getpid()}"


def begin(engine: Engine, environment: str, day: date, kind: Kind, now: datetime) -> Run:
    """Begin a run, or go on with one of the day that died. Raise Held where another is at work."""
    try:
        return _begun(engine, environment, day, kind, now)
    except IntegrityError:
        raise Held(_BUSY, hint=_WAIT) from None


def _begun(engine: Engine, environment: str, day: date, kind: Kind, now: datetime) -> Run:
    with writing(engine) as connection:
        _settle_dead(connection, environment, now)
        died = _of_day(connection, environment, day, kind)
        if died is None:
            blank: Mapping[str, object] = dict.fromkeys(COUNTS, 0)
            row = {
                "environment": environment,
                "day": day.isoformat(),
                "kind": kind.value,
                "started": now,
                "running": environment,
            }
            told = {"owner": owner(), "lease": now + LEASE, "outcome": End.RUNNING.value, "reason": ""}
            made = insert(FeedRun).values({**row, **told, **blank}).returning(FeedRun.id)
            died = connection.execute(made).scalar_one()
        else:
            again = {
                "owner": owner(),
                "lease": now + LEASE,
                "outcome": End.RUNNING.value,
                "ended": None,
                "running": environment,
            }
            connection.execute(update(FeedRun).where(FeedRun.id == died).values(**again))
        return _read(connection, FeedRun.id == died)[0]


def renew(engine: Engine, run: int, counts: Counts, now: datetime) -> None:
    """Hold on to a run, and keep its counts. Raise Held where another process took it."""
    with writing(engine) as connection:
        _change(connection, run, {"lease": now + LEASE, **_columns(counts)})


def end(connection: Connection, run: int, counts: Counts, outcome: End, reason: str, now: datetime) -> None:
    """End a run, in the caller's transaction. Raise Held where another process took it."""
    _change(
        connection, run, {"ended": now, "running": None, "outcome": outcome.value, "reason": reason, **_columns(counts)}
    )


def faults_before(connection: Connection, run: Run) -> int | None:
    """Count the children with faults in the last run before this one that ended well; None where there is none."""
    before = (FeedRun.environment == run.environment, FeedRun.id < run.id, FeedRun.kind == Kind.SEND.value)
    wanted = select(FeedRun.invalid + FeedRun.refused).where(*before, FeedRun.outcome == End.DONE.value)
    return connection.execute(wanted.order_by(FeedRun.id.desc()).limit(1)).scalar_one_or_none()


def latest(engine: Engine, environment: str, limit: int = 10) -> tuple[Run, ...]:
    """Give the last runs, the newest first."""
    with reading(engine) as connection:
        return _read(connection, FeedRun.environment == environment, limit)


def under_way(run: Run | None, now: datetime) -> bool:
    """Tell whether a process works on a run."""
    return run is not None and run.ended is None and run.lease > now and _lives(run.owner)


def done_on(engine: Engine, environment: str, day: date) -> bool:
    """Tell whether a run that sends has ended well for a day."""
    wanted = and_(_sends(environment, day), FeedRun.outcome == End.DONE.value)
    with reading(engine) as connection:
        return connection.execute(select(FeedRun.id).where(wanted).limit(1)).first() is not None


def _sends(environment: str, day: date) -> ColumnElement[bool]:
    return and_(FeedRun.environment == environment, FeedRun.day == day.isoformat(), FeedRun.kind == Kind.SEND.value)


def _settle_dead(connection: Connection, environment: str, now: datetime) -> None:
    """Mark runs whose process is gone; raise Held where one still works."""
    running = select(FeedRun.id, FeedRun.owner, FeedRun.lease).where(
        FeedRun.environment == environment, FeedRun.ended.is_(None)
    )
    for row in connection.execute(running.with_for_update()).all():
        if row.lease > now and _lives(row.owner):
            raise Held(_BUSY, hint=_WAIT)
        connection.execute(
            update(FeedRun)
            .where(FeedRun.id == row.id)
            .values(ended=now, running=None, outcome=End.DIED.value, reason="died")
        )


def _lives(name: str) -> bool:
    """Tell whether the process of a run may still be there; of another machine's only the lease can say."""
    host, _, number = name.rpartition(":")
    if host != socket.gethostname()[:100]:
        return True
    if int(number) == os.getpid():
        # A container that was started again has the same number.
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _of_day(connection: Connection, environment: str, day: date, kind: Kind) -> int | None:
    """Find the run of a day that died, where none was begun after it."""
    last = (
        select(FeedRun.id, FeedRun.outcome, FeedRun.kind, FeedRun.day)
        .where(FeedRun.environment == environment)
        .order_by(FeedRun.id.desc())
        .limit(1)
    )
    found = connection.execute(last).first()
    if found is None or (found.outcome, found.kind, found.day) != (End.DIED.value, kind.value, day.isoformat()):
        return None
    number: int = found.id
    return number


def _change(connection: Connection, run: int, values: Mapping[str, object]) -> None:
    mine = (FeedRun.id == run, FeedRun.owner == owner(), FeedRun.ended.is_(None))
    if connection.execute(update(FeedRun).where(*mine).values(**values)).rowcount != 1:
        raise Held("Another process took this run over.", hint="See: ics-gateway csc-api status")


def _columns(counts: Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in COUNTS}


def _read(connection: Connection, wanted: ColumnElement[bool], limit: int = 1) -> tuple[Run, ...]:
    rows = connection.execute(select(FeedRun).where(wanted).order_by(FeedRun.id.desc()).limit(limit)).all()
    return tuple(
        Run(
            row.id,
            row.environment,
            date.fromisoformat(row.day),
            Kind(row.kind),
            row.started,
            row.ended,
            End(row.outcome),
            row.reason,
            Counts(*(getattr(row, name) for name in COUNTS)),
            row.owner,
            row.lease,
        )
        for row in rows
    )
