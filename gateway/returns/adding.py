"""Add a file to its return: what it is, is read from it; its bytes are kept encrypted, and stay as they are."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError

from adapters.xml.limits import Limits
from gateway import duties
from gateway.actor import Actor
from gateway.check import read_return
from gateway.duties import Duty
from gateway.itp.identifiers import Draw
from gateway.operator.errors import unknown
from gateway.returns import book
from gateway.returns.book import About, File, Return
from gateway.returns.moves import in_transaction, record
from gateway.returns.stages import Stage, Step
from gateway.store import documents
from gateway.store.documents import PIECE, Kind
from gateway.store.engine import writing
from gateway.store.return_models import ReturnFile, ReturnRow
from gateway.store.store import Store
from schemas.errors import Rejected, Transient
from schemas.returns import ReturnData

HEADER, SERIAL = "Header", "SerialNo"
LONGEST_SERIAL = 16


@dataclass(frozen=True, slots=True)
class Told:
    """What the caller says of a file, where it does not tell itself."""

    return_name: str | None = None
    year: int | None = None
    authority: str | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """A file as it is kept: an open file, read from its start, and how its name ends: xml or zip."""

    file: BinaryIO
    ending: str

    def pieces(self) -> Iterator[bytes]:
        """Give the bytes in pieces."""
        self.file.seek(0)
        while piece := self.file.read(PIECE):
            yield piece


def identified(path: Path, told: Told, limits: Limits) -> tuple[About, str]:
    """Say which return a file is, and its serial number. Raise Rejected, Misconfigured where it does not tell."""
    definition, data = read_return(
        path, return_name=told.return_name, year=told.year, authority=told.authority, limits=limits
    )
    if not data.authority:
        raise Rejected("The file does not say of which authority it is.", hint="Give its three digits.")
    return About(definition.name, data.layout.year, data.authority), _serial(data)


def add(
    store: Store, actor: Actor, about: About, serial: str, content: Content, at: datetime, draw: Draw, *, owner: Owner
) -> File:
    """Keep a file as the newest of its return, which is made where there is none. Raise Rejected, Unknown."""
    duties.require(actor, Duty.RETURN)
    with _alone(), writing(store.engine) as connection:
        found = book.named(connection, about)
        if found is not None and not owner.reaches(found):
            raise unknown("return")
        identity = found.id if found else _made(connection, about, owner, at, draw)
        file = _kept(store, connection, identity, serial, content, at)
        record(connection, file, Step.ADD, actor, at)
    return file


@contextmanager
def _alone() -> Iterator[None]:
    """Say that somebody else added to the return at the same moment, instead of what the database says."""
    try:
        yield
    except IntegrityError:
        raise Transient("Somebody else added a file at this moment.", hint="Add it again.") from None


@dataclass(frozen=True, slots=True)
class Owner:
    """For whom a file is added: an account and a team; neither where a command adds it."""

    account: str | None = None
    team: str | None = None

    def reaches(self, found: Return) -> bool:
        """Tell whether they may add to a return that is there."""
        if self.account is None or found.account in {None, self.account}:
            return True
        return self.team is not None and self.team == found.team


def _made(connection: Connection, about: About, owner: Owner, at: datetime, draw: Draw) -> str:
    identity = str(uuid.UUID(bytes=draw(16), version=4))
    row = {"return_name": about.return_name, "year": about.year, "authority": about.authority, "created": at}
    connection.execute(insert(ReturnRow).values(id=identity, account=owner.account, team=owner.team, **row))
    return identity


def _kept(store: Store, connection: Connection, identity: str, serial: str, content: Content, at: datetime) -> File:
    last = select(func.coalesce(func.max(ReturnFile.number), 0)).where(ReturnFile.return_id == identity)
    number = connection.execute(last).scalar_one() + 1
    whole, size = hashlib.sha256(), 0
    for piece in content.pieces():
        whole.update(piece)
        size += len(piece)
        documents.keep(store, connection, Kind.RETURN, f"{identity}.{number}", piece, at)
    row = {"return_id": identity, "number": number, "ending": content.ending, "serial": serial or f"{number:03}"}
    measured = {"size": size, "sha256": whole.hexdigest(), "added": at, "stage": Stage.DRAFT.value, "round": 1}
    connection.execute(insert(ReturnFile).values(**row, **measured))
    return in_transaction(connection, identity, number)


def _serial(data: ReturnData) -> str:
    """Give the serial number in the header; empty where the return has none that could stand in a name."""
    header = data.tables.get(HEADER)
    if header is None or header.height != 1 or SERIAL not in header.columns:
        return ""
    found = str(header.item(0, SERIAL) or "").strip()
    return found if found.isascii() and found.isdigit() and len(found) <= LONGEST_SERIAL else ""
