"""The revisions of the directory that we accepted, kept in the database; the newest one counts."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, Engine, func, insert, select, text

from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.audit.events import Action, Outcome
from gateway.audit.pending import note
from gateway.itp.directory import Directory, DirectoryRefused, accept
from gateway.itp.identifiers import Organisation
from gateway.itp.keys import PublishedKey
from gateway.store.engine import reading, writing
from gateway.store.models import DirectoryRevision
from schemas.errors import Misconfigured

LOOK_AGAIN = 1.0
"""Seconds after which the database is asked again whether another process accepted a newer revision."""


@dataclass(frozen=True, slots=True)
class _Known:
    directory: Directory
    token: bytes


class Revisions:
    """What we know of the directory. `ticks` counts seconds and never goes back.

    With `organisation`, whose gateway this is, every revision accepted or refused is noted for the audit log.
    """

    def __init__(
        self,
        engine: Engine,
        roots: Sequence[PublishedKey],
        clock: Callable[[], datetime],
        *,
        organisation: Organisation | None = None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._roots = tuple(roots)
        self._clock = clock
        self._actor = Actor(str(organisation), Role.GATEWAY) if organisation is not None else None
        self._ticks = ticks
        self._known: _Known | None = None
        self._looked = -LOOK_AGAIN

    def current(self) -> Directory:
        """Give the newest revision. Raise Misconfigured where there is none, DirectoryRefused."""
        known, now = self._known, self._ticks()
        if known is None or now - self._looked >= LOOK_AGAIN:
            with reading(self._engine) as connection:
                known = self._newest(connection)
            self._known, self._looked = known, now
        if known is None:
            raise Misconfigured("There is no partner directory yet.", hint="Run: ics-gateway directory accept FILE")
        return known.directory

    def token(self) -> bytes:
        """Give the newest revision as it was signed. Raise as `current` does."""
        self.current()
        return self._known.token if self._known else b""

    def accept(self, token: bytes) -> Directory:
        """Take a revision that does not go back behind the newest. The same one again changes nothing.

        Raise DirectoryRefused.
        """
        try:
            with writing(self._engine) as connection:
                known = self._taken(connection, token)
        except DirectoryRefused:
            self._refused(token)
            raise
        self._known, self._looked = known, self._ticks()
        return known.directory

    def _taken(self, connection: Connection, token: bytes) -> _Known:
        _take_turns(connection)
        newest = self._newest(connection)
        directory = accept(token, self._roots, newest.directory if newest else None)
        if newest is not None and newest.directory == directory and _stored(connection) == directory.sequence:
            return newest
        now = self._clock()
        row = {"sequence": directory.sequence, "token": token, "accepted": now}
        connection.execute(insert(DirectoryRevision).values(row))
        before = _digest(newest.token) if newest else None
        self._note(connection, now, Outcome.DONE, token, before=before, count=directory.sequence)
        return _Known(directory, token)

    def _newest(self, connection: Connection) -> _Known | None:
        known, newest = self._known, _stored(connection)
        # A database that was restored from a backup does not take us back.
        if newest is None or (known is not None and newest <= known.directory.sequence):
            return known
        found = select(DirectoryRevision.token).where(DirectoryRevision.sequence == newest)
        token = connection.execute(found).scalar_one()
        # The database is not what makes a revision genuine: the root is.
        return _Known(accept(token, self._roots), token)

    def _refused(self, token: bytes) -> None:
        with writing(self._engine) as connection:
            self._note(connection, self._clock(), Outcome.REFUSED, token)

    def _note(
        self,
        connection: Connection,
        at: datetime,
        outcome: Outcome,
        token: bytes,
        *,
        before: str | None = None,
        count: int | None = None,
    ) -> None:
        if self._actor is None:
            return
        digest = _digest(token)
        after = digest if outcome is Outcome.DONE else None
        event = self._actor.event(
            Action.DIRECTORY_CHANGE, f"directory:{digest}", outcome=outcome, before=before, after=after, count=count
        )
        note(connection, at, event)


def _stored(connection: Connection) -> int | None:
    return connection.execute(select(func.max(DirectoryRevision.sequence))).scalar_one()


def _digest(token: bytes) -> str:
    return sha256(token).hexdigest()


def _take_turns(connection: Connection) -> None:
    # On SQLite a transaction that writes is alone already.
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE directory_revisions IN SHARE ROW EXCLUSIVE MODE"))
