"""The tables. What a change here needs is a migration beside it; a test holds both together."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import BigInteger, Enum, ForeignKey, Index, Integer, LargeBinary, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from gateway.store.instants import Instant
from gateway.store.states import Direction, State

# SQLite numbers rows by itself only where the type is exactly INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")
DIGEST = 64
REASON = 64


class Part(StrEnum):
    """Which piece of a sealed package a chunk is of."""

    LABEL = "label"
    MANIFEST = "manifest"
    PAYLOAD = "payload"


class Outcome(StrEnum):
    """How an attempt ended."""

    DONE = "done"
    FAILED = "failed"


def _closed(kind: type[StrEnum]) -> Enum:
    """Keep the value of an enumeration as text, with a check that it is one."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=16,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """Base of the tables: names of constraints are derived, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        int: Number,
        str: String(128),
        bytes: LargeBinary,
        datetime: Instant,
        Direction: _closed(Direction),
        State: _closed(State),
        Part: _closed(Part),
        Outcome: _closed(Outcome),
    }


def _of_message() -> Mapped[int]:
    return mapped_column(ForeignKey("messages.id"))


class Message(Base):
    """One message. The row outlives its content: it is what a repeat is answered from."""

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("sender", "message_id"), Index(None, "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    direction: Mapped[Direction]
    sender: Mapped[str]
    recipient: Mapped[str]
    message_id: Mapped[str]
    conversation_id: Mapped[str]
    state: Mapped[State]
    delivery: Mapped[str] = mapped_column(String(16))
    label_digest: Mapped[str] = mapped_column(String(DIGEST))
    manifest_digest: Mapped[str] = mapped_column(String(DIGEST))
    chunk_count: Mapped[int]
    created: Mapped[datetime]
    expires: Mapped[datetime]
    accepted: Mapped[datetime]


class Chunk(Base):
    """A piece of a package, encrypted at rest. `data` is nonce (12 bytes), ciphertext and tag (16)."""

    __tablename__ = "chunks"
    __table_args__ = (Index(None, "key_id"),)

    message: Mapped[int] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    part: Mapped[Part] = mapped_column(primary_key=True)
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
    """One piece of work that is due. Nobody owns it once `lease_expires` has passed."""

    __tablename__ = "outbox"
    __table_args__ = (UniqueConstraint("message", "task"), Index(None, "due"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    message: Mapped[int] = _of_message()
    task: Mapped[str] = mapped_column(String(32))
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
    outcome: Mapped[Outcome]
    reason: Mapped[str] = mapped_column(String(REASON))


class ReceiptRow(Base):
    """A signed receipt about a message, ours or the partner's, byte for byte."""

    __tablename__ = "receipts"
    __table_args__ = (UniqueConstraint("message", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message: Mapped[int] = _of_message()
    level: Mapped[str] = mapped_column(String(8))
    digest: Mapped[str] = mapped_column(String(DIGEST))
    token: Mapped[bytes]
    at: Mapped[datetime]


class Nonce(Base):
    """A nonce of a request signature, remembered until it expires."""

    __tablename__ = "nonces"
    __table_args__ = (Index(None, "expires"),)

    key_id: Mapped[str] = mapped_column(primary_key=True)
    nonce: Mapped[str] = mapped_column(primary_key=True)
    expires: Mapped[datetime]
