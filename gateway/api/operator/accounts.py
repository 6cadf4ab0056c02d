"""Accounts of people."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gateway.api.operator.gate import TheDesk, Who
from gateway.api.operator.pages import Page, Paged, Uuid
from gateway.api.operator.routes import Routes, body
from gateway.itp.documents import Document
from gateway.matching.candidate import Restriction
from gateway.operator import accounts
from gateway.operator.accounts import Account, Invited
from gateway.operator.permissions import Permission

Roles = Annotated[tuple[str, ...], Field(min_length=1, max_length=6)]
Team = Annotated[str | None, Field(max_length=64)]
routes = Routes("/api/accounts", "accounts")


class NewAccount(Document):
    """Who gets an account, in which roles and team."""

    name: str = Field(min_length=3, max_length=64)
    roles: Roles
    team: Team = None


class Assignment(Document):
    """The roles and the team that somebody has from now on."""

    roles: Roles
    team: Team = None


class Cleared(Document):
    """The classes of restricted records that somebody may see from now on."""

    classes: tuple[Restriction, ...] = Field(max_length=6)


@routes.get("", Permission.ACCOUNTS_READ, summary="List accounts")
def list_accounts(desk: TheDesk, paging: Paged) -> Page[Account]:
    """List them by name."""
    return paging.of(accounts.listed(desk.engine))


@routes.get("/{account_id}", Permission.ACCOUNTS_READ, summary="See an account")
def show_account(desk: TheDesk, account_id: Uuid) -> Account:
    """Give an account."""
    return accounts.find(desk.engine, account_id)


@routes.post("", Permission.ACCOUNTS_CHANGE, status_code=201, summary="Make an account")
def make_account(desk: TheDesk, who: Who, new: Annotated[NewAccount, body(NewAccount)]) -> Invited:
    """Make a local account; hand its one-time secret to the person, who chooses a password with it."""
    return accounts.make(desk.engine, who.actor, new.name, new.roles, new.team, desk.now(), desk.draw)


@routes.post("/{account_id}/roles", Permission.ACCOUNTS_CHANGE, summary="Change roles and team")
def change_account(
    desk: TheDesk, who: Who, account_id: Uuid, place: Annotated[Assignment, body(Assignment)]
) -> Account:
    """Give somebody else these roles and this team; it counts from the next request on."""
    return accounts.change(desk.engine, who.actor, account_id, place.roles, place.team, desk.now())


@routes.post("/{account_id}/clearances", Permission.ACCOUNTS_CHANGE, summary="Change clearances")
def clear_account(desk: TheDesk, who: Who, account_id: Uuid, cleared: Annotated[Cleared, body(Cleared)]) -> Account:
    """Say which classes of restricted records somebody else may see in the review queue."""
    return accounts.clear(desk.engine, who.actor, account_id, cleared.classes, desk.now())


@routes.post("/{account_id}/close", Permission.ACCOUNTS_CHANGE, summary="Close an account")
def close_account(desk: TheDesk, who: Who, account_id: Uuid) -> Account:
    """Close it: sessions end, and tokens count for nothing."""
    return accounts.disable(desk.engine, who.actor, account_id, desk.now())


@routes.post("/{account_id}/invite", Permission.ACCOUNTS_CHANGE, summary="Give a new one-time secret")
def invite_again(desk: TheDesk, who: Who, account_id: Uuid) -> Invited:
    """Open an account again, or replace a lost password."""
    return accounts.invite_again(desk.engine, who.actor, account_id, desk.now(), desk.draw)
