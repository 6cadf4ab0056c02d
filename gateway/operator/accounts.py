"""Accounts: who works here, in which roles and team."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from gateway.actor import Actor, digest
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.itp.identifiers import Draw
from gateway.matching.candidate import Restriction
from gateway.operator.errors import unknown
from gateway.operator.opaque import digest_of, fresh
from gateway.operator.roles import Role, checked
from gateway.store.engine import reading, writing
from gateway.store.operator_models import AccountRow, SessionRow
from schemas.errors import Rejected

SECRET_LIFE = timedelta(hours=24)
"""How long a one-time secret can be used."""
SECRET = "one-time secret"  # noqa: S105  # the use of a digest, no secret
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{2,63}")
_TEAM = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who works here; `id` is opaque, and `issuer` is empty where the account is ours.

    `clearances` are the classes of restricted records that the person may see.
    """

    id: str
    name: str
    issuer: str
    roles: frozenset[Role]
    team: str | None
    clearances: frozenset[Restriction]
    created: datetime
    disabled: datetime | None


@dataclass(frozen=True, slots=True)
class Invited:
    """An account, and the one-time secret with which its owner chooses a password: shown once."""

    account: Account
    secret: str


def bootstrap(engine: Engine, actor: Actor, name: str, at: datetime, draw: Draw) -> Invited:
    """Make the first account, of the role governance. Raise Rejected where there is one already."""
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE accounts IN EXCLUSIVE MODE"))
        if connection.execute(select(func.count()).select_from(AccountRow)).scalar_one():
            raise Rejected(
                "There is an account already: the first one is made once.",
                hint="Somebody of the role governance makes the others.",
            )
        return _invited(connection, actor, name, frozenset({Role.GOVERNANCE}), None, at, draw)


def make(
    engine: Engine, actor: Actor, name: str, roles: Iterable[str], team: str | None, at: datetime, draw: Draw
) -> Invited:
    """Make a local account. Raise Rejected where the name is taken, or the roles are none that one person may have."""
    with writing(engine) as connection:
        return _invited(connection, actor, name, checked(roles), checked_team(team), at, draw)


def listed(engine: Engine) -> tuple[Account, ...]:
    """List the accounts by name."""
    with reading(engine) as connection:
        rows = connection.execute(select(*COLUMNS).order_by(AccountRow.name, AccountRow.id)).all()
    return tuple(account_of(*row) for row in rows)


def find(engine: Engine, account: str) -> Account:
    """Give an account. Raise Unknown."""
    with reading(engine) as connection:
        return found(connection, account)


def found(connection: Connection, account: str) -> Account:
    """Give it in the transaction of the caller. Raise Unknown."""
    row = connection.execute(select(*COLUMNS).where(AccountRow.id == account)).one_or_none()
    if row is None:
        raise unknown("account")
    return account_of(*row)


def change(engine: Engine, actor: Actor, account: str, roles: Iterable[str], team: str | None, at: datetime) -> Account:
    """Give an account these roles and this team, from the next request on. Raise Unknown, Rejected for one's own."""
    wanted, team = checked(roles), checked_team(team)
    with writing(engine) as connection:
        before = _of_another(connection, actor, account)
        if before.issuer:
            raise Rejected("The roles of this account come from its issuer.", hint="Change them there.")
        values = {"roles": written(wanted), "team": team}
        connection.execute(update(AccountRow).where(AccountRow.id == account).values(**values))
        after = found(connection, account)
        changed = {"before": _digest(before), "after": _digest(after)}
        note(connection, at, actor.event(Action.ROLE_CHANGE, f"staff:{account}", **changed))
    return after


def clear(engine: Engine, actor: Actor, account: str, classes: Iterable[Restriction], at: datetime) -> Account:
    """Let somebody else see restricted records of these classes alone. Raise Unknown, Rejected for one's own."""
    wanted = " ".join(sorted(set(classes) - {Restriction.NORMAL}))
    with writing(engine) as connection:
        before = _of_another(connection, actor, account)
        connection.execute(update(AccountRow).where(AccountRow.id == account).values(clearances=wanted))
        after = found(connection, account)
        changed = {"before": _digest(before), "after": _digest(after)}
        note(connection, at, actor.event(Action.ROLE_CHANGE, f"staff:{account}", **changed))
    return after


