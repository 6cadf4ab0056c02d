"""Returns and their files as they are kept: found and listed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from gateway.actor import digest
from gateway.operator.errors import unknown
from gateway.returns.stages import UPLOADED, Stage, Step
from gateway.store.engine import reading
from gateway.store.errors import NotAllowed
from gateway.store.return_models import ReturnFile, ReturnRow, ReturnStep
from gateway.store.store import Store

_NAME = re.compile(r"([a-z0-9]+(?:-[a-z0-9]+)*)-([0-9]{4})-([0-9]{3})")


@dataclass(frozen=True, slots=True)
class About:
    """Which return: of what kind, for the collection that ends in which year, of which authority."""

    return_name: str
    year: int
    authority: str

    @property
    def name(self) -> str:
        """Give the name by which people call it."""
        return f"{self.return_name}-{self.year}-{self.authority}"


@dataclass(frozen=True, slots=True)
class Return:
    """A return; `account` and `team` are those of who made it, none where a command did."""

    id: str
    about: About
    account: str | None
    team: str | None
    created: datetime


@dataclass(frozen=True, slots=True)
class File:
    """One file of a return as its row says; `report`, `notes` and `packed` are digests."""

    return_id: str
    number: int
    stage: Stage
    round: int
    ending: str
    serial: str
    size: int
    sha256: str
    added: datetime
    report: str | None
    notes: str | None
    errors: int | None
    queries: int | None
    unexplained: int | None
    crashed: int | None
    name: str | None
    packed: str | None
    submitted: datetime | None
    purged: datetime | None

    @property
    def document(self) -> str:
        """Name its documents."""
        return f"{self.return_id}.{self.number}"

    @property
    def seal(self) -> str:
        """Give the digest of what is signed: the file, its report and the notes."""
        return digest(self.sha256, self.report or "", self.notes or "")


@dataclass(frozen=True, slots=True)
class Done:
    """One step that was done."""

    number: int
    step: Step
    stage: Stage
    round: int
    at: datetime
    role: str
    staff: str | None
    seal: str | None


def read_name(text: str) -> About:
    """Read the name of a return, such as cin-2026-209. Raise Unknown."""
    found = _NAME.fullmatch(text)
    if found is None:
        raise unknown("return")
    return About(found[1], int(found[2]), found[3])


def named(connection: Connection, about: About) -> Return | None:
    """Give a return by what it is, in the caller's transaction; None where there is none."""
    which = (ReturnRow.return_name == about.return_name, ReturnRow.year == about.year)
    row = connection.execute(select(*_RETURN).where(*which, ReturnRow.authority == about.authority)).one_or_none()
    return None if row is None else _return(row)


def find(store: Store, identity: str) -> Return:
    """Give a return by its id or its name. Raise Unknown."""
    with reading(store.engine) as connection:
        is_name = _NAME.fullmatch(identity)
        found = named(connection, read_name(identity)) if is_name else _by_id(connection, identity)
    if found is None:
        raise unknown("return")
    return found


def listed(store: Store) -> tuple[Return, ...]:
    """List the returns, the newest year first."""
    rows = select(*_RETURN).order_by(ReturnRow.year.desc(), ReturnRow.return_name, ReturnRow.authority)
    with reading(store.engine) as connection:
        return tuple(map(_return, connection.execute(rows).all()))


def files(store: Store, identity: str) -> tuple[File, ...]:
    """List the files of a return, the first first."""
    rows = select(*FILE).where(ReturnFile.return_id == identity).order_by(ReturnFile.number)
    with reading(store.engine) as connection:
        return tuple(map(file_of, connection.execute(rows).all()))


def newest(store: Store, identity: str) -> File:
    """Give the newest file of a return. Raise Unknown."""
    return _one(files(store, identity))


def uploaded(store: Store, identity: str, number: int | None = None) -> File:
    """Give a file that was uploaded to DfE: the last, or that of this number. Raise NotAllowed where there is none."""
    found = [file for file in files(store, identity) if file.stage in UPLOADED and number in {None, file.number}]
    if not found:
        raise NotAllowed("No such file was submitted.", hint="Record it with submitted once it is uploaded.")
    return found[-1]


def numbered(store: Store, identity: str, number: int | None) -> File:
    """Give the file of a number; the newest where none is given. Raise Unknown."""
    return _one(tuple(file for file in files(store, identity) if number in {None, file.number}))


def history(store: Store, identity: str) -> tuple[Done, ...]:
    """List what was done to a return, the first first."""
    rows = select(*_DONE).where(ReturnStep.return_id == identity).order_by(ReturnStep.id)
    with reading(store.engine) as connection:
        return tuple(map(_done, connection.execute(rows).all()))


def _by_id(connection: Connection, identity: str) -> Return | None:
    row = connection.execute(select(*_RETURN).where(ReturnRow.id == identity)).one_or_none()
    return None if row is None else _return(row)


def _one(found: tuple[File, ...]) -> File:
    if not found:
        raise unknown("file")
    return found[-1]


_RETURN = (
    ReturnRow.id,
    ReturnRow.return_name,
    ReturnRow.year,
    ReturnRow.authority,
    ReturnRow.account,
    ReturnRow.team,
    ReturnRow.created,
)
# The columns of a file, for `file_of`.
FILE = tuple(getattr(ReturnFile, name) for name in File.__slots__)
_DONE = tuple(getattr(ReturnStep, name) for name in Done.__slots__)
# A row has more columns than the library can type.
_Row = Row[*tuple[Any, ...]]


def _return(row: _Row) -> Return:
    return Return(row.id, About(row.return_name, row.year, row.authority), row.account, row.team, row.created)


def file_of(row: _Row) -> File:
    """Make a file of its columns."""
    return File(row.return_id, row.number, Stage(row.stage), *row[3:])


def _done(row: _Row) -> Done:
    return Done(row.number, Step(row.step), Stage(row.stage), *row[3:])
