"""Call the endpoint: a token by client credentials, renewed early and when it is refused; one POST at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx

from gateway.csc_feed.answers import Answer
from gateway.csc_feed.configuration import Configuration, Endpoint, revealed
from schemas.errors import Misconfigured, Transient

_EARLY = timedelta(minutes=3)
_SHORTEST = timedelta(minutes=1)
_REQUEST_IDS = ("x-request-id", "request-id", "x-correlation-id")
_LONGEST_ID = 128
_MOST_ANSWER = 1_000_000
_REFUSED = (400, 401)


@dataclass(slots=True)
class Line:
    """The way to one environment. `clock` tells the time; the client has no more than one call under way."""

    http: httpx.Client
    endpoint: Endpoint
    authority: str
    user_agent: str
    clock: Callable[[], datetime]
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    _token: str = field(default="", repr=False)
    _until: datetime | None = None

    def post(self, body: bytes) -> Answer:
        """Post a batch. Raise Misconfigured where no token is given to us."""
        address = f"{self.endpoint.address}/children_social_care_data/{self.authority}/children"
        try:
            headers = self._headers()
        except Transient:
            return Answer(0, connected=False)
        try:
            reply = self.http.post(address, content=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol):
            return Answer(0, connected=False)
        except httpx.HTTPError:
            return Answer(0)
        found = (reply.headers.get(name, "") for name in _REQUEST_IDS)
        request = next((text[:_LONGEST_ID] for text in found if text), None)
        return Answer(reply.status_code, reply.text[:_MOST_ANSWER], reply.headers.get("retry-after", ""), request)

    def forget_token(self) -> None:
        """Have a new token before the next call."""
        self._until = None

    def _headers(self) -> dict[str, str]:
        if self._until is None or self.clock() >= self._until:
            self._renew()
        return {
            "Authorization": f"Bearer {self._token}",
            "SupplierKey": self._secret(self.endpoint.keys),
            "Content-Type": "application/json",
            "Accept": "application/json",
            "User-Agent": self.user_agent,
        }

    def _renew(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self.endpoint.client,
            "client_secret": self._secret(self.endpoint.secrets),
            "scope": self.endpoint.scope,
        }
        try:
            reply = self.http.post(self.endpoint.token_address, data=form)
        except httpx.HTTPError as error:
            raise Transient("The address that gives tokens does not answer.") from error
        if reply.status_code in _REFUSED:
            raise Misconfigured("No token is given to us.", hint="Look at the client id, its secret and the scope.")
        self._take(reply)

    def _take(self, reply: httpx.Response) -> None:
        try:
            found = reply.raise_for_status().json()
            token, lasts = str(found["access_token"]), timedelta(seconds=int(found["expires_in"]))
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            raise Transient("The address that gives tokens gave none.") from None
        self._token = token.strip()
        self._until = self.clock() + max(lasts - _EARLY, min(lasts, _SHORTEST))

    def _secret(self, secrets: tuple[str, ...]) -> str:
        return revealed(secrets, self.endpoint.switch_on, self.clock().date(), self.environment)


@contextmanager
def opened(
    settled: Configuration, clock: Callable[[], datetime], environment: Mapping[str, str] = os.environ
) -> Iterator[Line]:
    """Open the way to the environment that is configured. Raise Misconfigured."""
    endpoint = settled.endpoint
    # No proxy of the environment, and no redirect: the call goes where the configuration says, or not at all.
    with httpx.Client(
        timeout=settled.pace.seconds, proxy=endpoint.proxy, trust_env=False, follow_redirects=False
    ) as client:
        yield Line(client, endpoint, settled.authority, settled.user_agent, clock, environment)
