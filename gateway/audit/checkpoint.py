"""Checkpoints (c2sp.org/tlog-checkpoint): a signed head of the log, and the guard against signing two that disagree."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.audit.merkle import EMPTY_ROOT, HASH_SIZE
from gateway.audit.note import Kind, Note, PublicKey, SigningKey, signers
from gateway.audit.proofs import is_consistent
from schemas.errors import Held, Misconfigured, Rejected

_LINES = 3
_SIZE = re.compile(r"0|[1-9][0-9]{0,15}")
_ORIGIN = re.compile(r"[^\s+\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Head:
    """The log of that name at a size: its Merkle root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Write the three lines that are signed. No lines of extension: nobody could audit them."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def empty(origin: str) -> Head:
    """Give the head of a log before its first entry."""
    return Head(checked_origin(origin), 0, EMPTY_ROOT)


def checked_origin(origin: str) -> str:
    """Pass the name of a log of ours; raise Misconfigured where it is empty or has spaces or a plus."""
    if not _ORIGIN.fullmatch(origin):
        raise Misconfigured("The name of an audit log must not be empty and has neither spaces nor a plus.")
    return origin


def read_head(text: str) -> Head:
    """Read the text of a checkpoint; raise Rejected where it is none in its one right spelling."""
    lines = text.split("\n")
    if len(lines) != _LINES + 1 or lines[-1] or not lines[0] or not _SIZE.fullmatch(lines[1]):
        raise Rejected("This is no checkpoint: an origin, a size and a root are expected.")
    try:
        head = Head(lines[0], int(lines[1]), b64decode(lines[2], validate=True))
    except ValueError:
        raise Rejected("This is no checkpoint: the root is not base64.") from None
    if len(head.root) != HASH_SIZE or head.text() != text:
        raise Rejected("This is no checkpoint: the root is not one SHA-256 hash.")
    return head


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom the reader of one log believes: the name of the log, its keys past and present, and its witnesses' keys."""

    origin: str
    log: tuple[PublicKey, ...]
    witnesses: tuple[PublicKey, ...] = ()

    @property
    def keys(self) -> tuple[PublicKey, ...]:
        """Give all keys."""
        return (*self.log, *self.witnesses)


def open_checkpoint(note: Note, trust: Trust) -> Head:
    """Verify a checkpoint of the trusted log: it is signed by a key of the log, and no known key's signature is false.

    Raise Rejected otherwise.
    """
    signed = signers(note, trust.keys)
    head = read_head(note.text)
    if head.origin != trust.origin:
        raise Rejected("This is the checkpoint of another log.")
    if not set(signed) & set(trust.log):
        raise Rejected("The log itself did not sign this checkpoint.")
    return head


class HeadGuard:
    """Remembers the largest head that was vouched for, and refuses whatever does not continue it."""

    def __init__(self, seen: Head) -> None:
        self._seen = seen

    @property
    def seen(self) -> Head:
        """Give the largest head vouched for so far: what must be kept durably."""
        return self._seen

    def admit(self, head: Head, proof: Sequence[bytes]) -> None:
        """Take a head that the proof shows to continue the one seen; raise Held for any other."""
        if head.origin != self._seen.origin:
            raise Held("This is the head of another log.")
        if head.size < self._seen.size:
            raise Held(
                f"The log has {head.size} entries, and a head over {self._seen.size} was already signed.",
                hint="The log was cut, or an older backup was restored. Compare it with the partners' checkpoints.",
            )
        if not is_consistent(self._seen.size, head.size, self._seen.root, head.root, proof):
            raise Held(
                f"The log no longer begins with the {self._seen.size} entries whose head was already signed.",
                hint="Entries were changed after they were signed. Sign nothing until that is explained.",
            )
        self._seen = head


@dataclass(frozen=True, slots=True)
class Signer:
    """The log's own hand: signs heads that continue each other, and no others."""

    key: SigningKey
    guard: HeadGuard

    def sign(self, head: Head, proof: Sequence[bytes], now: datetime) -> Note:
        """Sign a head; the proof shows that it continues the one signed before. Raise Held where it does not."""
        if self.key.kind is not Kind.NOTE:
            raise Misconfigured("A log signs its checkpoints with a key for notes.")
        self.guard.admit(head, proof)
        return Note(head.text(), (self.key.sign(head.text(), now),))


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness: cosigns the checkpoints of one partner's log as long as each continues the last."""

    key: SigningKey
    trust: Trust
    guard: HeadGuard

    def cosign(self, note: Note, proof: Sequence[bytes], now: datetime) -> Note:
        """Give the note with our cosignature; raise Rejected for a false note, Held for one that does not continue."""
        if self.key.kind is not Kind.COSIGNATURE:
            raise Misconfigured("A witness signs with a key for cosignatures.")
        self.guard.admit(open_checkpoint(note, self.trust), proof)
        return note.with_signatures([self.key.sign(note.text, now)])
