"""The tables of the daily feed to DfE: where each child stands, what was sent, runs, and who allowed sending."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gateway.store.base import DIGEST, REASON, Base

ENVIRONMENT = 16
_DAY = 10


class FeedChild(Base):
    """Where a child stands in an environment. What was sent is in the documents, encrypted.

    `revision` numbers what was sent of the child; `accepted` is the revision that DfE holds; `source` and `refused`
    are digests of the record as it was built when it was accepted, and when it was refused.
    """

    __tablename__ = "feed_children"

    environment: Mapped[str] = mapped_column(String(ENVIRONMENT), primary_key=True)
    child: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    revision: Mapped[int]
    accepted: Mapped[int | None]
    source: Mapped[str | None] = mapped_column(String(DIGEST))
    refused: Mapped[str | None] = mapped_column(String(DIGEST))
    reason: Mapped[str] = mapped_column(String(REASON))
    changed: Mapped[datetime]


class FeedSend(Base):
    """One record that was sent, and what came of it: `token` is DfE's receipt, `request` the id that DfE gave the call.

    `digest` is that of the record as it was built, `kind` full, delta or removal.
    """

    __tablename__ = "feed_sends"
    __table_args__ = (Index(None, "environment", "outcome"), Index(None, "run"))

    environment: Mapped[str] = mapped_column(String(ENVIRONMENT), primary_key=True)
    child: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run: Mapped[int]
    kind: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(DIGEST))
    at: Mapped[datetime]
    status: Mapped[int | None]
    token: Mapped[str | None]
    request: Mapped[str | None]


class FeedRun(Base):
    """One run for a day: while it has not ended, `owner` works on it until `lease`. The counts are of children.

    `running` is the environment until it has ended, so that of two processes which begin at once one fails.
    """

    __tablename__ = "feed_runs"
    __table_args__ = (Index(None, "environment", "day"), UniqueConstraint("running"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    environment: Mapped[str] = mapped_column(String(ENVIRONMENT))
    day: Mapped[str] = mapped_column(String(_DAY))
    kind: Mapped[str] = mapped_column(String(16))
    running: Mapped[str | None] = mapped_column(String(ENVIRONMENT))
    owner: Mapped[str]
    lease: Mapped[datetime]
    started: Mapped[datetime]
    ended: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(REASON))
    built: Mapped[int]
    unchanged: Mapped[int]
    invalid: Mapped[int]
    sent: Mapped[int]
    accepted: Mapped[int]
    refused: Mapped[int]
    unknown: Mapped[int]
    not_sent: Mapped[int]
    removed: Mapped[int]


class FeedConsent(Base):
    """That a person let the feed go to an environment; `place` is the digest of the address and authority it is for."""

    __tablename__ = "feed_consents"
    __table_args__ = (Index(None, "environment", "withdrawn"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    environment: Mapped[str] = mapped_column(String(ENVIRONMENT))
    place: Mapped[str] = mapped_column(String(DIGEST))
    role: Mapped[str] = mapped_column(String(REASON))
    staff: Mapped[str] = mapped_column(String(REASON))
    given: Mapped[datetime]
    withdrawn: Mapped[datetime | None]
