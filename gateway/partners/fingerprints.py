"""Fingerprints that two people can compare over the telephone."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Iterable
from hashlib import sha256

from gateway.itp.identifiers import Digest
from gateway.itp.keys import PublishedKey

_GROUP = 4
_OCTETS = 20


def fingerprint(kid: Digest) -> str:
    """Give the first 160 bits of the key's thumbprint: 40 hexadecimal digits in groups of 4."""
    return _grouped(urlsafe_b64decode(kid + "="))


def together(keys: Iterable[PublishedKey]) -> str:
    """Give one fingerprint of all these keys: of the hash of their kids, sorted, each with a newline."""
    return _grouped(sha256("".join(f"{kid}\n" for kid in sorted(str(key.kid) for key in keys)).encode()).digest())


def heard(text: str, wanted: str) -> bool:
    """Say whether what was read out is this fingerprint; spaces and capitals do not matter."""
    return "".join(text.split()).lower() == wanted.replace(" ", "")


def _grouped(octets: bytes) -> str:
    digits = octets[:_OCTETS].hex()
    return " ".join(digits[place : place + _GROUP] for place in range(0, len(digits), _GROUP))
