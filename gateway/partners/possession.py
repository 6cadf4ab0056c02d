"""Proof that somebody holds the private half of an encryption key, in one round (after RFC 6955, section 4).

The invitation carries a public key for each curve. Whoever holds an encryption key agrees a secret with it, and only
the two sides can make the tag under that secret.
"""

from __future__ import annotations

import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from gateway.itp.identifiers import Digest
from gateway.itp.keys import JoseKey, Jwk, PrivateKey, PublishedKey
from schemas.errors import Rejected

_NAME = b"itp-possession/1\x00"
_SECRET = 32


def prove(key: PrivateKey, challenge: Jwk, about: bytes) -> Digest:
    """Make the tag of the holder of `key` over `about`. Raise Rejected where the challenge is of another curve."""
    return _tag(_agreed(key.jose, challenge.jose()), key.kid, about)


def proves(tag: Digest, key: PublishedKey, challenge: PrivateKey, about: bytes) -> bool:
    """Say whether the tag was made over `about` by the holder of `key`, or by us."""
    return hmac.compare_digest(_tag(_agreed(challenge.jose, key.jose), key.kid, about), tag)


def _tag(secret: bytes, kid: Digest, about: bytes) -> Digest:
    derived = HKDF(SHA256(), _SECRET, salt=None, info=_NAME + kid.encode("ascii")).derive(secret)
    return Digest.encoded(hmac.digest(derived, about, "sha256"))


def _agreed(ours: JoseKey, theirs: JoseKey) -> bytes:
    try:
        if isinstance(ours, ECKey) and isinstance(theirs, ECKey):
            return ours.exchange_derive_key(theirs)
        if isinstance(ours, OKPKey) and isinstance(theirs, OKPKey):
            return ours.exchange_derive_key(theirs)
    except (JoseError, ValueError):
        pass
    raise Rejected("The two keys cannot agree a secret.", hint="Ask for a new invitation.")
