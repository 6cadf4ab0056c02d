"""The tables. What a change here needs is a migration beside it; a test holds both together."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gateway.store.base import DIGEST, REASON, Base, closed
from gateway.store.states import Direction, State


class Part(StrEnum):
    """Which piece of a sealed package a chunk is of."""

    LABEL = "label"
    MANIFEST = "manifest"
    PAYLOAD = "payload"


class Outcome(StrEnum):
    """How an attempt ended."""

    DONE = "done"
    FAILED = "failed"


def _of_message() -> Mapped[int]:
    return mapped_column(ForeignKey("messages.id"))


class Message(Base):
    """One message. The row outlives its content: it is what a repeat is answered from.

    `content_digest` is that of the plaintext, once it is known; `owner` is the role that looks after a dead letter;
    `purged` is when its chunks were deleted.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("sender", "message_id"),
        Index(None, "state"),
        Index(None, "recipient", "conversation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    direction: Mapped[Direction] = mapped_column(closed(Direction))
    sender: Mapped[str]
    recipient: Mapped[str]
    message_id: Mapped[str]
    conversation_id: Mapped[str]
    state: Mapped[State] = mapped_column(closed(State))
    delivery: Mapped[str] = mapped_column(String(16))
    label_digest: Mapped[str] = mapped_column(String(DIGEST))
    manifest_digest: Mapped[str] = mapped_column(String(DIGEST))
    chunk_count: Mapped[int]
    created: Mapped[datetime]
    expires: Mapped[datetime]
    accepted: Mapped[datetime]
    content_digest: Mapped[str | None] = mapped_column(String(DIGEST))
    owner: Mapped[str | None] = mapped_column(String(64))
    purged: Mapped[datetime | None]


class Chunk(Base):
    """A piece of a package, encrypted at rest. `data` is nonce (12 bytes), ciphertext and tag (16)."""

    __tablename__ = "chunks"
    __table_args__ = (Index(None, "key_id"),)

    message: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    part: Mapped[Part] = mapped_column(closed(Part), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key_id: Mapped[str] = mapped_column(String(16))
    data: Mapped[bytes]


class LedgerEntry(Base):
    """One thing that happened to a message. Triggers refuse every change of a row."""

    __tablename__ = "ledger"
    __table_args__ = (Index(None, "message"), {"sqlite_autoincrement": True})

    sequence: Mapped[int] = mapped_column(primary_key=True)
    message: Mapped[int] = _of_message()
    event: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(REASON))
    at: Mapped[datetime]


class Work(Base):
    """One piece of work that is due. Nobody owns it once `lease_expires` has passed.

    `rank` (0 is urgent) and `partner` (the other organisation) are those of the message: a claim reads one index.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("message", "task"),
        Index(None, "rank", "due", "id"),
        Index(None, "partner", "task"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message: Mapped[int] = _of_message()
    task: Mapped[str] = mapped_column(String(32))
    partner: Mapped[str]
    rank: Mapped[int]
    due: Mapped[datetime]
    attempts: Mapped[int]
    lease_owner: Mapped[str | None]
    lease_expires: Mapped[datetime | None]


class Attempt(Base):
    """One try that came to its end. A worker that died leaves none; the count in the outbox shows it."""

    __tablename__ = "attempts"
    __table_args__ = (Index(None, "message"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message: Mapped[int] = _of_message()
    task: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    owner: Mapped[str]
    started: Mapped[datetime]
    ended: Mapped[datetime]
    outcome: Mapped[Outcome] = mapped_column(closed(Outcome))
    reason: Mapped[str] = mapped_column(String(REASON))


class ReceiptRow(Base):
    """A signed receipt about a message, ours or the partner's, byte for byte; `sent` is when the partner had ours."""

    __tablename__ = "receipts"
    __table_args__ = (UniqueConstraint("message", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message: Mapped[int] = _of_message()
    level: Mapped[str] = mapped_column(String(8))
    digest: Mapped[str] = mapped_column(String(DIGEST))
    token: Mapped[bytes]
    at: Mapped[datetime]
    sent: Mapped[datetime | None]


class Nonce(Base):
    """A nonce of a request signature, remembered until it expires."""

    __tablename__ = "nonces"
    __table_args__ = (Index(None, "expires"),)

    key_id: Mapped[str] = mapped_column(primary_key=True)
    nonce: Mapped[str] = mapped_column(primary_key=True)
    expires: Mapped[datetime]


class BreakerRow(Base):
    """Where sending to one partner stands: the state of its breaker, and until when nothing goes to it."""

    __tablename__ = "breakers"

    organisation: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(512))
    blocked_until: Mapped[datetime | None]


class DirectoryRevision(Base):
    """One signed revision of the partner directory that was accepted."""

    __tablename__ = "directory_revisions"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    token: Mapped[bytes]
    accepted: Mapped[datetime]


class PendingEvent(Base):
    """One audit event, kept in the transaction of what it is about, until it has its place in the log."""

    __tablename__ = "audit_pending"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[bytes]
    at: Mapped[datetime]


class AuditEntry(Base):
    """One entry of the audit log: its canonical bytes and the hash chain after it. Triggers refuse every change."""

    __tablename__ = "audit_entries"

    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry: Mapped[bytes]
    chain: Mapped[bytes]


class AuditState(Base):
    """Where the audit log stands: one row."""

    __tablename__ = "audit_state"

    origin: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    chain: Mapped[bytes]
    peaks: Mapped[bytes]


class AuditCheckpoint(Base):
    """One signed checkpoint of the audit log, with the cosignatures that it had when it was kept."""

    __tablename__ = "audit_checkpoints"
    __table_args__ = (Index(None, "size"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int]
    note: Mapped[bytes]


class PartnerHead(Base):
    """The newest head of a partner's audit log that it signed in a receipt or a manifest: it must never go back."""

    __tablename__ = "partner_heads"

    organisation: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int]
    root: Mapped[str] = mapped_column(String(DIGEST))
    seen: Mapped[datetime]


class LegalHold(Base):
    """A hold: what it names is not deleted until it is lifted. `scope` says what kind of name `value` is."""

    __tablename__ = "legal_holds"

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(16))
    value: Mapped[str]
    reason: Mapped[str] = mapped_column(String(REASON))
    set_by: Mapped[str] = mapped_column(String(64))
    set_at: Mapped[datetime]
    review_by: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


class Alert(Base):
    """Something that a person must see: once for each code and subject while it is open, however often it is raised."""

    __tablename__ = "alerts"
    __table_args__ = (Index(None, "code", "subject", "closed"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str]
    raised: Mapped[datetime]
    last: Mapped[datetime]
    count: Mapped[int]
    sent: Mapped[datetime | None]
    closed: Mapped[datetime | None]


class Mode(Base):
    """Whether the gateway is in maintenance: one row while it is."""

    __tablename__ = "modes"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    since: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(64))


class Document(Base):
    """One version of something that only we read, encrypted at rest: case files, transfers, reviews, links.

    `data` is nonce (12 bytes), ciphertext and tag (16); kind, name and version are bound to it.
    """

    __tablename__ = "documents"
    __table_args__ = (Index(None, "key_id"),)

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key_id: Mapped[str] = mapped_column(String(16))
    data: Mapped[bytes]
    at: Mapped[datetime]


class CaseName(Base):
    """By which names a case file is found, in any of its versions: keyed digests of persons' ids and numbers."""

    __tablename__ = "case_names"
    __table_args__ = (Index(None, "case_file"),)

    digest: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    case_file: Mapped[str] = mapped_column(primary_key=True)


class TransferRow(Base):
    """One transfer of case records, sent or received: what may stand in clear. The rest is in its documents.

    `message_id` is that of the sealed message once there is one; `staff` are opaque ids.
    """

    __tablename__ = "transfers"
    __table_args__ = (
        UniqueConstraint("reference"),
        UniqueConstraint("direction", "partner", "message_id"),
        Index(None, "direction", "stage"),
        Index(None, "conversation_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str]
    direction: Mapped[Direction] = mapped_column(closed(Direction))
    partner: Mapped[str]
    process: Mapped[str] = mapped_column(String(8))
    step: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(16))
    stage: Mapped[str] = mapped_column(String(16))
    delivery: Mapped[str] = mapped_column(String(16))
    conversation_id: Mapped[str]
    message_id: Mapped[str | None]
    at: Mapped[datetime]
    changed: Mapped[datetime]


class TransferEvent(Base):
    """One thing that was done to a transfer, by whom; `reason` is a code."""

    __tablename__ = "transfer_events"
    __table_args__ = (Index(None, "transfer"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    transfer: Mapped[int] = mapped_column(ForeignKey("transfers.id"))
    event: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(REASON))
    role: Mapped[str] = mapped_column(String(32))
    staff: Mapped[str | None] = mapped_column(String(64))
    at: Mapped[datetime]


class TransferPerson(Base):
    """Of whom a transfer tells, by keyed digests of their ids and numbers, and in which way."""

    __tablename__ = "transfer_people"
    __table_args__ = (Index(None, "digest"),)

    transfer: Mapped[int] = mapped_column(ForeignKey("transfers.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    way: Mapped[str] = mapped_column(String(16), primary_key=True)


class ReviewRow(Base):
    """One item of the review queue of matching: what sorts it. What it says is in its document."""

    __tablename__ = "reviews"
    __table_args__ = (UniqueConstraint("transfer", "subject"), Index(None, "state", "due"))

    id: Mapped[int] = mapped_column(primary_key=True)
    identity: Mapped[str]
    transfer: Mapped[int] = mapped_column(ForeignKey("transfers.id"))
    subject: Mapped[str]
    state: Mapped[str] = mapped_column(String(16))
    opened: Mapped[datetime]
    due: Mapped[datetime]
