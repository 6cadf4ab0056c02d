"""The tables of returns: each with its files, what was done to them, and the regular looks at the return so far."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gateway.store.base import DIGEST, REASON, Base

UUID = 36
STAGE = 16


class ReturnRow(Base):
    """One return of a year and an authority. Who made it, and for which team, says who reaches it."""

    __tablename__ = "returns"
    __table_args__ = (UniqueConstraint("return_name", "year", "authority"),)

    id: Mapped[str] = mapped_column(String(UUID), primary_key=True)
    return_name: Mapped[str] = mapped_column(String(32))
    year: Mapped[int]
    authority: Mapped[str] = mapped_column(String(3))
    account: Mapped[str | None] = mapped_column(String(UUID))
    team: Mapped[str | None] = mapped_column(String(64))
    created: Mapped[datetime]


class ReturnFile(Base):
    """One file of a return, by its number. Its bytes, reports and notes are documents, encrypted at rest.

    `round` counts the checks and notes, of which each asks for new signatures; `report` and `notes` are digests.
    `purged` says that the bytes were deleted.
    """

    __tablename__ = "return_files"

    return_id: Mapped[str] = mapped_column(String(UUID), ForeignKey("returns.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stage: Mapped[str] = mapped_column(String(STAGE))
    round: Mapped[int]
    ending: Mapped[str] = mapped_column(String(8))
    serial: Mapped[str] = mapped_column(String(16))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(DIGEST))
    added: Mapped[datetime]
    report: Mapped[str | None] = mapped_column(String(DIGEST))
    notes: Mapped[str | None] = mapped_column(String(DIGEST))
    errors: Mapped[int | None]
    queries: Mapped[int | None]
    unexplained: Mapped[int | None]
    crashed: Mapped[int | None]
    name: Mapped[str | None]
    packed: Mapped[str | None] = mapped_column(String(DIGEST))
    submitted: Mapped[datetime | None]
    purged: Mapped[datetime | None]


class ReturnStep(Base):
    """What was done to a file, by whom, and to which stage it led; `seal` is the digest of what was signed."""

    __tablename__ = "return_steps"
    __table_args__ = (Index(None, "return_id", "number"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    return_id: Mapped[str] = mapped_column(String(UUID), ForeignKey("returns.id"))
    number: Mapped[int]
    step: Mapped[str] = mapped_column(String(STAGE))
    stage: Mapped[str] = mapped_column(String(STAGE))
    round: Mapped[int]
    at: Mapped[datetime]
    role: Mapped[str] = mapped_column(String(REASON))
    staff: Mapped[str | None] = mapped_column(String(REASON))
    seal: Mapped[str | None] = mapped_column(String(DIGEST))


class ReturnWatch(Base):
    """One regular look at a return so far, by its name: what was checked, and what was found or why nothing was."""

    __tablename__ = "return_watches"
    __table_args__ = (UniqueConstraint("name", "due"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    due: Mapped[datetime]
    at: Mapped[datetime]
    source: Mapped[str] = mapped_column(String(STAGE))
    errors: Mapped[int | None]
    queries: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(512))
