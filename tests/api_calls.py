"""Calls the partner API of a made-up authority, as a server would hand it the bytes of a request.

`authority(...)` makes one with its own store and keys, `signed(...)` a request of another, `ask(...)` the answer.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from base64 import b64encode
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from fastapi import FastAPI

from gateway.api.app import create_app
from gateway.api.health import Probes
from gateway.api.limits import ApiLimits
from gateway.api.proxy import ProxyTrust
from gateway.itp.directory import Directory
from gateway.itp.keys import Use
from gateway.itp.request_message import Headers, Request, Response
from gateway.itp.request_signature import fresh_nonce, sign
from gateway.itp.suites import Curve
from gateway.partners.folders import make_private
from gateway.partners.key_files import KeyFile, write_key
from gateway.partners.keys import KeyStore
from gateway.pipeline.exchange import Exchange
from gateway.store.store import Store
from itp_exchange import ANN, BEN, MESSAGE, NOW, USES, Package, Side, directory

ORIGIN = "https://ben.example"
TRANSFER = f"/itp/1/transfers/{MESSAGE}"
JSON = "application/json"
OCTETS = "application/octet-stream"
DAY = timedelta(days=1)
Message = dict[str, Any]


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Known:
    """The directory as an authority knows it; a test may put another in its place."""

    directory: Directory = field(default_factory=directory)

    def __call__(self) -> Directory:
        return self.directory


@dataclass(frozen=True)
class Authority:
    """An authority whose API can be called."""

    app: FastAPI
    exchange: Exchange
    clock: Clock
    known: Known


def exchange_of(side: Side, store: Store, folder: Path, clock: Clock, known: Known) -> Exchange:
    """Make the exchange of an authority, with its keys in files."""
    keys = folder / "keys"
    make_private(keys)
    for use, curve in USES:
        write_key(keys, KeyFile(published=side.published(use, curve), jwk=side.keys[use, curve].to_jwk()))
    inbox = folder / "inbox"
    inbox.mkdir()
    return Exchange(
        organisation=side.organisation,
        origin=ORIGIN,
        store=store,
        keys=KeyStore(keys, clock),
        directory=known,
        http=httpx.Client(trust_env=False),
        inbox=inbox,
        clock=clock,
        draw=secrets.token_bytes,
        jitter=lambda: 0.5,
    )


def authority(
    store: Store,
    folder: Path,
    *,
    side: Side = BEN,
    trust_proxy: ProxyTrust | None = None,
    limits: ApiLimits | None = None,
    probes: Probes | None = None,
    debug: bool = False,
) -> Authority:
    """Make an authority over a store that has nothing in it."""
    clock, known = Clock(), Known()
    exchange = exchange_of(side, store, folder, clock, known)
    app = create_app(
        exchange, trust_proxy=trust_proxy, limits=limits or ApiLimits(), probes=probes or Probes(), debug=debug
    )
    return Authority(app, exchange, clock, known)


def bare(
    method: str, path: str, body: bytes = b"", content_type: str | None = None, message_id: str = MESSAGE
) -> Request:
    """Make a request that nobody has signed."""
    headers: Headers = (("itp-message-id", message_id),)
    return Request(
        method, ORIGIN + path, headers if content_type is None else (("content-type", content_type), *headers), body
    )


def signed(
    request: Request, by: Side = ANN, *, at: datetime = NOW, nonce: str | None = None, curve: Curve = "Ed25519"
) -> Request:
    """Sign a request."""
    return sign(request, by.keys[Use.SIGN, curve], at, nonce or fresh_nonce())


def with_headers(request: Request, *more: tuple[str, str]) -> Request:
    """Add lines to the header, after the signature."""
    return request.with_headers((*request.headers, *more))


def new_transfer(package: Package, *, whole: bool = False) -> bytes:
    """Write the document that begins a transfer, or is one."""
    members: dict[str, Any] = {"label": package.label.decode(), "manifest": package.manifest.decode()}
    if whole:
        members["chunks"] = [b64encode(chunk).decode() for chunk in package.chunks]
    return json.dumps(members).encode()


def certificate(
    *uris: str, name: str = "ann.example", starts: timedelta = -DAY, ends: timedelta = DAY, names: bool = True
) -> bytes:
    """Make a certificate with these URIs as alternative names, in DER."""
    key = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW + starts)
        .not_valid_after(NOW + ends)
    )
    if names:
        others: list[x509.GeneralName] = [x509.DNSName("ann.example"), *map(x509.UniformResourceIdentifier, uris)]
        made = made.add_extension(x509.SubjectAlternativeName(others), critical=False)
    return made.sign(key, None).public_bytes(Encoding.DER)


def client_cert(der: bytes) -> str:
    """Write a certificate as the proxy does (RFC 9440)."""
    return f":{b64encode(der).decode()}:"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    request: Request
    status: int
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        """Give a header that must be there once."""
        (value,) = [value for found, value in self.headers if found == name]
        return value

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        """Give the code of a problem document, and see that it is one."""
        assert self.header("content-type") == "application/problem+json", self.body
        problem = self.json
        assert problem["status"] == self.status
        assert problem["type"] == f"urn:ics:problem:{problem['code']}"
        assert problem["request_id"] == self.header("itp-request-id")
        return str(problem["code"])

    @property
    def apart_from_its_id(self) -> object:
        """Give all of a problem but the id of its request."""
        headers = [(name, value) for name, value in self.headers if name != "itp-request-id"]
        return self.status, headers, {**self.json, "request_id": ""}

    def as_response(self) -> Response:
        """Give it as a partner verifies it."""
        return Response(self.request, self.status, self.headers, self.body)


def ask(
    app: FastAPI,
    request: Request,
    *,
    host: str = "127.0.0.1",
    parts: Sequence[bytes] | None = None,
    hang: bool = False,
    leave: bool = False,
) -> Answer:
    """Send a request. Its body may come in parts; it may hang before its end, or its sender leave."""
    return asyncio.run(asked(app, request, host=host, parts=parts, hang=hang, leave=leave))


async def asked(
    app: FastAPI,
    request: Request,
    *,
    host: str = "127.0.0.1",
    parts: Sequence[bytes] | None = None,
    hang: bool = False,
    leave: bool = False,
) -> Answer:
    """Send a request from within a loop."""
    parts = [request.body] if parts is None else parts
    waiting: list[Message] = [{"type": "http.request", "body": part, "more_body": True} for part in parts]
    if leave:
        waiting.append({"type": "http.disconnect"})
    elif not hang:
        waiting.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> Message:
        if waiting:
            return waiting.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await app(_scope(request, host), receive, send)
    start, *rest = sent
    headers = tuple((name.decode(), value.decode()) for name, value in start["headers"])
    return Answer(request, start["status"], headers, b"".join(message.get("body", b"") for message in rest))


def _scope(request: Request, host: str) -> dict[str, Any]:
    target = request.url.removeprefix(ORIGIN).encode("latin-1")
    path, _, query = target.partition(b"?")
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in request.headers]
    names = {name for name, _ in headers}
    if request.body and not names & {b"content-length", b"transfer-encoding"}:
        headers.append((b"content-length", str(len(request.body)).encode()))
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(b"host", b"127.0.0.1:8000"), *headers],
        "client": (host, 40000),
        "server": ("127.0.0.1", 8000),
    }
