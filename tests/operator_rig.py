"""A gateway as people work with it: accounts of every role, and a browser that signs in."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from api_calls import Clock, Known, exchange_of
from gateway.actor import Actor
from gateway.api.limits import Rate
from gateway.api.operator.app import create_operator_app
from gateway.api.operator.gate import COOKIE, DeskLimits, Gate
from gateway.audit.entry import Role as AuditRole
from gateway.operator import accounts, sign_in
from gateway.operator.accounts import Account
from gateway.operator.desk import Desk
from gateway.operator.oidc import Provider
from gateway.operator.passwords import Passwords
from gateway.operator.roles import Role
from gateway.operator.sessions import proof_of
from gateway.store.store import Store
from itp_exchange import BEN

ORIGIN = "https://desk.example"
PASSWORD = "correct horse battery"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""What a test pays for a password."""
FAST = DeskLimits(rate=Rate(burst=1_000_000))
COMMAND = Actor(BEN.organisation, AuditRole.OPERATOR)


class Behind:
    """An application with the gate of one desk: making the application anew for each test would take longest of all."""

    def __init__(self, desk: Desk, limits: DeskLimits) -> None:
        self.app = _made(desk)
        self.gate = Gate(desk, limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.app.state.gate = self.gate
        await self.app(scope, receive, send)


_APPS: list[FastAPI] = []


def _made(desk: Desk) -> FastAPI:
    if not _APPS:
        _APPS.append(create_operator_app(desk, debug=True))
    return _APPS[0]


class Serving(httpx.BaseTransport):
    """Hands requests to an application in the same process, each in a loop of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._inner = httpx.ASGITransport(app, raise_app_exceptions=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._answered(request))

    async def _answered(self, request: httpx.Request) -> httpx.Response:
        content = request.read()
        answer = await self._inner.handle_async_request(
            httpx.Request(request.method, request.url, headers=request.headers, content=content)
        )
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())


@dataclass
class Rig:
    """A desk with its application; `signed` holds the session of each account that `account` made."""

    desk: Desk
    app: Behind
    clock: Clock
    known: Known
    tokens: dict[str, str] = field(default_factory=dict)

    def account(self, name: str, *roles: Role, team: str | None = None) -> Account:
        """Make an account that has chosen its password, and sign it in."""
        made = accounts.make(self.desk.engine, COMMAND, name, roles, team, self.clock(), secrets.token_bytes)
        account, token = sign_in.choose_password(self.desk, name, made.secret, PASSWORD)
        self.tokens[account.id] = token
        return account

    def browser(self, token: str | None = None, **headers: str) -> httpx.Client:
        """Give a browser at our own pages, with a session."""
        client = httpx.Client(transport=Serving(self.app), base_url=ORIGIN, headers=headers)
        if token is not None:
            client.cookies.set(COOKIE, token, domain="desk.example")
            client.headers["x-csrf-token"] = proof_of(token)
        return client

    def of(self, account: Account) -> httpx.Client:
        """Give the browser of an account."""
        return self.browser(self.tokens[account.id])

    def somebody(self, *roles: Role, team: str | None = None) -> httpx.Client:
        """Give the browser of a new account."""
        return self.of(self.account(f"p{secrets.token_hex(6)}", *roles, team=team))


def rig(
    store: Store,
    folder: Path,
    *,
    provider: Provider | None = None,
    local: bool = True,
    limits: DeskLimits = FAST,
    clock: Clock | None = None,
) -> Rig:
    """Make a desk over a store that has nothing in it."""
    clock, known = clock or Clock(), Known()
    exchange = exchange_of(BEN, store, folder, clock, known)
    desk = Desk(exchange, ORIGIN, passwords=Passwords(CHEAP), provider=provider, local=local)
    return Rig(desk, Behind(desk, limits), clock, known)


def code(answer: httpx.Response) -> tuple[int, str]:
    """Give status and code of a problem document, and see that it is one."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["type"] == f"urn:ics:problem:{problem['code']}"
    assert problem["request_id"] == answer.headers["itp-request-id"]
    return answer.status_code, problem["code"]


def names(roles: Iterable[Role]) -> list[str]:
    """Give roles as the API writes them."""
    return sorted(role.value for role in roles)
