"""Sessions of people who signed in: an opaque token in a cookie, kept as its digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, insert, select, update

from gateway.itp.identifiers import Draw
from gateway.operator.accounts import COLUMNS, Account, account_of
from gateway.operator.opaque import digest_of, fresh
from gateway.store.engine import reading, writing
from gateway.store.operator_models import AccountRow, SessionRow

_USE = "session"
_SEEN = timedelta(minutes=1)
"""How exactly the last request is kept: not every request writes."""


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a session lasts without a request, and altogether."""

    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=12)


def begin(connection: Connection, account: str, at: datetime, draw: Draw, lasting: Lasting) -> str:
    """Begin a session under a new token, which is given; old ones that have ended are deleted."""
    token = fresh(draw)
    connection.execute(delete(SessionRow).where(SessionRow.expires <= at))
    row = {"digest": digest_of(token, _USE), "account": account, "begun": at, "seen": at}
    connection.execute(insert(SessionRow).values(**row, expires=at + lasting.longest))
    return token


def holder(engine: Engine, token: str, at: datetime, lasting: Lasting) -> Account | None:
    """Give whose session it is, and count the request; none where it has ended, or the account is closed."""
    digest = digest_of(token, _USE)
    wanted = (
        select(*COLUMNS, SessionRow.seen)
        .join(SessionRow, SessionRow.account == AccountRow.id)
        .where(
            SessionRow.digest == digest,
            SessionRow.expires > at,
            SessionRow.seen > at - lasting.idle,
            AccountRow.disabled.is_(None),
        )
    )
    with reading(engine) as connection:
        row = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    if row.seen <= at - _SEEN:
        with writing(engine) as connection:
            connection.execute(update(SessionRow).where(SessionRow.digest == digest).values(seen=at))
    return account_of(*row[:-1])


def end(connection: Connection, token: str) -> None:
    """End a session, if there is one of this token."""
    connection.execute(delete(SessionRow).where(SessionRow.digest == digest_of(token, _USE)))


def proof_of(token: str) -> str:
    """Give what our own pages show beside the cookie: who does not have the token cannot work it out."""
    return hashlib.sha256(f"ics-gateway proof\x00{token}".encode()).hexdigest()
