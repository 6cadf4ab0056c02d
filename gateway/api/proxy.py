"""Which organisation TLS proved, as the proxy in front of us says it (RFC 9440)."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from cryptography import x509

from gateway.itp.codes import Code, Refused
from gateway.itp.identifiers import Organisation

CLIENT_CERT = "client-cert"
MAX_CERTIFICATE = 16 << 10
_BYTES = re.compile(r":([A-Za-z0-9+/]+={0,2}):")
_PREFIX = "urn:ics:org:ods:"
_LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass(frozen=True, slots=True)
class ProxyTrust:
    """The proxy that ends TLS: it verifies each client certificate, and is called from one of these networks.

    It replaces the header Client-Cert of every request by its own, so that no caller can write it.
    """

    networks: tuple[IPv4Network | IPv6Network, ...] = _LOOPBACK

    def includes(self, host: str | None) -> bool:
        """Say whether the connection comes from the proxy."""
        try:
            address = ip_address(host or "")
        except ValueError:
            return False
        return any(address in network for network in self.networks)


def proved(trust: ProxyTrust | None, host: str | None, values: list[str], now: datetime) -> Organisation | None:
    """Give the organisation of the client certificate; none where no proxy is trusted.

    `values` are those of the header Client-Cert. Raise Refused (itp-403-org-mismatch).
    """
    if trust is None:
        if values:
            raise _refusal("A client certificate is claimed, and no proxy is trusted to say so.")
        return None
    if not trust.includes(host):
        raise _refusal("The request did not come through the proxy.")
    if len(values) != 1:
        raise _refusal("The proxy must name one client certificate.")
    return _organisation(_certificate(values[0]), now)


def _certificate(value: str) -> x509.Certificate:
    found = _BYTES.fullmatch(value) if len(value) <= MAX_CERTIFICATE else None
    if found is None:
        raise _refusal("The client certificate is not written as RFC 9440 says.")
    try:
        return x509.load_der_x509_certificate(b64decode(found[1], validate=True))
    except (binascii.Error, ValueError, x509.InvalidVersion):
        raise _refusal("The client certificate cannot be read.") from None


def _organisation(certificate: x509.Certificate, now: datetime) -> Organisation:
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise _refusal("The client certificate is not valid now.")
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        (name,) = (uri for uri in names.get_values_for_type(x509.UniformResourceIdentifier) if uri.startswith(_PREFIX))
        return Organisation(name)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError):
        raise _refusal("The client certificate does not name one organisation.") from None


def _refusal(message: str) -> Refused:
    return Refused(Code.ORG_MISMATCH, message)
