"""Secrets that are made by chance, shown once, and kept as digests."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode

from gateway.itp.identifiers import Draw

_OCTETS = 32


def fresh(draw: Draw, prefix: str = "") -> str:
    """Make a secret of 256 bits as text."""
    return prefix + urlsafe_b64encode(draw(_OCTETS)).rstrip(b"=").decode("ascii")


def digest_of(secret: str, use: str) -> str:
    """Give the SHA-256, in hex, under which a secret is kept; those of different uses never meet."""
    return hashlib.sha256(f"ics-gateway {use}\x00{secret}".encode()).hexdigest()
