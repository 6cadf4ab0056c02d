"""Let a person's request in: say who makes it, that it came from our own pages, and that the role allows it."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from gateway.api.limits import Rate
from gateway.api.rates import Buckets, Places
from gateway.audit.events import Action, Outcome
from gateway.audit.pending import note
from gateway.operator import break_glass, sessions, tokens
from gateway.operator.caller import Caller
from gateway.operator.desk import Desk
from gateway.operator.errors import Forbidden, NotFromHere, NotSignedIn
from gateway.operator.permissions import Permission
from gateway.store.engine import writing

COOKIE = "__Host-ics-session"
"""Our session; the prefix keeps other hosts and plain connections from setting it."""
PROOF = "x-csrf-token"
"""The header in which our own pages show what only they know beside the cookie."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})


@dataclass(frozen=True, slots=True)
class DeskLimits:
    """How much people may ask of one process: sizes are bytes of a body, times seconds."""

    document: int = 8 << 20
    body_seconds: float = 30.0
    concurrent: int = 32
    rate: Rate = Rate(burst=100, per_second=20.0)  # noqa: RUF009  # it is frozen


class Gate:
    """Lets the requests of people into one process."""

    def __init__(self, desk: Desk, limits: DeskLimits) -> None:
        self.desk = desk
        self.limits = limits
        self.places = Places(limits.concurrent)
        self._buckets = Buckets(limits.rate, desk.clock)

    def caller(self, request: Request, permission: Permission) -> Caller:
        """Say who makes a request and uses a permission. Raise NotSignedIn, NotFromHere, Forbidden, Slow."""
        who = self._who(request)
        self._buckets.take(who.account.id)
        try:
            return who.using(permission)
        except Forbidden:
            with writing(self.desk.engine) as connection:
                refused = who.actor.event(Action.ACCESS, outcome=Outcome.REFUSED)
                note(connection, self.desk.now(), refused)
            raise

    def check_origin(self, request: Request) -> None:
        """Check that a request came from our own pages, where its browser says from which. Raise NotFromHere."""
        if request.method in _SAFE:
            return
        origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
        if (origin is not None and origin != self.desk.origin) or (site is not None and site not in _OURS):
            raise NotFromHere("The request came from another site.", hint="Use the gateway's own pages.")

    def _who(self, request: Request) -> Caller:
        kind, _, text = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return self._program(text.strip())
        return self._person(request)

    def _program(self, text: str) -> Caller:
        found = tokens.holder(self.desk.engine, text, self.desk.now())
        if found is None:
            raise NotSignedIn("This token is not valid.", hint="Make another one.")
        account, scopes = found
        return Caller(self.desk.organisation, account, scopes)

    def _person(self, request: Request) -> Caller:
        token, now = request.cookies.get(COOKIE, ""), self.desk.now()
        account = sessions.holder(self.desk.engine, token, now, self.desk.lasting) if token else None
        if account is None:
            raise NotSignedIn("Nobody is signed in.", hint="Sign in.")
        if request.method not in _SAFE:
            self.check_origin(request)
            shown = request.headers.get(PROOF, "")
            if not hmac.compare_digest(shown.encode("latin-1", "replace"), sessions.proof_of(token).encode()):
                raise NotFromHere(f"The header {PROOF} is missing or wrong.", hint="Take it from /api/me.")
        emergencies = break_glass.reachable(self.desk.engine, account.id, now)
        return Caller(self.desk.organisation, account, emergencies=emergencies)


@dataclass(frozen=True, slots=True)
class Open:
    """An address for whom nobody has to be signed in, and why."""

    why: str


Access = Permission | Open


class Guarded:
    """Stands before one address: holds a place, and lets in who may use it."""

    def __init__(self, access: Access) -> None:
        self.access = access

    async def __call__(self, request: Request) -> AsyncIterator[None]:
        """Let a request in, and hold its place until it is answered."""
        gate = gate_of(request)
        with gate.places.one():
            if isinstance(self.access, Open):
                gate.check_origin(request)
            else:
                request.state.caller = await run_in_threadpool(gate.caller, request, self.access)
            yield


def gate_of(request: Request) -> Gate:
    """Give the gate of the application."""
    gate: Gate = request.app.state.gate
    return gate


def _desk(request: Request) -> Desk:
    return gate_of(request).desk


def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


TheDesk = Annotated[Desk, Depends(_desk)]
"""What the step works with."""
Who = Annotated[Caller, Depends(_caller)]
"""Who makes the request, using the permission of its address."""
