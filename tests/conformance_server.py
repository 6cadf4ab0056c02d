"""Ben's gateway as a server of its own on loopback, and Ann, Cat and an attacker who hold keys and call it."""

from __future__ import annotations

import itertools
import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from api_calls import JSON, OCTETS, Clock, Known, exchange_of, new_transfer
from authorities import free_port, served
from gateway.api.app import create_app
from gateway.api.limits import ApiLimits, Rate
from gateway.api.proxy import ProxyTrust
from gateway.itp.identifiers import MessageId
from gateway.itp.keys import Use
from gateway.itp.request_message import Request
from gateway.itp.request_signature import fresh_nonce, sign
from gateway.itp.seal import Envelope
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.run import sweep
from gateway.store.store import Store
from itp_exchange import ANN, BEN, NOW, Package, Side, send

# The clock stands still here, so that nothing would fill the bucket again.
LIMITS = ApiLimits(rate=Rate(burst=100_000))


@dataclass
class Server:
    """Ben's gateway; `url` is where it listens, and its origin."""

    exchange: Exchange
    url: str
    proxied: str
    clock: Clock
    known: Known
    client: httpx.Client
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def seal(self, payload: bytes = b"Synthetic payload in more than three chunks of 16.", **how: Any) -> Package:
        """Seal a message under an id that was not used yet."""
        number = next(self.numbers)
        message = MessageId(f"019ab000-0000-7000-8000-{number:012x}")
        envelope = Envelope(message, MessageId(f"019ab000-0000-7000-9000-{number:012x}"), NOW, NOW + timedelta(days=5))
        return send(payload, envelope=envelope, **how)

    def request(self, method: str, path: str, message: str, body: bytes = b"", content_type: str = "") -> Request:
        typed = (("content-type", content_type),) if content_type else ()
        return Request(method, self.url + path, (("itp-message-id", message), *typed), body)

    def signed(self, request: Request, by: Side = ANN, **how: Any) -> Request:
        key = by.keys[Use.SIGN, "Ed25519"]
        return sign(request, key, how.get("at", self.clock()), how.get("nonce") or fresh_nonce())

    def ask(self, request: Request, *more: tuple[str, str], url: str = "") -> httpx.Response:
        """Send a request as it is, over the network."""
        target = request.url.replace(self.url, url or self.url)
        return self.client.request(request.method, target, headers=[*request.headers, *more], content=request.body)

    def call(self, method: str, path: str, message: str, body: bytes = b"", typed: str = "", by: Side = ANN) -> Any:
        return self.ask(self.signed(self.request(method, path, message, body, typed), by))

    def bring(self, package: Package, *, whole: bool = True, by: Side = ANN) -> str:
        """Bring a package as its sender would, let Ben open it, and give what becomes of it.

        That is the code of the first answer that is a problem, or the level and the code of Ben's last receipt.
        """
        message = _stated_id(package)
        path = f"/itp/1/transfers/{message}"
        steps = [("PUT", path, new_transfer(package, whole=whole), JSON)]
        if not whole:
            steps += [("PUT", f"{path}/chunks/{n}", chunk, OCTETS) for n, chunk in enumerate(package.chunks)]
            steps += [("POST", f"{path}/complete", b"", "")]
        for method, where, body, typed in steps:
            answer = self.call(method, where, message, body, typed, by)
            if answer.status_code >= 400:
                return code(answer)
        sweep(self.exchange, "test")
        receipts = self.call("GET", f"{path}/receipts", message, by=by).json()["receipts"]
        assert level(receipts[0]) == "R1"
        return level(receipts[-1])

    def handed_over(self, package: Package) -> bool:
        return (self.exchange.inbox / _stated_id(package)).exists()


def code(answer: httpx.Response) -> str:
    """Give the code of a problem document, which says no more than the table does."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    return str(problem["code"])


def level(token: str) -> str:
    body = token.split(".")[1]
    claims = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return f"{claims['level']} {claims['code']}" if "code" in claims else str(claims["level"])


def _stated_id(package: Package) -> str:
    try:
        return str(json.loads(package.label)["message_id"])
    except (ValueError, KeyError):
        return "019ab000-0000-7000-8000-00000000ffff"


@contextmanager
def serving(store: Store, folder: Path) -> Iterator[Server]:
    """Run Ben's gateway twice over one store: called by anybody, and as the proxy in front of it would call it."""
    clock, known, port, proxied = Clock(), Known(), free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    exchange = replace(exchange_of(BEN, store, folder, clock, known), origin=url)
    with (
        served(exchange, port, create_app(exchange, trust_proxy=None, limits=LIMITS)),
        served(exchange, proxied, create_app(exchange, trust_proxy=ProxyTrust(), limits=LIMITS)),
        httpx.Client(trust_env=False, timeout=30) as client,
    ):
        yield Server(exchange, url, f"http://127.0.0.1:{proxied}", clock, known, client)
    exchange.http.close()
