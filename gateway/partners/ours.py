"""What the settings say of us: who we are, our keys, our database, the directory we know."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Engine

from gateway import settings
from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.audit.events import Action
from gateway.itp.documents import Instant
from gateway.itp.identifiers import Organisation
from gateway.partners.journal import Journal
from gateway.partners.keys import KeyStore
from gateway.partners.revisions import Revisions
from gateway.partners.roots import read_roots
from gateway.store.store import database
from schemas.errors import Misconfigured

_PREFIX = "urn:ics:org:ods:"
_MOMENT = TypeAdapter[datetime](Instant)


def wall_clock() -> datetime:
    """Give the time of this machine, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Ours:
    """An authority as its settings name it."""

    organisation: Organisation
    origin: str
    keys: KeyStore
    roots_file: Path
    engine: Engine
    clock: Callable[[], datetime]

    @property
    def revisions(self) -> Revisions:
        """Open the revisions of the directory. Raise Misconfigured where no root is pinned."""
        return Revisions(self.engine, read_roots(self.roots_file), self.clock, organisation=self.organisation)

    def noting(self, action: Action, objects: list[str]) -> AbstractContextManager[None]:
        """Note for the audit log what a block does, about the objects in the list when it ends."""
        actor = Actor(str(self.organisation), Role.OPERATOR)
        return Journal(self.engine, actor, self.clock).noting(action, objects)


@contextmanager
def opened(environment: Mapping[str, str] = os.environ, clock: Callable[[], datetime] = wall_clock) -> Iterator[Ours]:
    """Open what the settings name. Raise Misconfigured."""
    name = settings.text_of(settings.ORGANISATION, environment)
    if not name:
        raise Misconfigured(
            f"{settings.ORGANISATION.variable} is not set.",
            hint="Load the settings of your authority: set -a; . FOLDER/gateway.env; set +a",
        )
    engine = database(environment)
    try:
        yield Ours(
            organisation=organisation(name),
            origin=settings.text_of(settings.ORIGIN, environment),
            keys=KeyStore(Path(settings.text_of(settings.KEYS_FOLDER, environment)), clock),
            roots_file=Path(settings.text_of(settings.ROOTS_FILE, environment)),
            engine=engine,
            clock=clock,
        )
    finally:
        engine.dispose()


@contextmanager
def noting(action: Action, objects: list[str], environment: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Note what a partnership does where it is done on an authority's machine; elsewhere its own record is all."""
    if not settings.text_of(settings.ORGANISATION, environment):
        yield
        return
    with opened(environment) as us, us.noting(action, objects):
        yield


def organisation(text: str) -> Organisation:
    """Read an organisation: its ODS code, or the whole URN. Raise Misconfigured."""
    try:
        return Organisation(text if text.startswith(_PREFIX) else _PREFIX + text)
    except ValueError:
        raise Misconfigured(
            "This is no organisation.", hint=f"Give its ODS code, such as X26, or {_PREFIX}X26."
        ) from None


def moment(text: str) -> datetime:
    """Read a time such as 2026-01-31T09:30:00Z. Raise Misconfigured."""
    try:
        return _MOMENT.validate_python(text)
    except ValidationError:
        raise Misconfigured("This is no time.", hint="Write it as 2026-01-31T09:30:00Z.") from None
