"""Tokens for programs: made by a person, shown once, for some permissions and some time."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, Row, insert, select, update

from gateway.actor import Actor, reason_code
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.itp.identifiers import Draw
from gateway.operator.accounts import COLUMNS, Account, account_of
from gateway.operator.caller import Caller
from gateway.operator.errors import unknown
from gateway.operator.opaque import digest_of, fresh
from gateway.operator.permissions import RULES, Permission, Reach
from gateway.store.engine import reading, writing
from gateway.store.operator_models import AccountRow, TokenRow
from schemas.errors import Rejected

PREFIX = "icsgw_"
LONGEST = timedelta(days=365)
_USE = "token"
_USED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is listed: never the token itself."""

    id: str
    account: str
    label: str
    scopes: tuple[Permission, ...]
    created: datetime
    expires: datetime
    used: datetime | None
    revoked: datetime | None


@dataclass(frozen=True, slots=True)
class Made:
    """A new token, with its text: shown once."""

    token: Token
    text: str


def make(
    engine: Engine,
    caller: Caller,
    label: str,
    scopes: Iterable[str],
    life: timedelta,
    at: datetime,
    draw: Draw,
    *,
    by: Actor | None = None,
) -> Made:
    """Make a token of the caller's; `by` is who makes it for the caller, where that is somebody else.

    Raise Rejected where it could do what the caller may not, or lives too long.
    """
    if not timedelta() < life <= LONGEST:
        raise Rejected(f"A token lives for 1 to {LONGEST.days} days.", hint="Make a new one before it ends.")
    wanted, identity, text = _allowed(caller, scopes), str(uuid.UUID(bytes=draw(16), version=4)), fresh(draw, PREFIX)
    row = {
        "id": identity,
        "account": caller.account.id,
        "label": reason_code(label),
        "scopes": " ".join(wanted),
        "created": at,
        "expires": at + life,
    }
    with writing(engine) as connection:
        connection.execute(insert(TokenRow).values(digest=digest_of(text, _USE), **row))
        note(connection, at, (by or caller.actor).event(Action.TOKEN_MAKE, f"token:{identity}"))
        return Made(_found(connection, identity), text)


def listed(engine: Engine, account: str | None = None) -> tuple[Token, ...]:
    """List the tokens of an account, or of all, the newest first."""
    rows = select(*_COLUMNS).order_by(TokenRow.created.desc(), TokenRow.id)
    if account is not None:
        rows = rows.where(TokenRow.account == account)
    with reading(engine) as connection:
        return tuple(_token(row) for row in connection.execute(rows))


def within(engine: Engine, caller: Caller) -> tuple[Token, ...]:
    """List the tokens within somebody's reach."""
    return listed(engine, None if caller.reach is Reach.ALL else caller.account.id)


def find(engine: Engine, token: str) -> Token:
    """Give a token. Raise Unknown."""
    with reading(engine) as connection:
        return _found(connection, token)


def revoke(engine: Engine, actor: Actor, token: str, at: datetime) -> Token:
    """End a token now; one that has ended stays as it is. Raise Unknown."""
    with writing(engine) as connection:
        if _found(connection, token).revoked is None:
            connection.execute(update(TokenRow).where(TokenRow.id == token).values(revoked=at))
            note(connection, at, actor.event(Action.TOKEN_REVOKE, f"token:{token}"))
        return _found(connection, token)


def holder(engine: Engine, text: str, at: datetime) -> tuple[Account, frozenset[Permission]] | None:
    """Give whose token it is and its scopes; none where it has ended, or the account is closed."""
    digest = digest_of(text, _USE)
    wanted = (
        select(*COLUMNS, TokenRow.scopes, TokenRow.used)
        .join(TokenRow, TokenRow.account == AccountRow.id)
        .where(
            TokenRow.digest == digest,
            TokenRow.revoked.is_(None),
            TokenRow.expires > at,
            AccountRow.disabled.is_(None),
        )
    )
    with reading(engine) as connection:
        row = connection.execute(wanted).one_or_none()
    if row is None:
        return None
    if row.used is None or row.used <= at - _USED:
        with writing(engine) as connection:
            connection.execute(update(TokenRow).where(TokenRow.digest == digest).values(used=at))
    account = account_of(*row[: len(COLUMNS)])  # type: ignore[arg-type]  # a slice of a row has no types
    return account, frozenset(_scopes(row.scopes))


_COLUMNS = (
    TokenRow.id,
    TokenRow.account,
    TokenRow.label,
    TokenRow.scopes,
    TokenRow.created,
    TokenRow.expires,
    TokenRow.used,
    TokenRow.revoked,
)
_Columns = Row[str, str, str, str, datetime, datetime, datetime | None, datetime | None]


def _token(row: _Columns) -> Token:
    scopes = _scopes(row.scopes)
    return Token(row.id, row.account, row.label, scopes, row.created, row.expires, row.used, row.revoked)


def _found(connection: Connection, token: str) -> Token:
    row = connection.execute(select(*_COLUMNS).where(TokenRow.id == token)).one_or_none()
    if row is None:
        raise unknown("token")
    return _token(row)


def _scopes(text: str) -> tuple[Permission, ...]:
    # Another version may have had permissions that this one has not.
    return tuple(Permission(word) for word in text.split() if word in set(Permission))


def _allowed(caller: Caller, scopes: Iterable[str]) -> tuple[Permission, ...]:
    wanted = sorted(set(scopes))
    mine = {item for item in caller.permissions if not RULES[item].by_person}
    if not wanted or not set(wanted) <= mine:
        raise Rejected(
            "A token cannot have these scopes: it never does what you may not, or what only a person does.",
            hint=f"You may give: {', '.join(sorted(mine))}.",
        )
    return tuple(Permission(word) for word in wanted)
