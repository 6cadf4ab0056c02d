"""The tables of the people who work with the gateway: accounts, sessions, tokens, break-glass, checks of returns."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gateway.store.base import DIGEST, REASON, Base

UUID = 36


def _of_account() -> Mapped[str]:
    return mapped_column(String(UUID), ForeignKey("accounts.id"))


class AccountRow(Base):
    """Somebody who works here. `id` is the opaque staff id of the audit log; `roles` are words with spaces between.

    `clearances` are the classes of restricted records that the person may see, with spaces between.

    `issuer` and `subject` say who vouches for the person: of a local account the issuer is empty and the subject is
    its name in small letters. `secret` is the digest of the one-time secret with which a password is chosen.
    """

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[str] = mapped_column(String(UUID), primary_key=True)
    name: Mapped[str]
    issuer: Mapped[str] = mapped_column(String(256))
    subject: Mapped[str] = mapped_column(String(256))
    roles: Mapped[str]
    team: Mapped[str | None] = mapped_column(String(64))
    clearances: Mapped[str] = mapped_column(String(32))
    password: Mapped[str | None] = mapped_column(String(256))
    secret: Mapped[str | None] = mapped_column(String(DIGEST))
    secret_expires: Mapped[datetime | None]
    created: Mapped[datetime]
    disabled: Mapped[datetime | None]


class SessionRow(Base):
    """A session of somebody who signed in, by the digest of its token; `seen` is its last request, to the minute."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "account"), Index(None, "expires"))

    digest: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    account: Mapped[str] = _of_account()
    begun: Mapped[datetime]
    seen: Mapped[datetime]
    expires: Mapped[datetime]


class TokenRow(Base):
    """A token for a program, by its digest; `scopes` are permissions with spaces between."""

    __tablename__ = "api_tokens"
    __table_args__ = (UniqueConstraint("digest"), Index(None, "account"))

    id: Mapped[str] = mapped_column(String(UUID), primary_key=True)
    digest: Mapped[str] = mapped_column(String(DIGEST))
    account: Mapped[str] = _of_account()
    label: Mapped[str] = mapped_column(String(REASON))
    scopes: Mapped[str] = mapped_column(String(2048))
    created: Mapped[datetime]
    expires: Mapped[datetime]
    used: Mapped[datetime | None]
    revoked: Mapped[datetime | None]


class SignInFailure(Base):
    """How often signing in under a name failed, by the digest of the name, whether there is such an account or not."""

    __tablename__ = "sign_in_failures"

    name: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    count: Mapped[int]
    last: Mapped[datetime]
    until: Mapped[datetime | None]


class OidcAttempt(Base):
    """A sign-in that went to the issuer and has not come back, by the digests of its state and of the browser."""

    __tablename__ = "oidc_attempts"
    __table_args__ = (Index(None, "expires"),)

    state: Mapped[str] = mapped_column(String(DIGEST), primary_key=True)
    browser: Mapped[str] = mapped_column(String(DIGEST))
    nonce: Mapped[str]
    verifier: Mapped[str]
    expires: Mapped[datetime]


class BreakGlassRow(Base):
    """An emergency access to one object until `expires`. Why in words is in its document; `reason` is a code."""

    __tablename__ = "break_glass"
    __table_args__ = (Index(None, "account", "expires"), Index(None, "reviewed"))

    id: Mapped[str] = mapped_column(String(UUID), primary_key=True)
    account: Mapped[str] = _of_account()
    object_id: Mapped[str]
    reason: Mapped[str] = mapped_column(String(REASON))
    opened: Mapped[datetime]
    expires: Mapped[datetime]
    review_by: Mapped[datetime]
    reviewed: Mapped[datetime | None]
    reviewer: Mapped[str | None] = mapped_column(String(UUID))
    verdict: Mapped[str | None] = mapped_column(String(16))


class CheckRow(Base):
    """A check of a return that somebody asked for. The file and the reports are documents, encrypted at rest.

    `done` and `total` count bytes that were read; `attempts` is the fence of the lease, as in the outbox.
    """

    __tablename__ = "checks"
    __table_args__ = (Index(None, "state", "created"), Index(None, "account"))

    id: Mapped[str] = mapped_column(String(UUID), primary_key=True)
    account: Mapped[str] = _of_account()
    team: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    ending: Mapped[str] = mapped_column(String(8))
    return_name: Mapped[str | None] = mapped_column(String(32))
    year: Mapped[int | None]
    authority: Mapped[str | None] = mapped_column(String(3))
    size: Mapped[int]
    done: Mapped[int]
    total: Mapped[int]
    attempts: Mapped[int]
    lease_owner: Mapped[str | None]
    lease_expires: Mapped[datetime | None]
    created: Mapped[datetime]
    finished: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(512))
    errors: Mapped[int | None]
    queries: Mapped[int | None]
