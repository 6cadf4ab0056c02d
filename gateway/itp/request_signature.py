"""Sign requests, and the responses that carry receipts (RFC 9421, RFC 9530, messaging profile 4.5)."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from http_message_signatures import HTTPMessageSigner, HTTPSignatureAlgorithm, MappingKeyResolver
from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519

from gateway.itp.keys import PrivateKey
from gateway.itp.request_message import DIGEST, SIGNATURE, SIGNATURE_INPUT, Request, Response

TAG = "itp1"
LABEL = "itp"
LIFE = timedelta(minutes=5)
"""How long after `created` a signature may expire, at the most."""
ALGORITHMS: dict[str, type[HTTPSignatureAlgorithm]] = {"Ed25519": ED25519, "P-256": ECDSA_P256_SHA256}
"""The one algorithm of each signing curve. There are no others."""

Signed = TypeVar("Signed", Request, Response)


def fresh_nonce() -> str:
    """Draw a nonce of 128 bits."""
    return secrets.token_urlsafe(16)


def sign(message: Signed, key: PrivateKey, now: datetime, nonce: str) -> Signed:
    """Give the message with its digest and signature; one that it had before is replaced, so a retry signs afresh.

    Raise HTTPMessageSignaturesException where a header that must be covered is missing or the URL is malformed.
    """
    bare = message.with_headers(message.without({DIGEST, SIGNATURE, SIGNATURE_INPUT}))
    view = bare.library_view()
    _signer(key).sign(
        view,
        key_id=key.kid,
        created=now,
        expires=now + LIFE,
        nonce=nonce,
        label=LABEL,
        tag=TAG,
        covered_component_ids=bare.covered(),
        body=bare.body,
    )
    return bare.with_headers(tuple(view.headers.items()))


def _signer(key: PrivateKey) -> HTTPMessageSigner:
    secret = key.jose.private_key
    if not isinstance(secret, Ed25519PrivateKey | EllipticCurvePrivateKey):
        raise TypeError("This key does not sign.")
    return HTTPMessageSigner(
        signature_algorithm=ALGORITHMS[key.curve],
        key_resolver=MappingKeyResolver(public_keys={}, private_keys={key.kid: secret}),
    )
