"""Receipts: what the receiver signs about a message, each naming the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import BeforeValidator, PlainSerializer, model_validator

from gateway.itp.admit import MAX_AHEAD
from gateway.itp.codes import Code, Refused
from gateway.itp.directory import Directory
from gateway.itp.documents import Document, Malformed, Seconds, Token, read, written
from gateway.itp.identifiers import Digest, MessageId, Organisation
from gateway.itp.jose import InvalidToken, sign, verify
from gateway.itp.keys import PrivateKey, Use
from gateway.itp.label import Label
from gateway.itp.manifest import Level, LogHead

KIND = "itp-receipt+jws"
MAX_RECEIPT = 4096

LADDER: tuple[Level, ...] = ("R1", "R2", "R3", "R4", "R5", "R6", "N")
"""The levels in the order in which they may come; N ends it."""

OUTCOMES: dict[Level, frozenset[str]] = {
    "R1": frozenset({"intact"}),
    "R2": frozenset({"verified"}),
    "R3": frozenset({"seen"}),
    "R4": frozenset({"matched", "created", "uncertain"}),
    "R5": frozenset({"accepted", "declined"}),
    "R6": frozenset({"completed"}),
    "N": frozenset({"refused"}),
}
_BY_A_PERSON = frozenset({"R3", "R4", "R5", "R6"})
_ONLY_IN: dict[str, frozenset[str]] = {
    "local_ref": frozenset({"R4"}),
    "effective_date": frozenset({"R5"}),
    "subject": frozenset({"R4", "R5", "R6"}),
    "reason": frozenset({"R5"}),
}


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


Day = Annotated[date, BeforeValidator(_day), PlainSerializer(date.isoformat)]


class Receipt(Document):
    """What the receiver states. Nothing in it says who the child is or whether one is known.

    `subject` is the manifest's own reference of the child whom it is about, left out where it is about all; `reason` a
    code of why the receiver declined. `log` is where the receiver's audit log stands; `witnessed`, from R2 on, is the
    head of the sender's log that the manifest stated: by signing it the receiver vouches for the sender's log too.
    """

    receipt_id: MessageId
    iss: Organisation
    aud: Organisation
    message_id: MessageId
    manifest_digest: Digest
    label_digest: Digest
    plaintext_sha256: Digest | None = None
    level: Level
    outcome: Token
    code: Code | None = None
    at: Seconds
    by_role: Token | None = None
    subject: Token | None = None
    reason: Token | None = None
    local_ref: Token | None = None
    effective_date: Day | None = None
    prev_receipt: Digest | None = None
    log: LogHead | None = None
    witnessed: LogHead | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.outcome not in OUTCOMES[self.level]:
            raise ValueError("The outcome is not one of the level.")
        if (self.code is None) == (self.level == "N"):
            raise ValueError("A negative receipt, and no other, has a code.")
        if (self.plaintext_sha256 is None) != (self.level in {"R1", "N"}):
            raise ValueError("From R2 on a receipt names the content.")
        if (self.by_role is None) == (self.level in _BY_A_PERSON):
            raise ValueError("From R3 on a receipt says in which role it was given.")
        if self.witnessed is not None and self.plaintext_sha256 is None:
            raise ValueError("From R2 on a receipt witnesses the sender's log.")
        if any(getattr(self, name) and self.level not in levels for name, levels in _ONLY_IN.items()):
            raise ValueError("A member is not one of the level.")
        return self


@dataclass(frozen=True, slots=True)
class Subject:
    """The message that receipts are about, by the bytes of its label."""

    label: Label
    label_digest: Digest
    plaintext_sha256: Digest | None

    @classmethod
    def of(cls, label: Label, plaintext_sha256: Digest | None = None) -> Self:
        """Take a message by its label, with the digest of its content where that is known."""
        return cls(label, Digest.of(written(label)), plaintext_sha256)


def make(receipt: Receipt, key: PrivateKey) -> bytes:
    """Sign a receipt with a key for receipts."""
    return sign(written(receipt), KIND, key)


def check(token: bytes, about: Subject, directory: Directory, now: datetime, *, previous: bytes | None) -> Receipt:
    """Read a receipt that the recipient of our message signed, following `previous` (None for the first).

    Raise Refused: itp-422-manifest, or itp-403-org-mismatch where another organisation speaks.
    """
    receipt = _verified(token, about, directory)
    if (receipt.iss, receipt.aud) != (about.label.recipient, about.label.sender):
        raise Refused(Code.ORG_MISMATCH, "The receipt is not between the organisations of the message.")
    _check_subject(receipt, about)
    if not about.label.created - MAX_AHEAD <= receipt.at <= now + MAX_AHEAD:
        raise Refused(Code.MANIFEST, "The receipt was given before the message or in the future.")
    if receipt.prev_receipt != (None if previous is None else Digest.of(previous)):
        raise Refused(Code.MANIFEST, "The receipt does not follow the one before it.")
    return receipt


def check_chain(tokens: Sequence[bytes], about: Subject, directory: Directory, now: datetime) -> tuple[Receipt, ...]:
    """Check every receipt of a message, the oldest first: linked, not going back, ended by N. Raise Refused.

    What is said of one child goes back behind nothing that was said of that child, or of all.
    """
    chain: list[Receipt] = []
    for token, previous in zip(tokens, (None, *tokens), strict=False):
        receipt = check(token, about, directory, now, previous=previous)
        before = [told for told in chain if None in {told.subject, receipt.subject} or told.subject == receipt.subject]
        if any(told.level == "N" or LADDER.index(receipt.level) < LADDER.index(told.level) for told in before):
            raise Refused(Code.MANIFEST, "The receipt goes back behind the one before it.")
        chain.append(receipt)
    return tuple(chain)


def _verified(token: bytes, about: Subject, directory: Directory) -> Receipt:
    partner = directory.partner(about.label.recipient)
    keys = {str(key.kid): key for key in partner.keys if key.use is Use.RECEIPT_LOG} if partner else {}
    try:
        signed = verify(token, KIND, keys.get)
        receipt = read(Receipt, signed.payload, limit=MAX_RECEIPT)
    except (InvalidToken, Malformed) as error:
        raise Refused(Code.MANIFEST, f"The receipt is not usable. {error}") from None
    if not signed.key.valid_at(receipt.at):
        raise Refused(Code.MANIFEST, "The key was not valid when the receipt was given.")
    return receipt


def _check_subject(receipt: Receipt, about: Subject) -> None:
    stated = (receipt.message_id, receipt.manifest_digest, receipt.label_digest)
    if stated != (about.label.message_id, about.label.manifest_digest, about.label_digest):
        raise Refused(Code.MANIFEST, "The receipt is about another message.")
    if receipt.plaintext_sha256 not in {None, about.plaintext_sha256}:
        raise Refused(Code.MANIFEST, "The receipt is about other content.")
