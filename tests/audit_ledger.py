"""One audit log for tests: its keys, its clock, and what fills, signs and exports it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, text

from gateway.audit.checkpoint import Cosigner, HeadGuard, Signer, Trust, empty
from gateway.audit.database import DatabaseStore
from gateway.audit.entry import Event, Role, read_entry
from gateway.audit.events import Action, Outcome
from gateway.audit.export import export
from gateway.audit.keys import signing_key as note_key
from gateway.audit.log import AuditLog
from gateway.audit.note import Kind, Note, SigningKey
from gateway.audit.pending import note
from gateway.audit.store import Store
from gateway.audit.verify import Sighting, Verdict, verify
from gateway.itp.keys import PrivateKey
from gateway.store.engine import writing

ORIGIN = "gateway.example/209"
HOME = "urn:ics:org:ods:209"
"""Whose the logs in databases are."""
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def signing_key(name: str, kind: Kind, seed: int) -> SigningKey:
    return SigningKey(name, kind, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


KEY = signing_key(ORIGIN, Kind.NOTE, 1)
WITNESS = signing_key("gateway.example/210", Kind.COSIGNATURE, 2)
TRUST = Trust(ORIGIN, (KEY.public,), (WITNESS.public,))


def event(number: int = 0) -> Event:
    return Event.of(
        organisation="urn:ics:org:ods:209",
        role=Role.GATEWAY,
        action=Action.ACCEPT,
        objects=(f"message:019ab000-0000-7000-8000-{number:012x}",),
        outcome=Outcome.DONE,
    )


@dataclass
class Ledger:
    """A log, its signer, and a partner who cosigns."""

    store: Store
    signer: Signer = field(default_factory=lambda: Signer(KEY, HeadGuard(empty(ORIGIN))))
    cosigner: Cosigner = field(default_factory=lambda: Cosigner(WITNESS, TRUST, HeadGuard(empty(ORIGIN))))

    def __post_init__(self) -> None:
        times = ticking()
        self.log = AuditLog(self.store, lambda: next(times))

    def fill(self, count: int, first: int = 0) -> None:
        self.log.record(*(event(number) for number in range(first, first + count)))

    def sign(self) -> Note:
        return self.log.checkpoint(self.signer)

    def cosign(self) -> Note:
        seen = self.cosigner.guard.seen.size
        note = self.sign()
        both = self.cosigner.cosign(note, self.log.consistency(seen, self.log.head().size), NOON)
        self.store.keep(both)
        return both

    def exported(self) -> bytes:
        out = io.BytesIO()
        export(self.store, out)
        return out.getvalue()


def ticking() -> Iterator[datetime]:
    at = NOON
    while True:
        yield at
        at += timedelta(seconds=1)


def noted(engine: Engine, *numbers: int, at: datetime = NOON) -> None:
    """Note one event for each number, in one transaction."""
    with writing(engine) as connection:
        note(connection, at, *(event(number) for number in numbers))


def numbers(store: Store) -> list[int]:
    """Give the numbers of the events of the log, in its order."""
    entries = (read_entry(link.entry) for link in store.links())
    return [int(entry.objects[0][-12:], 16) for entry in entries if entry.action is Action.ACCEPT]


def verdict(engine: Engine, key: PrivateKey, *seen: Sighting) -> Verdict:
    """Export the log of a database and verify it offline."""
    out = io.BytesIO()
    export(DatabaseStore(engine, HOME), out)
    out.seek(0)
    return verify(out, Trust(HOME, (note_key(key, HOME).public,)), seen)


@contextmanager
def attacking(engine: Engine) -> Iterator[Connection]:
    """Act with the rights of the owner of the tables: the trigger is gone."""
    with writing(engine) as connection:
        postgresql = connection.dialect.name == "postgresql"
        for name in ["audit_no_change"] if postgresql else ["audit_no_update", "audit_no_delete"]:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}" + (" ON audit_entries" if postgresql else "")))
        yield connection
