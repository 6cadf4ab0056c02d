"""What is looked at, each piece opened only when its check asks for it: one that does not open hides no other."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx
from sqlalchemy import Engine

from gateway import settings
from gateway.authority import now, our_organisation
from gateway.itp.directory import Directory
from gateway.itp.identifiers import Organisation
from gateway.partners.keys import KeyStore
from gateway.partners.revisions import Revisions
from gateway.partners.roots import read_roots
from gateway.pipeline.exchange import Exchange
from gateway.policy.compiled import Compiled
from gateway.policy.folder import Agreements
from gateway.store.keys import KeyRing
from gateway.store.store import database, key_ring

PARTNER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on something is a warning or a failure. Disk is bytes that are free."""

    disk_warn: int = 10 << 30
    disk_fail: int = 1 << 30
    key_days: int = 30
    skew_warn: float = 60.0
    skew_fail: float = 120.0
    """Seconds: the protocol refuses signatures two minutes apart."""


@dataclass(frozen=True, slots=True)
class Installation:
    """A gateway as its settings describe it. What is a function opens the thing, or raises Misconfigured or Busy.

    `certificates` and `folders` are paths by the name that a finding calls them; `client` is none where no partner
    may be asked.
    """

    organisation: Callable[[], Organisation]
    engine: Callable[[], Engine]
    key_ring: Callable[[], KeyRing]
    keys: Callable[[], KeyStore]
    directory: Callable[[], Directory]
    clock: Callable[[], datetime]
    folders: Mapping[str, Path]
    agreements: Callable[[], tuple[Compiled, ...]] = tuple
    certificates: Mapping[str, Path] = field(default_factory=dict)
    broker: str = field(default="", repr=False)
    client: Callable[[], httpx.Client] | None = None
    thresholds: Thresholds = Thresholds()


def of_exchange(exchange: Exchange, broker: str = "") -> Installation:
    """Look at a gateway that is open already, without asking its partners."""
    return Installation(
        organisation=lambda: exchange.organisation,
        engine=lambda: exchange.store.engine,
        key_ring=lambda: exchange.store.keys,
        keys=lambda: exchange.keys,
        directory=exchange.directory,
        clock=exchange.clock,
        folders={"inbox": exchange.inbox, **_database_folder(exchange.store.engine)},
        agreements=exchange.agreements,
        broker=broker,
    )


@contextmanager
def described(
    environment: Mapping[str, str] = os.environ, *, offline: bool = False, clock: Callable[[], datetime] = now
) -> Iterator[Installation]:
    """Give the installation that the settings describe, and close its database afterwards. Raise Misconfigured."""
    engine = database(environment)
    try:
        yield Installation(
            organisation=lambda: our_organisation(environment),
            engine=lambda: engine,
            key_ring=lambda: key_ring(environment),
            keys=lambda: KeyStore(_path(settings.KEYS_FOLDER, environment), clock),
            directory=lambda: _directory(engine, environment, clock),
            clock=clock,
            folders={"inbox": _path(settings.INBOX_FOLDER, environment), **_database_folder(engine)},
            agreements=Agreements(_path(settings.AGREEMENTS_FOLDER, environment)),
            certificates=_certificates(environment),
            broker=settings.text_of(settings.BROKER_URL, environment),
            client=None if offline else lambda: _client(environment),
        )
    finally:
        engine.dispose()


def _directory(engine: Engine, environment: Mapping[str, str], clock: Callable[[], datetime]) -> Directory:
    return Revisions(engine, read_roots(_path(settings.ROOTS_FILE, environment)), clock).current()


def _path(setting: settings.Setting[str], environment: Mapping[str, str]) -> Path:
    return Path(settings.text_of(setting, environment))


def _database_folder(engine: Engine) -> dict[str, Path]:
    """Give the folder of the database where it is a file of this machine."""
    place = engine.url.database
    return {"database": Path(place).absolute().parent} if engine.dialect.name == "sqlite" and place else {}


def _certificates(environment: Mapping[str, str]) -> dict[str, Path]:
    named = {"client-certificate": settings.TLS_CERTIFICATE, "partner-authorities": settings.TLS_AUTHORITIES}
    return {name: Path(text) for name, setting in named.items() if (text := settings.text_of(setting, environment))}


def _client(environment: Mapping[str, str]) -> httpx.Client:
    # Only the time of the answer is wanted, which every server gives before it looks at who asks.
    context = ssl.create_default_context(cafile=settings.text_of(settings.TLS_AUTHORITIES, environment) or None)
    return httpx.Client(verify=context, timeout=PARTNER_SECONDS, trust_env=False)
