"""Receive: take a sealed package at the door, piece by piece or at once, and answer with R1 when it is whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from gateway.audit.events import Action
from gateway.itp.admit import Arrival, admit
from gateway.itp.codes import Code, Refused
from gateway.itp.identifiers import Digest, Organisation
from gateway.itp.label import Label, read_label
from gateway.itp.open import check_chunk
from gateway.itp.receipts import Subject
from gateway.maintenance import active
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.send import arrival_of
from gateway.pipeline.sign_receipt import signed
from gateway.store import receipts, receiving
from gateway.store.accept import Content, accept
from gateway.store.errors import Busy, Conflict, Incomplete
from gateway.store.messages import read
from gateway.store.models import Part
from gateway.store.outbox import Next
from gateway.store.receiving import Ranges
from gateway.store.states import Direction, State

OPEN = "open"
MOST_UNFINISHED = 100
"""How many transfers a partner may have begun that are not whole yet: so nobody fills the disk with beginnings."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who brings something, as the layers below proved it, and the key of its request."""

    organisation: Organisation
    kid: Digest


@dataclass(frozen=True, slots=True)
class Transfer:
    """Where a transfer stands: its state, the chunks still wanted as inclusive ranges, and our receipts about it."""

    state: str
    missing: Ranges
    receipts: tuple[bytes, ...]
    created: bool = False


def begin(exchange: Exchange, caller: Caller, message_id: str, label: bytes, manifest: bytes) -> Transfer:
    """Take label and manifest; the chunks follow. A repeat gets what became of the first. Raise Refused, Busy."""
    admitted, known = _at_the_door(exchange, caller, message_id, label, manifest)
    if known is not None:
        return _told(exchange, known.message)
    if receiving.unfinished(exchange.store, caller.organisation) >= MOST_UNFINISHED:
        raise Refused(Code.SLOW, "Too many transfers of this organisation have begun and are not whole.")
    arrival = arrival_of(admitted, label, Direction.IN)
    begun = _settled(lambda: receiving.begin(exchange.store, arrival, label, manifest, exchange.clock()))
    return _told(exchange, begun.message, created=not begun.repeat)


def put_chunk(exchange: Exchange, caller: Caller, message_id: str, index: int, body: bytes) -> bool:
    """Take one chunk; false where it came before. Raise Refused, Busy."""
    found = _of_caller(exchange, caller, message_id)
    label = _label(exchange, found.message)
    _check_open(found, label, exchange.clock())
    check_chunk(label, index, body)
    return _settled(lambda: receiving.put_chunk(exchange.store, found.message, index, body))


def finish(exchange: Exchange, caller: Caller, message_id: str) -> Transfer:
    """Accept a message whose chunks are all here: from now on it is ours. Raise Refused, Busy."""
    found = _of_caller(exchange, caller, message_id)
    label, now = _label(exchange, found.message), exchange.clock()
    _check_open(found, label, now)
    evidence = _Evidence(exchange, label, now)
    new = _settled(lambda: receiving.finish(exchange.store, found.message, Next(OPEN, now), now, evidence))
    if new:
        exchange.wake(OPEN, found.message)
    return _told(exchange, found.message, created=new)


def take(
    exchange: Exchange, caller: Caller, message_id: str, label: bytes, manifest: bytes, chunks: Sequence[bytes]
) -> Transfer:
    """Take a small message at once, in one transaction. Raise Refused, Busy."""
    admitted, known = _at_the_door(exchange, caller, message_id, label, manifest)
    if len(chunks) != admitted.chunk_count:
        raise Refused(Code.MALFORMED, "The number of chunks is not that of the label.")
    for index, chunk in enumerate(chunks):
        check_chunk(admitted, index, chunk)
    if known is not None:
        return _complete(exchange, caller, message_id, known, chunks)
    arrival, now = arrival_of(admitted, label, Direction.IN), exchange.clock()
    evidence, content = _Evidence(exchange, admitted, now), Content(label, manifest, chunks)
    taken = _settled(lambda: accept(exchange.store, arrival, content, Next(OPEN, now), now, evidence))
    if not taken.repeat:
        exchange.wake(OPEN, taken.message)
    return _told(exchange, taken.message, created=not taken.repeat)


