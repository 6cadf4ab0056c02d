"""ics-gateway operators: accounts of people, and tokens of programs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli import operator
from gateway.cli.operator import Format, Shown

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gateway.actor import Actor
    from gateway.operator.accounts import Account, Invited

app = typer.Typer(no_args_is_help=True, help="Who works with the gateway: accounts, and tokens for programs.")
Name = Annotated[str, typer.Argument(metavar="NAME", help="The name that somebody signs in with.")]
Which = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The id of the account; operators list shows it.")]
Roles = Annotated[list[str], typer.Option("--role", help="A role, as docs/operator-api.md lists them; once for each.")]
Team = Annotated[str | None, typer.Option(help="The code of the team, such as duty-north.")]


@app.command("bootstrap")
def bootstrap(name: Name) -> int:
    """Make the first account, of the role governance, and show its one-time secret: once, and never again."""
    from gateway.operator import accounts  # noqa: PLC0415  # loaded when the command runs

    with _opened() as (engine, actor):
        _told(accounts.bootstrap(engine, actor, name, operator.now(), os.urandom))
    return 0


def first(database_url: str, organisation: str, name: str) -> None:
    """Make the first account in the database of a new authority."""
    from gateway.actor import Actor  # noqa: PLC0415  # loaded when the command runs
    from gateway.audit.entry import Role  # noqa: PLC0415  # as above
    from gateway.operator import accounts  # noqa: PLC0415  # as above
    from gateway.store.engine import connect  # noqa: PLC0415  # as above

    engine = connect(database_url)
    try:
        actor = Actor(organisation, Role.OPERATOR)
        _told(accounts.bootstrap(engine, actor, name, operator.now(), os.urandom))
    finally:
        engine.dispose()


@app.command("add")
def add(name: Name, role: Roles, team: Team = None) -> int:
    """Make an account, and show the one-time secret with which its owner chooses a password."""
    from gateway.operator import accounts  # noqa: PLC0415  # loaded when the command runs

    with _opened() as (engine, actor):
        _told(accounts.make(engine, actor, name, role, team, operator.now(), os.urandom))
    return 0


@app.command("list")
def list_accounts(shown: Shown = Format.TABLE) -> int:
    """List the accounts."""
    from gateway.operator import accounts  # noqa: PLC0415  # loaded when the command runs

    with _opened() as (engine, _):
        found = accounts.listed(engine)
    if shown is Format.JSON:
        operator.write_json([_plain(account) for account in found])
        return 0
    rows = [
        (one.id, one.name, one.issuer, " ".join(sorted(one.roles)), one.team, operator.at(one.disabled))
        for one in found
    ]
    operator.show(("Account", "Name", "Issuer", "Roles", "Team", "Closed (UTC)"), rows)
    return 0


@app.command("change")
def change(account: Which, role: Roles, team: Team = None) -> int:
    """Give an account these roles and this team, from the next request on."""
    from gateway.operator import accounts  # noqa: PLC0415  # loaded when the command runs

    with _opened() as (engine, actor):
        after = accounts.change(engine, actor, account, role, team, operator.now())
    typer.echo(f"{after.name}: {' '.join(sorted(after.roles))}{f', team {after.team}' if after.team else ''}")
    return 0


@app.command("invite")
def invite(account: Which) -> int:
    """Open an account again, or replace a lost password, by a new one-time secret."""
    from gateway.operator import accounts  # noqa: PLC0415  # loaded when the command runs

    with _opened() as (engine, actor):
        _told(accounts.invite_again(engine, actor, account, operator.now(), os.urandom))
    return 0


@app.command("close")
def close(account: Which) -> int:
    """Close an account: its sessions end, and its tokens count for nothing."""
    from gateway.operator import accounts  # noqa: PLC0415  # loaded when the command runs

    with _opened() as (engine, actor):
        after = accounts.disable(engine, actor, account, operator.now())
    typer.echo(f"{after.name} is closed.")
    return 0


@app.command("tokens")
def list_tokens(
    account: Annotated[str | None, typer.Argument(metavar="[ACCOUNT]", help="Of this account alone.")] = None,
    shown: Shown = Format.TABLE,
) -> int:
    """List tokens for programs; never the tokens themselves."""
    from gateway.operator import tokens  # noqa: PLC0415  # loaded when the command runs

    with _opened() as (engine, _):
        found = tokens.listed(engine, account)
    if shown is Format.JSON:
        operator.write_json(found)
        return 0
    rows = [
        (one.id, one.account, one.label, " ".join(one.scopes), operator.at(one.expires), operator.at(one.revoked))
        for one in found
    ]
    operator.show(("Token", "Account", "Label", "Scopes", "Expires (UTC)", "Revoked (UTC)"), rows)
    return 0


@app.command("token")
def make_token(
    account: Which,
    label: Annotated[str, typer.Option(help="What it is for, as a code: nightly-export.")],
    scope: Annotated[list[str], typer.Option(help="A permission, such as returns.check; once for each.")],
    days: Annotated[int, typer.Option(help="How long it lives.", min=1)] = 90,
) -> int:
    """Make a token for a program of this account, and show it: once, and never again."""
    from gateway.operator import accounts, tokens  # noqa: PLC0415  # loaded when the command runs
    from gateway.operator.caller import Caller  # noqa: PLC0415  # as above

    with _opened() as (engine, actor):
        owner = Caller(actor.organisation, accounts.find(engine, account))
        life, now = timedelta(days=days), operator.now()
        made = tokens.make(engine, owner, label, scope, life, now, os.urandom, by=actor)
    typer.echo(made.text)
    typer.echo(f"This is shown once. It ends at {operator.at(made.token.expires)} UTC.", err=True)
    return 0


@app.command("revoke")
def revoke(token: Annotated[str, typer.Argument(metavar="TOKEN", help="The id of the token.")]) -> int:
    """End a token now."""
    from gateway.operator import tokens  # noqa: PLC0415  # loaded when the command runs

    with _opened() as (engine, actor):
        after = tokens.revoke(engine, actor, token, operator.now())
    typer.echo(f"{after.label} is revoked.")
    return 0


@contextmanager
def _opened() -> Iterator[tuple[Engine, Actor]]:
    from gateway.store import migrate  # noqa: PLC0415  # loaded when a command runs
    from gateway.store.store import database  # noqa: PLC0415  # as above

    actor, engine = operator.acting("operator", None), database()
    try:
        migrate.check_current(engine)
        yield engine, actor
    finally:
        engine.dispose()


def _told(made: Invited) -> None:
    from gateway.operator.accounts import SECRET_LIFE  # noqa: PLC0415  # loaded when a command runs

    account, hours = made.account, SECRET_LIFE.total_seconds() // 3600
    typer.echo(f"Account {account.id}: {account.name}, {' '.join(sorted(account.roles))}.")
    typer.echo(f"One-time secret, shown once, good for {hours:.0f} hours: {made.secret}")


def _plain(account: Account) -> dict[str, object]:
    return {
        "id": account.id,
        "name": account.name,
        "issuer": account.issuer,
        "roles": sorted(account.roles),
        "team": account.team,
        "closed": account.disabled,
    }
