"""Signing in and out, and what people see of themselves."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import RedirectResponse

from gateway.api.operator.gate import COOKIE, Open, TheDesk, Who
from gateway.api.operator.routes import Routes, body
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.itp.documents import Document
from gateway.operator import oidc_sign_in, sessions, sign_in
from gateway.operator.accounts import Account
from gateway.operator.caller import Caller
from gateway.operator.desk import Desk
from gateway.operator.errors import unknown
from gateway.operator.permissions import Permission
from gateway.operator.roles import Role
from gateway.store.engine import writing

BROWSER = "__Host-ics-sign-in"
"""What a browser keeps while somebody signs in at the issuer."""
SIGNING_IN = Open("Who signs in is not signed in.")
Secret = Annotated[str, Field(min_length=1, max_length=256)]
Name = Annotated[str, Field(min_length=3, max_length=64)]
routes = Routes("/api", "me")


class SignIn(Document):
    """A name and its password."""

    name: Name
    password: Secret


class NewPassword(Document):
    """A one-time secret, and the password that is chosen with it."""

    name: Name
    secret: Secret
    password: Secret


class ChangedPassword(Document):
    """The password as it was, and as it becomes."""

    old: Secret
    new: Secret


class Ways(BaseModel):
    """How people sign in here."""

    model_config = ConfigDict(frozen=True)

    local: bool = Field(description="With a name and a password.")
    issuer: bool = Field(description="Through the issuer: send the browser to /api/sign-in/oidc.")


class Me(BaseModel):
    """Who is signed in. `proof` goes into the header x-csrf-token of every request that changes something."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    roles: tuple[Role, ...]
    team: str | None
    permissions: tuple[Permission, ...]
    emergencies: tuple[str, ...] = Field(description="What is reached by break-glass now: show it as a banner.")
    proof: str | None = Field(description="None for a program with a token, which needs none.")


@routes.get("/sign-in", SIGNING_IN, summary="How to sign in")
def ways(desk: TheDesk) -> Ways:
    """Say how people sign in here."""
    return Ways(local=desk.local, issuer=desk.provider is not None)


@routes.post("/sign-in", SIGNING_IN, summary="Sign in with a password")
def sign_in_locally(request: Request, response: Response, desk: TheDesk, given: Annotated[SignIn, body(SignIn)]) -> Me:
    """Begin a session, under a new token whatever the browser had; five failures lock the name for a quarter hour."""
    _check_local(desk)
    return _begun(request, response, desk, sign_in.sign_in(desk, given.name, given.password))


@routes.post("/password", SIGNING_IN, summary="Choose a password with a one-time secret")
def choose_password(
    request: Request, response: Response, desk: TheDesk, given: Annotated[NewPassword, body(NewPassword)]
) -> Me:
    """Use up the secret of the first account, or of an invitation, and begin a session."""
    _check_local(desk)
    found = sign_in.choose_password(desk, given.name, given.secret, given.password)
    return _begun(request, response, desk, found)


@routes.get(
    "/sign-in/oidc",
    SIGNING_IN,
    status_code=303,
    response_class=RedirectResponse,
    summary="Go to the issuer to sign in",
)
def go_to_issuer(desk: TheDesk) -> RedirectResponse:
    """Send the browser to the issuer, which sends it back."""
    sent = oidc_sign_in.send(desk)
    answer = RedirectResponse(sent.address, 303)
    life = int(oidc_sign_in.LIFE.total_seconds())
    answer.set_cookie(BROWSER, sent.browser, max_age=life, path="/", secure=True, httponly=True, samesite="lax")
    return answer


@routes.get(
    "/sign-in/oidc/callback",
    SIGNING_IN,
    status_code=303,
    response_class=RedirectResponse,
    summary="Come back from the issuer",
)
def come_back(
    request: Request,
    desk: TheDesk,
    state: Annotated[str, Query(max_length=256)],
    code: Annotated[str, Query(max_length=2048)] = "",
) -> RedirectResponse:
    """Begin the session of whom the issuer vouches for, in the browser that went there, and go to the first page."""
    _, token = oidc_sign_in.take(desk, state, request.cookies.get(BROWSER, ""), code)
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(BROWSER, path="/", secure=True, httponly=True, samesite="lax")
    _replace(request, answer, desk, token)
    return answer


@routes.post("/sign-out", Permission.SELF_CHANGE, status_code=204, summary="Sign out")
def sign_out(request: Request, response: Response, desk: TheDesk, who: Who) -> None:
    """End the session."""
    with writing(desk.engine) as connection:
        sessions.end(connection, request.cookies.get(COOKIE, ""))
        note(connection, desk.now(), who.actor.event(Action.LOGOUT))
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")


@routes.get("/me", Permission.SELF_READ, summary="Who is signed in")
def me(request: Request, who: Who) -> Me:
    """Say who is signed in, and what that person may do."""
    return _me(who, None if who.scopes is not None else request.cookies.get(COOKIE))


@routes.post("/me/password", Permission.SELF_CHANGE, status_code=204, summary="Change one's own password")
def change_password(desk: TheDesk, who: Who, given: Annotated[ChangedPassword, body(ChangedPassword)]) -> None:
    """Change it; every session of the account ends, this one too."""
    sign_in.change_password(desk, who.account, given.old, given.new)


def _check_local(desk: Desk) -> None:
    if not desk.local:
        raise unknown("way to sign in")


def _begun(request: Request, response: Response, desk: Desk, found: tuple[Account, str]) -> Me:
    account, token = found
    _replace(request, response, desk, token)
    return _me(Caller(desk.organisation, account), token)


def _replace(request: Request, response: Response, desk: Desk, token: str) -> None:
    """Put a new session in the place of whatever the browser came with, which ends."""
    if earlier := request.cookies.get(COOKIE):
        with writing(desk.engine) as connection:
            sessions.end(connection, earlier)
    life = int(desk.lasting.longest.total_seconds())
    response.set_cookie(COOKIE, token, max_age=life, path="/", secure=True, httponly=True, samesite="lax")


def _me(who: Caller, token: str | None) -> Me:
    return Me(
        id=who.account.id,
        name=who.account.name,
        roles=tuple(sorted(who.account.roles)),
        team=who.account.team,
        permissions=tuple(sorted(who.permissions)),
        emergencies=tuple(sorted(who.emergencies)),
        proof=sessions.proof_of(token) if token else None,
    )
