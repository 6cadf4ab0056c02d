"""What the contract of the carriers needs of each: both ends of it, and its ways to fail."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from adapters.transports.archive import packed
from adapters.transports.base import Carrier, Parcel, Reason, Receipt
from adapters.transports.limits import Limits

MIB = 1024 * 1024


@dataclass(frozen=True)
class Hostile:
    """Something that must stop nothing: how it gets there, and why it is refused.

    `reason` is None where it is listed like any other and refused once it is read.
    """

    plant: Callable[[], None]
    reason: Reason | None


@dataclass(frozen=True)
class Harness:
    """One carrier: what we send with `ours`, the partner collects with `theirs`.

    `wrong` has credentials that are not accepted; each of `dead` is a partner who cannot be reached while it is open.
    """

    ours: Carrier
    theirs: Carrier
    wrong: Carrier
    dead: Mapping[str, Callable[[], AbstractContextManager[Carrier]]]
    hostile: Mapping[str, Hostile] = field(default_factory=dict)


def identifier(number: int) -> str:
    """Give a message id; a higher number is a later one."""
    return str(UUID(int=(number << 80) | (7 << 76) | (2 << 62) | number))


def parcel(number: int, *chunks: bytes, label: bytes = b'{"spec":"itp/1"}') -> Parcel:
    """Make a parcel of made-up bytes."""
    return Parcel(identifier(number), label, b"sealed manifest " + str(number).encode(), chunks)


def receipt(number: int, token: bytes = b"head.body.signature") -> Receipt:
    return Receipt(identifier(number), token)


def archived(found: Parcel, limits: Limits | None = None) -> bytes:
    """Give the tar of a parcel; with other limits than ours, one that is over them."""
    return b"".join(packed(found, limits or Limits()))


@contextmanager
def silent_port() -> Iterator[int]:
    """Listen on a port, take connections and never say a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])
