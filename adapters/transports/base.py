"""What every carrier offers: parcels and receipts, sent, listed, collected, and removed once they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Protocol

from schemas.errors import Permanent


class Conflict(Permanent):
    """Other bytes are there under the same id. Nothing was overwritten; a person must learn of it."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One sealed package as it is sent. The chunks, as bytes or as files, are read once and one at a time."""

    message_id: str
    label: bytes
    manifest: bytes
    chunks: Iterable[bytes | Path]


@dataclass(frozen=True, slots=True)
class Incoming:
    """One sealed package as it arrives. `chunks` reads on demand and raises Rejected where the parcel is not whole."""

    message_id: str
    label: bytes
    manifest: bytes
    chunks: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A signed receipt as it is sent; `receipt_id` is a message id of its own."""

    receipt_id: str
    token: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that waits: its message id, and what tells this copy of it from another.

    `size` is in bytes, as the other side states it, and None where the carrier learns it only by reading.
    """

    identifier: str
    size: int | None
    version: str


class Reason(StrEnum):
    """Why something that lies with the partner is not read."""

    NAME = "its name is not a message id with the right ending"
    LINK = "it is a link"
    KIND = "it is not a plain file"
    SIZE = "it is larger than the limit"
    WORKFLOW = "it belongs to another workflow"
    SENDER = "it is not from this partner"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that is left where it lies. A name that is no message id may name a person: it is not repeated."""

    identifier: str | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Undelivered:
    """The carrier's report that something we sent was not delivered: its id where it is known, and the carrier's code.

    Acknowledge its entry like any other once it is recorded.
    """

    entry: Entry
    message_id: str | None
    code: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What waits, oldest id first. `more`: there is more than this, list again once these are acknowledged.

    `refused` names the first of those that are left alone, `refused_count` says how many there are;
    `unfinished` counts what somebody is still writing.
    """

    waiting: tuple[Entry, ...]
    refused: tuple[Refusal, ...] = ()
    refused_count: int = 0
    unfinished: int = 0
    undelivered: tuple[Undelivered, ...] = ()
    more: bool = False


class Sent(StrEnum):
    """What sending did."""

    DONE = "done"
    ALREADY_THERE = "already there"


class Exchange(Protocol):
    """An open connection to a partner's place.

    Every call raises Transient (try again), Misconfigured (stop this partner) or Permanent (do not try again).
    """

    def send(self, parcel: Parcel) -> Sent:
        """Bring a parcel, which appears whole or not at all. Raise Conflict where other bytes have its id."""
        ...

    def waiting(self) -> Listing:
        """List the parcels that wait for us."""
        ...

    def collect(self, entry: Entry) -> AbstractContextManager[Incoming]:
        """Read a parcel as a stream and leave it where it is. Raise Rejected where it is not well formed."""
        ...

    def acknowledge(self, entry: Entry) -> None:
        """Remove a parcel that the caller has stored; one that is gone already is no error."""
        ...

    def send_receipt(self, receipt: Receipt) -> Sent:
        """Bring a receipt. Raise Conflict where other bytes have its id."""
        ...

    def receipts(self) -> Listing:
        """List the receipts that wait for us, in the same way."""
        ...

    def collect_receipt(self, entry: Entry) -> bytes:
        """Read a receipt and leave it where it is."""
        ...

    def acknowledge_receipt(self, entry: Entry) -> None:
        """Remove a receipt that the caller has stored; one that is gone already is no error."""
        ...


class Carrier(Protocol):
    """One way to reach a partner."""

    name: ClassVar[str]

    def connect(self) -> AbstractContextManager[Exchange]:
        """Reach the partner's place. Nothing is sent before the other side has proved who it is."""
        ...
