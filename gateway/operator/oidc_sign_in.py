"""Sign in through the issuer: send somebody there, and take who comes back, in the browser that went."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select, update

from gateway.operator.accounts import COLUMNS, Account, account_of, added, end_sessions, written
from gateway.operator.desk import Desk
from gateway.operator.errors import NotSignedIn, unknown
from gateway.operator.oidc import Person, Provider
from gateway.operator.opaque import digest_of, fresh
from gateway.operator.sign_in import refused, signed_in
from gateway.store.engine import reading, writing
from gateway.store.operator_models import AccountRow, OidcAttempt

LIFE = timedelta(minutes=10)
"""How long somebody may take to sign in there."""
_STATE, _BROWSER = "state", "browser"


@dataclass(frozen=True, slots=True)
class Sent:
    """Where somebody goes to sign in, and what the browser keeps until it comes back."""

    address: str
    browser: str


def send(desk: Desk) -> Sent:
    """Begin to sign in. Raise Unknown where nobody vouches, Transient."""
    provider = _provider(desk)
    state, browser, nonce, verifier = (fresh(desk.draw) for _ in range(4))
    address = provider.address(state, nonce, verifier)
    row = {
        "state": digest_of(state, _STATE),
        "browser": digest_of(browser, _BROWSER),
        "nonce": nonce,
        "verifier": verifier,
        "expires": desk.now() + LIFE,
    }
    with writing(desk.engine) as connection:
        connection.execute(delete(OidcAttempt).where(OidcAttempt.expires <= desk.now()))
        connection.execute(insert(OidcAttempt).values(**row))
    return Sent(address, browser)


def take(desk: Desk, state: str, browser: str, code: str) -> tuple[Account, str]:
    """Begin the session of who comes back: the account and the token. Raise NotSignedIn, Transient."""
    provider = _provider(desk)
    nonce, verifier = _attempt(desk, state, browser)
    try:
        person = provider.person(code, verifier, nonce)
        with writing(desk.engine) as connection:
            account = _account(desk, connection, provider.issuer.url, person)
            return account, signed_in(desk, connection, account)
    except NotSignedIn:
        with writing(desk.engine) as connection:
            refused(desk, connection)
        raise


def _provider(desk: Desk) -> Provider:
    if desk.provider is None:
        raise unknown("way to sign in")
    return desk.provider


def _attempt(desk: Desk, state: str, browser: str) -> tuple[str, str]:
    """Use up an attempt: it counts once, in time, and in the browser that began it. Raise NotSignedIn."""
    this = OidcAttempt.state == digest_of(state, _STATE)
    columns = (OidcAttempt.browser, OidcAttempt.nonce, OidcAttempt.verifier, OidcAttempt.expires)
    with reading(desk.engine) as connection:
        row = connection.execute(select(*columns).where(this)).one_or_none()
    mine = row is not None and hmac.compare_digest(row.browser, digest_of(browser, _BROWSER))
    if row is None or not mine or row.expires <= desk.now():
        raise NotSignedIn("This sign-in was not begun here.", hint="Begin again.")
    with writing(desk.engine) as connection:
        if connection.execute(delete(OidcAttempt).where(this)).rowcount != 1:
            raise NotSignedIn("This sign-in was used already.", hint="Begin again.")
    return row.nonce, row.verifier


def _account(desk: Desk, connection: Connection, issuer: str, person: Person) -> Account:
    """Give the account of somebody, made at the first time; its roles and team are what the issuer says now."""
    this = (AccountRow.issuer == issuer, AccountRow.subject == person.subject)
    row = connection.execute(select(*COLUMNS).where(*this)).one_or_none()
    told = {"name": person.name, "roles": written(person.roles), "team": person.team}
    if row is None:
        return added(connection, {"issuer": issuer, "subject": person.subject, **told}, desk.now(), desk.draw)
    if row.disabled is not None:
        raise NotSignedIn("This account is closed.", hint="Ask somebody of the role governance.")
    if (row.roles, row.team) != (told["roles"], person.team):
        # Whoever signed in under other roles does not keep them in another browser.
        end_sessions(connection, row.id)
    connection.execute(update(AccountRow).where(*this).values(**told))
    return account_of(*connection.execute(select(*COLUMNS).where(*this)).one())
