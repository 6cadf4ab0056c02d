"""Call a partner over HTTPS: sign each request, and read its answer strictly."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import httpx

from gateway.itp import paths
from gateway.itp.codes import Code, Refused
from gateway.itp.directory import Partner
from gateway.itp.documents import Malformed, parse
from gateway.itp.identifiers import MessageId
from gateway.itp.keys import PrivateKey, Use
from gateway.itp.request_message import CONTENT_TYPE, MESSAGE_ID, Request, Response
from gateway.itp.request_signature import fresh_nonce, sign
from gateway.itp.request_verification import Verifier
from gateway.pipeline.attempt import Failed
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.outcome import Answered, Lost
from schemas.errors import Misconfigured

JSON = "application/json"
OCTETS = "application/octet-stream"
PROBLEM = "application/problem+json"
MAX_ANSWER = 8 * 1024 * 1024
"""Longest answer that is read, in bytes: a lease of small messages, or a chunk."""
LONGEST = 300.0
"""How long an answer as a whole may take to come, in seconds: the time of each read alone has no end."""
_OK = frozenset({200, 201})


@dataclass(frozen=True, slots=True)
class Way:
    """One partner over HTTPS: what it is, and its base URL."""

    exchange: Exchange
    partner: Partner
    address: str

    def call(
        self, method: str, path: str, message_id: str | None = None, body: bytes = b"", content_type: str = ""
    ) -> bytes:
        """Make a signed request and give the body of a good answer. Raise Failed."""
        return self._answered(method, path, message_id, body, content_type)[0]

    def bring(self, tokens: Iterable[bytes]) -> None:
        """Bring receipts of ours about the partner's messages. Raise Failed."""
        body = json.dumps({"receipts": [token.decode("ascii") for token in tokens]})
        self.json("POST", paths.RECEIPTS, None, body.encode("ascii"))

    def _answered(
        self, method: str, path: str, message_id: str | None, body: bytes, content_type: str
    ) -> tuple[bytes, bool]:
        """Give the body of a good answer, and whether the partner signed it."""
        request = self._signed(method, path, message_id, body, content_type)
        try:
            with self.exchange.http.stream(method, request.url, headers=list(request.headers), content=body) as answer:
                content = _bounded(answer)
                return self._checked(request, answer, content)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            raise Failed(Lost.NOT_SENT) from None
        except httpx.HTTPError:
            raise Failed(Lost.UNKNOWN) from None

    def json(self, method: str, path: str, message_id: str | None = None, body: bytes = b"") -> dict[str, Any]:
        """Make a signed request and read a JSON object from its answer, signed where it has receipts. Raise Failed."""
        content, is_signed = self._answered(method, path, message_id, body, JSON if body else "")
        try:
            value = parse(content, limit=MAX_ANSWER)
        except Malformed:
            raise Failed(Lost.UNKNOWN) from None
        if not isinstance(value, dict) or ("receipts" in value and not is_signed):
            raise Failed(Lost.UNKNOWN)
        return value

    def _signed(self, method: str, path: str, message_id: str | None, body: bytes, content_type: str) -> Request:
        exchange = self.exchange
        about = message_id or MessageId.new(exchange.clock(), exchange.draw)
        typed = ((CONTENT_TYPE, content_type),) if content_type else ()
        headers = ((MESSAGE_ID, about), *typed)
        request = Request(method, f"{self.address}{path}", headers, body)
        return sign(request, signing_key(exchange), exchange.clock(), fresh_nonce())

    def _checked(self, request: Request, answer: httpx.Response, content: bytes) -> tuple[bytes, bool]:
        if answer.status_code not in _OK:
            raise Failed(_refusal(answer, content))
        is_signed = "signature" in answer.headers
        if is_signed:
            self._verify(request, answer, content)
        return content, is_signed

    def _verify(self, request: Request, answer: httpx.Response, content: bytes) -> None:
        """Verify the signature of an answer. It is bound to our request's nonce, so it needs no memory of its own."""
        keys = {str(key.kid): key for key in self.partner.keys}
        verifier = Verifier(self.exchange.origin, keys.get, lambda *_: True, self.exchange.clock)
        headers = tuple((name, value) for name, value in answer.headers.multi_items())
        try:
            verifier.response(Response(request, answer.status_code, headers, content))
        except Refused as error:
            raise Failed(Answered(answer.status_code, error.code)) from None


def reach(exchange: Exchange, partner: Partner) -> Way | None:
    """Give the way to a partner over HTTPS, if it has one."""
    addresses = (endpoint.address for endpoint in partner.endpoints if endpoint.mode == "push")
    address = next(addresses, None)
    return None if address is None or not _is_address(address) else Way(exchange, partner, address.rstrip("/"))


def _is_address(text: str) -> bool:
    try:
        url, _ = urlsplit(text), httpx.URL(text)
        return url.scheme in {"http", "https"} and bool(url.hostname) and url.port != 0
    except (ValueError, httpx.InvalidURL):
        return False


def signing_key(exchange: Exchange) -> PrivateKey:
    """Give our key for requests, as the directory shows it. Raise Misconfigured."""
    us = exchange.directory().partner(exchange.organisation)
    if us is not None:
        for curve in ("Ed25519", "P-256"):
            shown = us.newest(Use.SIGN, curve, exchange.clock())
            key = exchange.keys.private(shown.kid) if shown else None
            if key is not None:
                return key
    raise Misconfigured(
        "The directory shows no signing key of ours that is in the key folder.", hint="Publish our current keys."
    )


def _bounded(answer: httpx.Response) -> bytes:
    content, give_up = bytearray(), monotonic() + LONGEST
    for piece in answer.iter_bytes():
        content += piece
        if len(content) > MAX_ANSWER or monotonic() > give_up:
            raise Failed(Lost.UNKNOWN)
    return bytes(content)


def _refusal(answer: httpx.Response, content: bytes) -> Answered:
    code: Code | None = None
    if answer.headers.get("content-type", "").partition(";")[0] == PROBLEM:
        try:
            value = parse(content, limit=MAX_ANSWER)
            code = Code(str(value.get("code"))) if isinstance(value, dict) else None
        except (Malformed, ValueError):
            code = None
    return Answered(answer.status_code, code, answer.headers.get("retry-after", ""))
