"""The issuer that vouches for people: found, asked for a code, and held to what it signs (OpenID Connect Core 1.0)."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, ValidationError

from gateway.operator.errors import NotSignedIn
from gateway.operator.roles import Role, checked
from schemas.errors import Misconfigured, Rejected, Transient

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
"""What an ID token may be signed with: the issuer's own keys, never a shared secret, never nothing."""
SKEW = 120
"""Seconds by which the issuer's clock may differ from ours."""
FRESH = timedelta(hours=1)
"""How long what the issuer publishes is believed without being asked again."""
AGAIN = timedelta(minutes=1)
"""How often an unknown key makes us ask again."""
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Issuer:
    """What the settings say: `roles` gives our roles for values of the claim `roles_claim`."""

    url: str
    client: str
    secret: str
    redirect: str
    roles: Mapping[str, Role]
    roles_claim: str = "roles"
    team_claim: str = ""
    scope: str = "openid profile"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody for whom the issuer vouches."""

    subject: str
    name: str
    roles: frozenset[Role]
    team: str | None


class _Published(BaseModel):
    """What an issuer publishes of itself (OpenID Connect Discovery 1.0, section 3)."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


@dataclass(slots=True)
class _Known:
    """What was last read of the issuer, and when."""

    published: _Published | None = None
    keys: KeySet | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """Asks one issuer."""

    issuer: Issuer
    http: httpx.Client
    clock: Callable[[], datetime]
    _known: _Known = field(default_factory=_Known)

    def __post_init__(self) -> None:
        _check_address(self.issuer.url)

    def address(self, state: str, nonce: str, verifier: str) -> str:
        """Give where a person is sent to sign in (RFC 7636: the challenge of `verifier`). Raise Transient."""
        challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self.issuer.client,
            "redirect_uri": self.issuer.redirect,
            "scope": self.issuer.scope,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        place = self._published().authorization_endpoint
        return f"{place}{'&' if urlsplit(place).query else '?'}{urlencode(asked)}"

    def person(self, code: str, verifier: str, nonce: str) -> Person:
        """Take the code to the issuer and give for whom it vouches. Raise NotSignedIn, Transient."""
        asked = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.issuer.redirect,
            "code_verifier": verifier,
        }
        auth = (self.issuer.client, self.issuer.secret) if self.issuer.secret else None
        if auth is None:
            asked["client_id"] = self.issuer.client
        given = self._asked("POST", self._published().token_endpoint, data=asked, auth=auth)
        token = given.get("id_token")
        if not isinstance(token, str):
            raise _refusal()
        return self._vouched(self._claims(token), nonce)

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(token, self._keys(), algorithms=ALGORITHMS).claims
        except (JoseError, ValueError):
            pass
        # The issuer may have changed its keys since they were read.
        try:
            return jwt.decode(token, self._keys(again=True), algorithms=ALGORITHMS).claims
        except (JoseError, ValueError):
            raise _refusal() from None

    def _vouched(self, claims: dict[str, Any], nonce: str) -> Person:
        known = jwt.JWTClaimsRegistry(
            now=int(self.clock().timestamp()),
            leeway=SKEW,
            iss={"essential": True, "value": self._published().issuer},
            aud={"essential": True, "value": self.issuer.client},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        )
        try:
            known.validate(claims)
        except JoseError:
            raise _refusal() from None
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if several and claims.get("azp") != self.issuer.client:
            raise _refusal()
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise _refusal()
        return self._person(claims)

    def _person(self, claims: dict[str, Any]) -> Person:
        held = claims.get(self.issuer.roles_claim, ())
        words = [held] if isinstance(held, str) else held if isinstance(held, list) else ()
        roles = {self.issuer.roles[word] for word in words if isinstance(word, str) and word in self.issuer.roles}
        team = claims.get(self.issuer.team_claim) if self.issuer.team_claim else None
        try:
            return Person(
                str(claims["sub"])[:256],
                str(claims.get("preferred_username") or claims["sub"])[:128],
                checked(roles),
                team if isinstance(team, str) else None,
            )
        except Rejected:
            raise NotSignedIn("You have no role here.", hint="Ask whoever gives out roles where you sign in.") from None

    def _published(self) -> _Published:
        if self._known.published is None or self._is_old(FRESH):
            self._read()
        if self._known.published is None:
            raise _away()
        return self._known.published

    def _keys(self, *, again: bool = False) -> KeySet:
        self._published()
        if again and self._is_old(AGAIN):
            self._read()
        if self._known.keys is None:
            raise _away()
        return self._known.keys

    def _is_old(self, age: timedelta) -> bool:
        return self._known.at is None or not self._known.at <= self.clock() < self._known.at + age

    def _read(self) -> None:
        url = self.issuer.url.rstrip("/")
        try:
            published = _Published.model_validate(self._asked("GET", f"{url}/.well-known/openid-configuration"))
            keys = KeySet.import_key_set(self._asked("GET", published.jwks_uri))  # type: ignore[arg-type]  # it checks the form
        except (ValidationError, JoseError, ValueError):
            raise _away() from None
        if published.issuer.rstrip("/") != url:
            raise Misconfigured("The issuer calls itself by another address.", hint="Set its address as it writes it.")
        for place in (published.authorization_endpoint, published.token_endpoint):
            _check_address(place)
        self._known.published, self._known.keys, self._known.at = published, keys, self.clock()

    def _asked(self, method: str, url: str, **what: Any) -> dict[str, Any]:  # noqa: ANN401  # what httpx takes
        _check_address(url)
        try:
            answer = self.http.request(method, url, **what)
            if answer.is_client_error and method == "POST":
                raise _refusal()
            given = answer.raise_for_status().json() if len(answer.content) <= _MOST_BYTES else None
        except (httpx.HTTPError, ValueError):
            raise _away() from None
        if not isinstance(given, dict):
            raise _away()
        return given


def _check_address(url: str) -> None:
    """Raise Misconfigured for an address whose answers nobody could believe."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in {"127.0.0.1", "::1", "localhost"}):
        raise Misconfigured("The addresses of the issuer must be https.", hint="See the page operator-api.")


def _refusal() -> NotSignedIn:
    return NotSignedIn("The issuer does not vouch for this sign-in.", hint="Sign in again.")


def _away() -> Transient:
    return Transient("The issuer that vouches for people cannot be asked.", hint="Try again; then look at the issuer.")
