"""A certificate authority of a test: made-up organisations, keys that live as long as the test."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


@dataclass(frozen=True)
class Identity:
    """A certificate and its key, also as files."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    certificate_file: Path
    key_file: Path

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


class Authority:
    """Issues certificates into a folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.name = name
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.root = self._signed(self._named(name), self._key, issuer=self._named(name), extensions=[])
        self.root_file = folder / f"{name}.pem"
        self.root_file.write_bytes(self.root.public_bytes(Encoding.PEM))

    def server(self, host: str = "127.0.0.1") -> Identity:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
        return self._issued("server", [(names, ExtendedKeyUsageOID.SERVER_AUTH)])

    def client(self, organisation: str, padding: int = 0) -> Identity:
        """Issue a client certificate to an organisation, made longer by some bytes."""
        names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(organisation)]
        if padding:
            names.append(x509.UniformResourceIdentifier("urn:padding:" + "p" * padding))
        return self._issued(
            organisation.rpartition(":")[2] + str(padding or ""),
            [(x509.SubjectAlternativeName(names), ExtendedKeyUsageOID.CLIENT_AUTH)],
        )

    def _issued(self, name: str, given: list[tuple[x509.SubjectAlternativeName, x509.ObjectIdentifier]]) -> Identity:
        key = ec.generate_private_key(ec.SECP256R1())
        extensions: list[x509.ExtensionType] = []
        for names, usage in given:
            extensions += [names, x509.ExtendedKeyUsage([usage])]
        certificate = self._signed(self._named(name), key, issuer=self.root.subject, extensions=extensions)
        paths = self.folder / f"{self.name}-{name}.pem", self.folder / f"{self.name}-{name}.key"
        paths[0].write_bytes(certificate.public_bytes(Encoding.PEM))
        paths[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return Identity(certificate, key, *paths)

    def _signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        *,
        issuer: x509.Name,
        extensions: list[x509.ExtensionType],
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=5))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=not extensions, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        for extension in extensions:
            builder = builder.add_extension(extension, critical=False)
        if not extensions:
            usage = x509.KeyUsage(
                digital_signature=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=True,
                crl_sign=True,
                encipher_only=False,
                decipher_only=False,
            )
            builder = builder.add_extension(usage, critical=True)
        return builder.sign(self._key, hashes.SHA256())

    def _named(self, name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
