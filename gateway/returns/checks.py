"""Checks of returns as they are kept: taken in pieces, queued, looked at, deleted with their file and reports."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, or_, select, update

from gateway.actor import Actor
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.itp.identifiers import Draw
from gateway.reports.formats import Format
from gateway.retention.rules import CHECKED
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.engine import reading, writing
from gateway.store.errors import NotAllowed
from gateway.store.operator_models import CheckRow
from gateway.store.store import Store

FORMATS = (Format.JSON, Format.HTML, Format.XLSX, Format.CSV)
"""In which formats a report is kept."""
WAITING = 10
"""How many checks of one person may wait at a time."""
RECEIVE = timedelta(hours=1)
"""How long a file may take to arrive whole."""


class State(StrEnum):
    """Where a check is."""

    RECEIVING = "receiving"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked: what the file does not tell of itself. `ending` is that of its kind of file: xml or zip."""

    ending: str
    return_name: str | None = None
    year: int | None = None
    authority: str | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A check as its owner sees it. `done` of `total` bytes are read; `reason` says why one failed."""

    id: str
    account: str
    team: str | None
    state: State
    wanted: Wanted
    size: int
    done: int
    total: int
    created: datetime
    finished: datetime | None
    reason: str | None
    errors: int | None
    queries: int | None


def begin(store: Store, actor: Actor, team: str | None, wanted: Wanted, at: datetime, draw: Draw) -> str:
    """Begin to take a file; give the id of its check. Raise NotAllowed where too many of the person's wait already."""
    identity = str(uuid.UUID(bytes=draw(16), version=4))
    row = {
        "id": identity,
        "account": actor.staff,
        "team": team,
        "state": State.RECEIVING.value,
        "ending": wanted.ending,
        "return_name": wanted.return_name,
        "year": wanted.year,
        "authority": wanted.authority,
        "created": at,
    }
    with writing(store.engine) as connection:
        _check_queue(connection, actor)
        connection.execute(insert(CheckRow).values(size=0, done=0, total=0, attempts=0, **row))
    return identity


def add(store: Store, identity: str, piece: bytes, at: datetime) -> None:
    """Add a piece of the file."""
    with writing(store.engine) as connection:
        documents.keep(store, connection, Kind.UPLOAD, identity, piece, at)
        this = update(CheckRow).where(CheckRow.id == identity)
        connection.execute(this.values(size=CheckRow.size + len(piece), total=CheckRow.size + len(piece)))


def queue(store: Store, actor: Actor, identity: str, at: datetime) -> Check:
    """Say that the file is whole: from now on a worker checks it, whatever ends this process."""
    with writing(store.engine) as connection:
        this = update(CheckRow).where(CheckRow.id == identity, CheckRow.state == State.RECEIVING.value)
        connection.execute(this.values(state=State.QUEUED.value))
        note(connection, at, actor.event(Action.RECEIVE, f"return:{identity}"))
        return _found(connection, identity)


def listed(store: Store, owners: Sequence[tuple[str, str | None]] | None = None) -> tuple[Check, ...]:
    """List checks, the newest first: those of an account, or of a team, for each that is given."""
    rows = select(*_COLUMNS).where(CheckRow.state != State.RECEIVING.value)
    if owners is not None:
        mine = [CheckRow.account == account for account, _ in owners]
        rows = rows.where(or_(*mine, *(CheckRow.team == team for _, team in owners if team)))
    with reading(store.engine) as connection:
        found = connection.execute(rows.order_by(CheckRow.created.desc(), CheckRow.id)).all()
    return tuple(map(_check, found))


def find(store: Store, identity: str) -> Check | None:
    """Give a check; none where there is none."""
    with reading(store.engine) as connection:
        row = connection.execute(select(*_COLUMNS).where(CheckRow.id == identity)).one_or_none()
    return None if row is None else _check(row)


def report(store: Store, check: Check, report_format: Format) -> bytes:
    """Give the report of a check that is done. Raise NotAllowed before."""
    if check.state is not State.DONE:
        raise NotAllowed("There is no report: the check is not done.", hint="Look at its state.")
    return b"".join(documents.pieces(store, Kind.REPORT, f"{check.id}.{report_format}"))


def drop(store: Store, actor: Actor, identity: str, at: datetime) -> None:
    """Delete a check with its file and reports; a worker that is at it finds nothing to settle."""
    with writing(store.engine) as connection:
        forget(connection, identity)
        note(connection, at, actor.event(Action.PURGE, f"return:{identity}", count=1))


def forget(connection: Connection, identity: str) -> None:
    """Delete it in the caller's transaction."""
    connection.execute(delete(CheckRow).where(CheckRow.id == identity))
    documents.forget(connection, Kind.UPLOAD, identity)
    for each in FORMATS:
        documents.forget(connection, Kind.REPORT, f"{identity}.{each}")


def clear(store: Store, at: datetime) -> int:
    """Delete the checks past their time, and those whose file never came whole; count them."""
    ended = CheckRow.created <= at - CHECKED
    never = and_(CheckRow.state == State.RECEIVING.value, CheckRow.created <= at - RECEIVE)
    with writing(store.engine) as connection:
        gone = connection.execute(select(CheckRow.id).where(or_(ended, never))).scalars().all()
        for identity in gone:
            forget(connection, identity)
    return len(gone)


_COLUMNS = (
    CheckRow.id,
    CheckRow.account,
    CheckRow.team,
    CheckRow.state,
    CheckRow.ending,
    CheckRow.return_name,
    CheckRow.year,
    CheckRow.authority,
    CheckRow.size,
    CheckRow.done,
    CheckRow.total,
    CheckRow.created,
    CheckRow.finished,
    CheckRow.reason,
    CheckRow.errors,
    CheckRow.queries,
)


def _check_queue(connection: Connection, actor: Actor) -> None:
    waits = CheckRow.state.in_([State.RECEIVING.value, State.QUEUED.value, State.RUNNING.value])
    mine = select(func.count()).select_from(CheckRow).where(CheckRow.account == actor.staff, waits)
    if connection.execute(mine).scalar_one() >= WAITING:
        raise NotAllowed(f"{WAITING} of your checks wait already.", hint="Wait until one is done, or delete one.")


def _found(connection: Connection, identity: str) -> Check:
    return _check(connection.execute(select(*_COLUMNS).where(CheckRow.id == identity)).one())


def _check(row: Row[*tuple[Any, ...]]) -> Check:
    # A row has more columns than the library can type.
    wanted = Wanted(row.ending, row.return_name, row.year, row.authority)
    return Check(row.id, row.account, row.team, State(row.state), wanted, *row[8:])
