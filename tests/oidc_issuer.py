"""A small OpenID Connect issuer on a real port: it signs what a test wants, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

CLIENT = "ics-gateway"
SECRET = "a secret of the client"
Claims = dict[str, Any]
SigningKey = RSAKey | ECKey | OctKey


@dataclass
class Issuer:
    """The issuer. `claims` is what it says of the person; `sign` makes a token of them."""

    now: Callable[[], float]
    url: str = ""
    keys: list[SigningKey] = field(default_factory=lambda: [ECKey.generate_key("P-256", {"kid": "one"})])
    claims: Claims = field(default_factory=lambda: {"sub": "person-1", "roles": ["GW-Duty"], "team": "north"})
    header: Claims = field(default_factory=lambda: {"alg": "ES256", "kid": "one"})
    codes: dict[str, Claims] = field(default_factory=dict)
    asked: list[Claims] = field(default_factory=list)
    away: bool = False

    def agree(self, address: str) -> tuple[str, str]:
        """Sign the person in at this address, as a browser would; give the code and the state."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return code, query["state"]

    def token(self, nonce: str) -> str:
        """Sign an ID token."""
        now = int(self.now())
        told = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce, **self.claims}
        told = {name: value for name, value in told.items() if value is not None}
        return jwt.encode(self.header, told, self.keys[0], algorithms=[self.header["alg"]])

    def answer(self, method: str, path: str, body: bytes, authorization: str) -> tuple[int, Claims]:
        """Answer one request."""
        if self.away:
            return 503, {}
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
            }
        if path == "/keys":
            return 200, {"keys": [key.as_dict(private=False) for key in self.keys]}
        if (method, path) == ("POST", "/token"):
            return self._code(body, authorization)
        return 404, {}

    def _code(self, body: bytes, authorization: str) -> tuple[int, Claims]:
        given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        self.asked.append({**given, "authorization": authorization})
        query = self.codes.pop(given.get("code", ""), None)
        challenge = urlsafe_b64encode(sha256(given.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if query is None or challenge != query["code_challenge"] or given["redirect_uri"] != query["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"id_token": self.token(query["nonce"]), "access_token": "-", "token_type": "Bearer"}


@contextmanager
def running(now: Callable[[], float]) -> Iterator[Issuer]:
    """Run an issuer on a port of this machine."""
    issuer = Issuer(now)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer("GET", b"")

        def do_POST(self) -> None:
            self._answer("POST", self.rfile.read(int(self.headers.get("content-length", "0"))))

        def _answer(self, method: str, body: bytes) -> None:
            status, told = issuer.answer(method, self.path, body, self.headers.get("authorization", ""))
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as the library calls it
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
