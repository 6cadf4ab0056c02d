"""Our keys and our partners', as the notes of the log take them."""

from __future__ import annotations

from base64 import urlsafe_b64decode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.audit.note import Kind, PublicKey, SigningKey
from gateway.itp.keys import PrivateKey, PublishedKey, Use
from gateway.itp.suites import Curve
from schemas.errors import Misconfigured

CURVE: Curve = "Ed25519"
"""The curve of the key of use receipt-log that signs checkpoints."""
_HINT = f"Make one: ics-gateway keys new {Use.RECEIPT_LOG} --curve {CURVE}"


def signing_key(key: PrivateKey, name: str, kind: Kind = Kind.NOTE) -> SigningKey:
    """Take a private key under the name of a log; raise Misconfigured for another curve.

    One key makes receipts, checkpoints and cosignatures: what it signs begins differently each time.
    """
    if key.curve != CURVE:
        raise Misconfigured(f"Checkpoints are signed with a key on {CURVE}.", hint=_HINT)
    return SigningKey(name, kind, Ed25519PrivateKey.from_private_bytes(_octets(key.to_jwk()["d"])))


def public_keys(keys: tuple[PublishedKey, ...], name: str, kind: Kind = Kind.NOTE) -> tuple[PublicKey, ...]:
    """Give those published keys, retired ones too, with which that log signs or cosigns."""
    fitting = (key.jwk for key in keys if key.use is Use.RECEIPT_LOG and key.jwk.crv == CURVE)
    return tuple(PublicKey(name, kind, _octets(jwk.x)) for jwk in fitting)


def _octets(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