def look(exchange: Exchange, caller: Caller, message_id: str) -> Transfer:
    """Say where a transfer of the caller's stands. Raise Refused (itp-404-unknown), whoever else has such a message."""
    return _told(exchange, _of_caller(exchange, caller, message_id).message)


def given(exchange: Exchange, caller: Caller, message_id: str) -> tuple[bytes, ...]:
    """Give our receipts about a message of the caller's. Raise Refused (itp-404-unknown)."""
    return look(exchange, caller, message_id).receipts


class _Evidence:
    """What is written with the acceptance: our R1, and the lines of the audit log."""

    def __init__(self, exchange: Exchange, label: Label, now: datetime) -> None:
        self._exchange = exchange
        self._receipt = signed(exchange, Subject.of(label), "R1", "intact", now)
        self._label = label
        self._now = now

    def __call__(self, connection: Connection, message: int) -> None:
        name = f"message:{self._label.message_id}"
        receipts.write(connection, message, self._receipt, self._now)
        self._exchange.note(connection, Action.ACCEPT, name, self._label.sender)
        self._exchange.note(connection, Action.RECEIPT_SIGN, name)


def _at_the_door(
    exchange: Exchange, caller: Caller, message_id: str, label: bytes, manifest: bytes
) -> tuple[Label, receiving.Transfer | None]:
    """Admit a label, or find the message that it repeats: a repeat is answered even when it has expired since."""
    if active(exchange.store.engine):
        raise Refused(Code.BUSY, "The gateway is in maintenance.")
    stated = read_label(label)
    if stated.message_id != message_id:
        raise Refused(Code.MALFORMED, "The message id of the request is not that of the label.")
    known = receiving.find(exchange.store, stated.sender, message_id) if stated.sender == caller.organisation else None
    if known is not None:
        _require_same(known, label, manifest)
        return stated, known
    admit(
        Arrival(label, manifest, (caller.organisation,)), exchange.organisation, exchange.directory(), exchange.clock()
    )
    return stated, None


def _require_same(known: receiving.Transfer, label: bytes, manifest: bytes) -> None:
    if known.label_digest != Digest.of(label) or known.manifest_digest != Digest.of(manifest):
        raise Refused(Code.CONFLICT, "The message id was used with other content.")


def _complete(
    exchange: Exchange, caller: Caller, message_id: str, known: receiving.Transfer, chunks: Sequence[bytes]
) -> Transfer:
    """Answer a message at once that had begun in pieces, or was here before."""
    if known.state is State.RECEIVING:
        for index, chunk in enumerate(chunks):
            put_chunk(exchange, caller, message_id, index, chunk)
        return finish(exchange, caller, message_id)
    return _told(exchange, known.message)


def _of_caller(exchange: Exchange, caller: Caller, message_id: str) -> receiving.Transfer:
    found = receiving.find(exchange.store, caller.organisation, message_id)
    if found is None or found.direction is not Direction.IN:
        raise Refused(Code.UNKNOWN, "There is no such transfer.")
    return found


def _check_open(found: receiving.Transfer, label: Label, now: datetime) -> None:
    """Check that what is not whole yet may still become so: after its expiry its beginning is purged."""
    if found.state is State.RECEIVING and now >= label.expires:
        raise Refused(Code.EXPIRED, "The message is past its expiry.")


def _label(exchange: Exchange, message: int) -> Label:
    return read_label(read(exchange.store, message, Part.LABEL))


def _told(exchange: Exchange, message: int, *, created: bool = False) -> Transfer:
    state = receiving.state(exchange.store, message)
    wanted = receiving.missing(exchange.store, message) if state is State.RECEIVING else ()
    ours = tuple(receipt.token for receipt in receipts.receipts(exchange.store, message))
    return Transfer(state, wanted, ours, created)


def _settled(step: Callable[[], T]) -> T:
    """Say what the store refuses in the codes of the protocol."""
    try:
        return step()
    except Conflict as error:
        raise Refused(Code.CONFLICT, error.message) from None
    except Incomplete as error:
        raise Refused(Code.MALFORMED, error.message) from None
    except Busy as error:
        raise Refused(Code.BUSY, error.message) from None
