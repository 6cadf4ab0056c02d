"""The MESH carrier: a parcel is one message between two mailboxes under an agreed workflow id, and so is a receipt."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, ClassVar

from adapters.transports.archive import packed, unpacked
from adapters.transports.base import Conflict, Entry, Exchange, Incoming, Listing, Parcel, Receipt, Sent
from adapters.transports.limits import DEFAULT, Limits
from adapters.transports.mesh_listing import Post, list_post, require_ours
from adapters.transports.mesh_mailbox import Account, Mailbox, Outgoing, open_mailbox, require_safe
from adapters.transports.names import PARCEL, RECEIPT, file_name
from adapters.transports.options import described
from schemas.errors import Permanent, Rejected

PIECE = 16 * 1024 * 1024
"""Bytes in one request. MESH takes 100 MB at most, and wants more than 5 MB in every piece but the last."""

_FAILED = {"undeliverable", "error"}


@dataclass(frozen=True, slots=True)
class MeshConfig:
    """Where MESH is, our mailbox, and the partner's."""

    url: str = field(
        metadata=described(
            "Address",
            "Production is https://mesh-sync.spineservices.nhs.uk, integration https://msg.intspineservices.nhs.uk.",
        )
    )
    mailbox: str = field(metadata=described("Our mailbox", "In capitals."))
    password: str = field(metadata=described("Password", "Of our mailbox.", secret=True), repr=False)
    shared_key: str = field(
        metadata=described("Shared key", "Of the environment; NHS England gives it with the mailbox.", secret=True),
        repr=False,
    )
    partner: str = field(metadata=described("Partner's mailbox", "Only messages from it are taken."))
    workflow: str = field(
        metadata=described(
            "Workflow id", "Agreed with the partner, registered for both mailboxes, and once more with _ACK."
        )
    )
    certificate: Path | None = field(
        default=None, metadata=described("Certificate", "Our client certificate, a PEM file.", read=Path)
    )
    private_key: Path | None = field(
        default=None, metadata=described("Private key", "Of the certificate, a PEM file.", read=Path)
    )
    authorities: Path | None = field(
        default=None, metadata=described("Authorities", "PEM file, only where it is not NHS England's MESH.", read=Path)
    )
    timeout: float = field(default=60.0, metadata=described("Timeout", "Seconds that one answer may take.", read=float))


class MeshCarrier:
    """Carry parcels over MESH. Raise Misconfigured where a setting would be unsafe."""

    name: ClassVar[str] = "mesh"

    def __init__(self, config: MeshConfig, limits: Limits = DEFAULT, piece: int = PIECE) -> None:
        self._account = Account(
            config.url,
            config.mailbox,
            config.password,
            config.shared_key,
            config.certificate,
            config.private_key,
            config.authorities,
            config.timeout,
        )
        require_safe(self._account)
        self._parcels = Post(config.partner, config.workflow)
        self._receipts = Post(config.partner, f"{config.workflow}_ACK")
        self._limits = limits
        self._piece = piece

    @contextmanager
    def connect(self) -> Iterator[Exchange]:
        """Open our mailbox; see Carrier."""
        with open_mailbox(self._account) as mailbox:
            yield MeshExchange(mailbox, self._parcels, self._receipts, self._limits, self._piece)


class MeshExchange:
    """The exchange of base.py between two mailboxes. An entry's version is MESH's own id of the message."""

    def __init__(self, mailbox: Mailbox, parcels: Post, receipts: Post, limits: Limits, piece: int) -> None:
        self._mailbox = mailbox
        self._parcels = parcels
        self._receipts = receipts
        self._limits = limits
        self._piece = piece

    def send(self, parcel: Parcel) -> Sent:
        """Send a parcel; see Exchange."""
        return self._send(self._parcels, parcel.message_id, PARCEL, packed(parcel, self._limits))

    def waiting(self) -> Listing:
        """List the parcels; see Exchange. What belongs to neither workflow is refused unopened."""
        return list_post(self._mailbox, self._parcels, self._limits, beside=(self._parcels, self._receipts))

    @contextmanager
    def collect(self, entry: Entry) -> Iterator[Incoming]:
        """Read a parcel; see Exchange."""
        with self._mailbox.opened(entry.version) as (headers, read):
            require_ours(headers, self._parcels, entry)
            yield unpacked(entry.identifier, read, self._limits)

    def acknowledge(self, entry: Entry) -> None:
        """Remove a parcel; see Exchange."""
        self._mailbox.acknowledge(entry.version)

    def send_receipt(self, receipt: Receipt) -> Sent:
        """Send a receipt; see Exchange."""
        if len(receipt.token) > self._limits.receipt:
            raise Permanent(f"The receipt is over the limit of {self._limits.receipt} bytes.")
        return self._send(self._receipts, receipt.receipt_id, RECEIPT, [receipt.token])

    def receipts(self) -> Listing:
        """List the receipts; see Exchange."""
        return list_post(self._mailbox, self._receipts, self._limits)

    def collect_receipt(self, entry: Entry) -> bytes:
        """Read a receipt; see Exchange."""
        with self._mailbox.opened(entry.version) as (headers, read):
            require_ours(headers, self._receipts, entry)
            token = bytearray()
            while len(token) <= self._limits.receipt and (piece := read(self._limits.receipt)):
                token += piece
        if len(token) > self._limits.receipt:
            raise Rejected("The receipt is over the limit.")
        return bytes(token)

    def acknowledge_receipt(self, entry: Entry) -> None:
        """Remove a receipt; see Exchange."""
        self._mailbox.acknowledge(entry.version)

    def _send(self, post: Post, identifier: str, ending: str, content: Iterable[bytes]) -> Sent:
        # MESH wants the number of pieces with the first, so the whole of it is written down before; it is sealed.
        with tempfile.TemporaryFile() as file:
            size, digest = _written(file, content)
            outgoing = Outgoing(post.partner, post.workflow, identifier, _name(identifier, digest, ending))
            earlier = self._mailbox.earlier(identifier)
            if earlier and earlier.file_name != outgoing.file_name:
                raise _conflict()
            if earlier and earlier.status not in {"uploading", *_FAILED}:
                return Sent.ALREADY_THERE
            begun = earlier.mesh_id if earlier and earlier.status not in _FAILED else None
            pieces = iter(lambda: file.read(self._piece), b"")
            self._mailbox.send(outgoing, pieces, -(-size // self._piece), begun)
        return Sent.DONE


def _written(file: IO[bytes], content: Iterable[bytes]) -> tuple[int, str]:
    digest = hashlib.sha256()
    for piece in content:
        digest.update(piece)
        file.write(piece)
    size = file.tell()
    file.seek(0)
    return size, digest.hexdigest()


def _name(identifier: str, digest: str, ending: str) -> str:
    """Name the file by its content too: MESH tells us the name of what we sent, but not its content."""
    return file_name(identifier, f".{digest}{ending}")


def _conflict() -> Conflict:
    return Conflict(
        "We already sent something else over MESH under this message's id. It was left as it is.",
        hint="Find out what was sent before anything else is; a new message needs a new id.",
    )