def disable(engine: Engine, actor: Actor, account: str, at: datetime) -> Account:
    """Close an account: its sessions end, its tokens count for nothing. Raise Unknown, Rejected for one's own."""
    with writing(engine) as connection:
        _of_another(connection, actor, account)
        closed = {"disabled": func.coalesce(AccountRow.disabled, at), "secret": None}
        connection.execute(update(AccountRow).where(AccountRow.id == account).values(**closed))
        end_sessions(connection, account)
        note(connection, at, actor.event(Action.ACCOUNT_CLOSE, f"staff:{account}"))
        return found(connection, account)


def invite_again(engine: Engine, actor: Actor, account: str, at: datetime, draw: Draw) -> Invited:
    """Open a local account again, with a new one-time secret in place of its password. Raise Unknown, Rejected."""
    secret = fresh(draw)
    with writing(engine) as connection:
        if _of_another(connection, actor, account).issuer:
            raise Rejected("This account has no password here.", hint="Its issuer vouches for it.")
        values = {"password": None, "disabled": None, **_secret(secret, at)}
        connection.execute(update(AccountRow).where(AccountRow.id == account).values(**values))
        end_sessions(connection, account)
        note(connection, at, actor.event(Action.ACCOUNT_INVITE, f"staff:{account}"))
        return Invited(found(connection, account), secret)


def end_sessions(connection: Connection, account: str) -> None:
    """End every session of an account, in the transaction of the caller."""
    connection.execute(delete(SessionRow).where(SessionRow.account == account))


def normalised(name: str) -> str:
    """Give the name as it is looked up. Raise Rejected where it is none."""
    lower = name.strip().lower()
    if not _NAME.fullmatch(lower):
        raise Rejected(
            "A name has 3 to 64 small letters, digits, dots, hyphens or @.", hint="For example: a.smith, or an address."
        )
    return lower


def checked_team(team: str | None) -> str | None:
    """Check the code of a team. Raise Rejected."""
    if team is not None and not _TEAM.fullmatch(team):
        raise Rejected("A team is a code of small letters, digits and hyphens.", hint="For example: duty-north.")
    return team


def written(roles: Iterable[Role]) -> str:
    """Write roles as they are kept."""
    return " ".join(sorted(roles))


COLUMNS = (
    AccountRow.id,
    AccountRow.name,
    AccountRow.issuer,
    AccountRow.roles,
    AccountRow.team,
    AccountRow.clearances,
    AccountRow.created,
    AccountRow.disabled,
)


def account_of(
    identity: str,
    name: str,
    issuer: str,
    roles: str,
    team: str | None,
    clearances: str,
    created: datetime,
    disabled: datetime | None,
) -> Account:
    """Make an account of its columns."""
    held = frozenset(Role(word) for word in roles.split())
    cleared = frozenset(Restriction(word) for word in clearances.split())
    return Account(identity, name, issuer, held, team, cleared, created, disabled)


def _invited(
    connection: Connection,
    actor: Actor,
    name: str,
    roles: frozenset[Role],
    team: str | None,
    at: datetime,
    draw: Draw,
) -> Invited:
    secret, lower = fresh(draw), normalised(name)
    row = {"name": lower, "issuer": "", "subject": lower, "roles": written(roles), "team": team}
    account = added(connection, row | _secret(secret, at), at, draw)
    note(connection, at, actor.event(Action.ACCOUNT_INVITE, f"staff:{account.id}", after=_digest(account)))
    return Invited(account, secret)


def added(connection: Connection, row: dict[str, object], at: datetime, draw: Draw) -> Account:
    """Add the row of an account under a new id. Raise Rejected where its name is taken."""
    identity = str(uuid.UUID(bytes=draw(16), version=4))
    try:
        connection.execute(insert(AccountRow).values(id=identity, created=at, clearances="", **row))
    except IntegrityError:
        raise Rejected("There is an account of this name.", hint="Choose another name.") from None
    return found(connection, identity)


def _secret(secret: str, at: datetime) -> dict[str, object]:
    return {"secret": digest_of(secret, SECRET), "secret_expires": at + SECRET_LIFE}


def _of_another(connection: Connection, actor: Actor, account: str) -> Account:
    if actor.staff == account:
        raise Rejected("Nobody changes their own account.", hint="Ask somebody else of the role governance.")
    return found(connection, account)


def _digest(account: Account) -> str:
    return digest(written(account.roles), account.team or "", " ".join(sorted(account.clearances)))
