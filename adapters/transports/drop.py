"""An exchange over folders: one that we send to, one that we collect from, each with its receipts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from adapters.transports.archive import Read, packed, unpacked
from adapters.transports.base import Conflict, Entry, Incoming, Listing, Parcel, Receipt, Sent
from adapters.transports.limits import Limits
from adapters.transports.listing import list_waiting
from adapters.transports.names import PARCEL, RECEIPT, draft_name, file_name
from adapters.transports.place import Draft, Facts, Kind, Place
from schemas.errors import Held, Permanent, Rejected, Transient


@dataclass(frozen=True, slots=True)
class Places:
    """The four folders of an exchange."""

    outgoing: Place
    outgoing_receipts: Place
    incoming: Place
    incoming_receipts: Place


class FileExchange:
    """The exchange of base.py, whatever the folders are."""

    def __init__(self, places: Places, limits: Limits) -> None:
        self._places = places
        self._limits = limits

    def send(self, parcel: Parcel) -> Sent:
        """Bring a parcel; see Exchange."""
        name = file_name(parcel.message_id, PARCEL)
        draft = draft_name(parcel.message_id, parcel.label, parcel.manifest)
        return _deliver(self._places.outgoing, draft, name, packed(parcel, self._limits))

    def waiting(self) -> Listing:
        """List the parcels; see Exchange."""
        return list_waiting(self._places.incoming, PARCEL, self._limits.parcel, self._limits)

    @contextmanager
    def collect(self, entry: Entry) -> Iterator[Incoming]:
        """Read a parcel; see Exchange."""
        with _opened(self._places.incoming, entry, PARCEL, self._limits.parcel) as read:
            yield unpacked(entry.identifier, read, self._limits)

    def acknowledge(self, entry: Entry) -> None:
        """Remove a parcel; see Exchange."""
        _remove(self._places.incoming, entry, PARCEL)

    def send_receipt(self, receipt: Receipt) -> Sent:
        """Bring a receipt; see Exchange."""
        if len(receipt.token) > self._limits.receipt:
            raise Permanent(f"The receipt is over the limit of {self._limits.receipt} bytes.")
        name = file_name(receipt.receipt_id, RECEIPT)
        draft = draft_name(receipt.receipt_id, receipt.token)
        return _deliver(self._places.outgoing_receipts, draft, name, [receipt.token])

    def receipts(self) -> Listing:
        """List the receipts; see Exchange."""
        return list_waiting(self._places.incoming_receipts, RECEIPT, self._limits.receipt, self._limits)

    def collect_receipt(self, entry: Entry) -> bytes:
        """Read a receipt; see Exchange."""
        with _opened(self._places.incoming_receipts, entry, RECEIPT, self._limits.receipt) as read:
            token = _next(read, self._limits.receipt + 1)
        if len(token) != entry.size:
            raise Transient("The receipt changed while it was read.")
        return token

    def acknowledge_receipt(self, entry: Entry) -> None:
        """Remove a receipt; see Exchange."""
        _remove(self._places.incoming_receipts, entry, RECEIPT)


def _deliver(place: Place, draft: str, name: str, pieces: Iterable[bytes]) -> Sent:
    if facts := place.facts(name):
        _require_same(place, name, facts, pieces)
        place.remove(draft)
        return Sent.ALREADY_THERE
    try:
        _write(place, draft, pieces)
    except Permanent:
        place.remove(draft)
        raise
    if not place.publish(draft, name):
        raise Transient("The same message appeared while it was being sent; the next attempt compares the two.")
    return Sent.DONE


def _require_same(place: Place, name: str, facts: Facts, pieces: Iterable[bytes]) -> None:
    """Compare what is there with what would be sent. Raise Conflict where they differ."""
    if facts.kind is not Kind.FILE:
        raise _conflict()
    with place.read(name) as read:
        if any(_next(read, len(piece)) != piece for piece in pieces) or read(1):
            raise _conflict()


def _conflict() -> Conflict:
    return Conflict(
        "Something else already lies with the partner under this message's id. It was left as it is.",
        hint="Find out who wrote it before anything is removed; a new message needs a new id.",
    )


def _next(read: Read, size: int) -> bytes:
    found = b""
    while len(found) < size and (piece := read(size - len(found))):
        found += piece
    return found


def _write(place: Place, name: str, pieces: Iterable[bytes]) -> None:
    """Write what an earlier attempt did not; what it left counts only as far as it is the same."""
    with place.draft(name) as draft:
        offset, left = 0, draft.size
        for piece in pieces:
            kept = _kept(draft, offset, piece) if offset < left else 0
            if kept < len(piece):
                left = 0
                draft.write(offset + kept, piece[kept:])
            offset += len(piece)
        draft.finish(offset)


def _kept(draft: Draft, offset: int, piece: bytes) -> int:
    if offset + len(piece) <= draft.settled:
        return len(piece)
    there = draft.read(offset, len(piece))
    return len(there) if piece.startswith(there) else 0


@contextmanager
def _opened(place: Place, entry: Entry, ending: str, limit: int) -> Iterator[Read]:
    name = file_name(entry.identifier, ending)
    facts = place.facts(name)
    if facts is None:
        raise Transient("The file is no longer there; it may have been collected already.")
    if facts.kind is not Kind.FILE or facts.size > limit:
        raise Rejected("What lies under this message's id is not a plain file within the limits.")
    if facts.version != entry.version:
        raise Transient("The file changed since it was listed.")
    with place.read(name) as read:
        yield read


def _remove(place: Place, entry: Entry, ending: str) -> None:
    name = file_name(entry.identifier, ending)
    facts = place.facts(name)
    if facts is None:
        return
    if facts.kind is not Kind.FILE or facts.version != entry.version:
        raise Held(
            "What lies under this message's id is not what was collected. It was not removed.",
            hint="The partner wrote the same id twice: collect it again and compare.",
        )
    place.remove(name)
