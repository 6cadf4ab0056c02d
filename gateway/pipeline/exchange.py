"""What the steps of the exchange work with: who we are, where things are kept, and how time and chance come in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import httpx
from sqlalchemy import Connection

from adapters.transports.base import Carrier
from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.audit.events import Action, Outcome
from gateway.audit.pending import note
from gateway.itp.directory import Directory
from gateway.itp.identifiers import Organisation
from gateway.itp.label import Label
from gateway.itp.manifest import Manifest
from gateway.itp.open import Opened
from gateway.partners.keys import KeyStore
from gateway.policy.compiled import Compiled
from gateway.store.store import Store


def nobody(_task: str, _message: int) -> None:
    """Wake no worker: what is due is found by the next sweep."""


def _anything(*_seen: object) -> None:
    """Allow everything."""


def _nothing(_exchange: Exchange, _opened: Opened) -> Callable[[Connection], None]:
    """Write nothing more."""
    return _anything


@dataclass(frozen=True, slots=True)
class Exchange:
    """One gateway at work. `origin` is how partners call it; `jitter` draws from 0 up to 1.

    `wake` tells a worker that something is due, by task and message; losing it loses nothing. `policy` and `scan` are
    the checks of a package that are not ITP-1's own (see gateway.itp.open.Receiver). `take` reads what was opened, and
    gives what is written of it in the transaction of R2. `agreements` are those in force. `carriers` has the partners
    that are not reached over HTTPS.
    """

    organisation: Organisation
    origin: str
    store: Store
    keys: KeyStore
    directory: Callable[[], Directory]
    http: httpx.Client
    inbox: Path
    clock: Callable[[], datetime]
    draw: Callable[[int], bytes]
    jitter: Callable[[], float]
    carriers: Mapping[Organisation, Carrier] = field(default_factory=dict)
    wake: Callable[[str, int], None] = nobody
    policy: Callable[[Label, Manifest], object] = _anything
    scan: Callable[[Manifest, BinaryIO], object] = _anything
    take: Callable[[Exchange, Opened], Callable[[Connection], None]] = _nothing
    agreements: Callable[[], tuple[Compiled, ...]] = tuple

    def note(self, connection: Connection, action: Action, *objects: str, **details: object) -> None:
        """Record in the audit log what this gateway did, in the transaction of what it did."""
        us = Actor(self.organisation, Role.GATEWAY)
        note(connection, self.clock(), us.event(action, *objects, **{"outcome": Outcome.DONE, **details}))
