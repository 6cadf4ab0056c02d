"""Certificates on the way to MESH, against a TLS server of our own: the sandbox looks at none."""

from __future__ import annotations

import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.transports.mesh import MeshCarrier, MeshConfig
from schemas.errors import Misconfigured, Transient


class _LetsIn(BaseHTTPRequestHandler):
    seen: ClassVar[list[str]] = []
    """The common names of the certificates that came, in order."""

    def do_POST(self) -> None:
        assert isinstance(self.connection, ssl.SSLSocket)
        octets = self.connection.getpeercert(binary_form=True)
        assert octets is not None
        subject = x509.load_der_x509_certificate(octets).subject
        self.seen.append(str(subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make `server`, `client` and `stranger`, each with its key; each is its own authority."""
    folder = tmp_path_factory.mktemp("certificates")
    for name in ("server", "client", "stranger"):
        _certificate(folder, name)
    return folder


@contextmanager
def serving(certificates: Path) -> Iterator[str]:
    """Run a server that wants the certificate called `client`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / "server.pem", certificates / "server.key")
    context.load_verify_locations(certificates / "client.pem")
    context.verify_mode = ssl.CERT_REQUIRED
    with HTTPServer(("127.0.0.1", 0), _LetsIn) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"https://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def carrier(certificates: Path, url: str, ours: str | None, theirs: str | None) -> MeshCarrier:
    def path(name: str | None, ending: str) -> Path | None:
        return certificates / f"{name}.{ending}" if name else None

    certificate, key, authorities = path(ours, "pem"), path(ours, "key"), path(theirs, "pem")
    return MeshCarrier(
        MeshConfig(url, "X26ABC1", "made up", "made up", "X26ABC2", "ICS", certificate, key, authorities, timeout=5)
    )


def test_both_sides_know_each_other_by_certificate(certificates: Path) -> None:
    _LetsIn.seen.clear()
    with serving(certificates) as url, carrier(certificates, url, "client", "server").connect():
        pass
    assert _LetsIn.seen == ["made up client"]


@pytest.mark.parametrize("authority", [None, "stranger"])
def test_a_server_that_another_authority_vouches_for_stops_the_partner(
    certificates: Path, authority: str | None
) -> None:
    with (
        serving(certificates) as url,
        pytest.raises(Misconfigured, match="do not accept each other's certificate"),
        carrier(certificates, url, "client", authority).connect(),
    ):
        pass


@pytest.mark.parametrize("ours", [None, "stranger"])
def test_without_the_right_certificate_we_are_not_let_in(certificates: Path, ours: str | None) -> None:
    # In TLS 1.3 a server refuses after our side is done, and may hang up before we read why.
    with (
        serving(certificates) as url,
        pytest.raises((Misconfigured, Transient)),
        carrier(certificates, url, ours, "server").connect(),
    ):
        pass


def test_a_certificate_that_cannot_be_read_stops_the_partner(certificates: Path) -> None:
    (certificates / "damaged.pem").write_text("not a certificate", encoding="ascii")
    for name in ("none", "damaged"):
        with (
            pytest.raises(Misconfigured, match="A certificate or key for MESH cannot be read"),
            carrier(certificates, "https://127.0.0.1:1", name, "server").connect(),
        ):
            pass


def _certificate(folder: Path, name: str) -> None:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"made up {name}")])
    public = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(public, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / f"{name}.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / f"{name}.key").write_bytes(private)
