"""Sign in with a name and a password, choose a password, change it; every try is on record, and too many lock."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, delete, or_, select, update

from gateway.actor import Actor
from gateway.alerts.alerts import AlertCode, raise_alert
from gateway.audit.entry import Role as AuditRole
from gateway.audit.events import Action, Outcome
from gateway.audit.pending import note
from gateway.operator.accounts import SECRET, Account, end_sessions, found, normalised
from gateway.operator.desk import Desk
from gateway.operator.errors import Locked, NotSignedIn
from gateway.operator.opaque import digest_of
from gateway.operator.passwords import check_new
from gateway.operator.roles import AUDITED
from gateway.operator.sessions import begin
from gateway.store.engine import once, reading, writing
from gateway.store.operator_models import AccountRow, SignInFailure
from schemas.errors import Rejected

TRIES = 5
"""How often signing in under a name may fail within `WINDOW`."""
WINDOW = timedelta(minutes=15)
LOCK = timedelta(minutes=15)
_USE = "name"
_Found = Row[str, str | None, str | None, datetime | None]


def sign_in(desk: Desk, name: str, password: str) -> tuple[Account, str]:
    """Begin a session: the account and the token. Raise NotSignedIn, in the same words for all, and Locked."""
    row = _row(desk, name)
    if not desk.passwords.fits(row.password if row else None, password) or row is None:
        raise _failed(desk, name, row)
    return _begun(desk, name, row.id)


def choose_password(desk: Desk, name: str, secret: str, password: str) -> tuple[Account, str]:
    """Choose a password with a one-time secret, and begin a session. Raise NotSignedIn, Locked, Rejected."""
    row = _row(desk, name)
    shown = digest_of(secret, SECRET)
    expected = (row.secret if row else None) or digest_of("", SECRET)
    in_time = row is not None and row.secret_expires is not None and desk.now() < row.secret_expires
    if not hmac.compare_digest(shown, expected) or row is None or not in_time:
        raise _failed(desk, name, row)
    check_new(password, normalised(name))
    _keep(desk, row.id, password, AccountRow.secret == shown)
    return _begun(desk, name, row.id)


def change_password(desk: Desk, account: Account, old: str, new: str) -> None:
    """Change one's own password; every session of the account ends. Raise NotSignedIn, Locked, Rejected."""
    if account.issuer:
        raise Rejected("This account has no password here.", hint="Change it where you sign in.")
    row = _row(desk, account.name)
    if row is None or not desk.passwords.fits(row.password, old):
        raise _failed(desk, account.name, row)
    check_new(new, account.name)
    _keep(desk, account.id, new, AccountRow.password == row.password)


def signed_in(desk: Desk, connection: Connection, account: Account) -> str:
    """Begin a session of somebody who has shown who they are; note it. Give the token."""
    who = Actor(desk.organisation, AUDITED[min(account.roles)], account.id)
    note(connection, desk.now(), who.event(Action.LOGIN, f"staff:{account.id}"))
    return begin(connection, account.id, desk.now(), desk.draw, desk.lasting)


def refused(desk: Desk, connection: Connection, account: str | None = None) -> None:
    """Note that somebody could not sign in."""
    who = Actor(desk.organisation, AuditRole.GATEWAY)
    objects = () if account is None else (f"staff:{account}",)
    note(connection, desk.now(), who.event(Action.LOGIN, *objects, outcome=Outcome.REFUSED))


def _begun(desk: Desk, name: str, account: str) -> tuple[Account, str]:
    with writing(desk.engine) as connection:
        connection.execute(delete(SignInFailure).where(SignInFailure.name == digest_of(name.strip().lower(), _USE)))
        who = found(connection, account)
        return who, signed_in(desk, connection, who)


def _row(desk: Desk, name: str) -> _Found | None:
    """Find the account of a name, unless the name is locked. Raise Locked."""
    lower = name.strip().lower()
    columns = (AccountRow.id, AccountRow.password, AccountRow.secret, AccountRow.secret_expires)
    wanted = select(*columns).where(AccountRow.issuer == "", AccountRow.subject == lower, AccountRow.disabled.is_(None))
    with reading(desk.engine) as connection:
        until = connection.execute(
            select(SignInFailure.until).where(SignInFailure.name == digest_of(lower, _USE))
        ).scalar_one_or_none()
        if until is not None and desk.now() < until:
            raise Locked(int((until - desk.now()).total_seconds()) + 1)
        return connection.execute(wanted).one_or_none()


def _failed(desk: Desk, name: str, row: _Found | None) -> NotSignedIn:
    """Count a failure; the one that is too many locks the name and tells a person."""
    key, now = digest_of(name.strip().lower(), _USE), desk.now()
    with writing(desk.engine) as connection:
        over = or_(SignInFailure.until.is_(None), SignInFailure.until <= now)
        connection.execute(delete(SignInFailure).where(SignInFailure.last <= now - WINDOW, over))
        insertion = once(connection, SignInFailure).values(name=key, count=1, last=now)
        counted = insertion.on_conflict_do_update(
            index_elements=[SignInFailure.name], set_={"count": SignInFailure.count + 1, "last": now}
        )
        count = connection.execute(counted.returning(SignInFailure.count)).scalar_one()
        if count >= TRIES:
            lock = update(SignInFailure).where(SignInFailure.name == key)
            connection.execute(lock.values(until=now + LOCK, count=0))
            raise_alert(connection, AlertCode.SIGN_IN_LOCKED, "sign-in", now)
        refused(desk, connection, row.id if row else None)
    return NotSignedIn("This name and what you showed with it do not belong together.")


def _keep(desk: Desk, account: str, password: str, unchanged: ColumnElement[bool]) -> None:
    """Keep a new password where nobody else was quicker. Raise NotSignedIn."""
    values = {"password": desk.passwords.hashed(password), "secret": None, "secret_expires": None}
    with writing(desk.engine) as connection:
        mine = update(AccountRow).where(AccountRow.id == account, unchanged)
        if connection.execute(mine.values(**values)).rowcount != 1:
            raise NotSignedIn("What you showed was used already.")
        end_sessions(connection, account)
        who = found(connection, account)
        actor = Actor(desk.organisation, AUDITED[min(who.roles)], account)
        note(connection, desk.now(), actor.event(Action.PASSWORD_CHANGE, f"staff:{account}"))
