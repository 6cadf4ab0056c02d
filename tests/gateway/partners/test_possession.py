"""Proof that an encryption key is held."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.itp.identifiers import Digest
from gateway.itp.keys import Jwk, PrivateKey, PublishedKey, Use
from gateway.itp.suites import Curve
from gateway.partners.possession import prove, proves
from itp_exchange import private_key
from partner_folders import NOW
from schemas.errors import Rejected


def public(key: PrivateKey) -> PublishedKey:
    return key.published(Use.ENCRYPT, NOW, NOW + timedelta(days=1))


@pytest.mark.parametrize("curve", ["X25519", "P-256"])
def test_only_the_holder_proves_and_only_over_these_bytes(curve: Curve) -> None:
    holder, other, challenge = (private_key(name, curve) for name in ("holder", "other", "challenge"))
    tag = prove(holder, public(challenge).jwk, b"entry")
    assert proves(tag, public(holder), challenge, b"entry")
    assert not proves(tag, public(holder), challenge, b"Entry")
    assert not proves(tag, public(other), challenge, b"entry")
    assert not proves(tag, public(holder), other, b"entry")
    assert not proves(prove(other, public(challenge).jwk, b"entry"), public(holder), challenge, b"entry")


def test_the_tag_is_what_the_page_says() -> None:
    holder, challenge = private_key("holder", "X25519"), private_key("challenge", "X25519")
    private = X25519PrivateKey.from_private_bytes(urlsafe_b64decode(holder.to_jwk()["d"] + "="))
    secret = private.exchange(X25519PublicKey.from_public_bytes(urlsafe_b64decode(challenge.to_jwk()["x"] + "=")))
    key = HKDF(SHA256(), 32, None, b"itp-possession/1\x00" + holder.kid.encode()).derive(secret)
    assert prove(holder, public(challenge).jwk, b"entry") == Digest.encoded(hmac.digest(key, b"entry", "sha256"))


def test_a_challenge_on_another_curve_is_refused() -> None:
    with pytest.raises(Rejected, match="The two keys cannot agree a secret"):
        prove(private_key("holder", "X25519"), public(private_key("challenge", "P-256")).jwk, b"")


def test_a_challenge_that_agrees_nothing_secret_is_refused() -> None:
    zero = Jwk(kty="OKP", crv="X25519", x=Digest("A" * 43))
    with pytest.raises(Rejected, match="The two keys cannot agree a secret"):
        prove(private_key("holder", "X25519"), zero, b"")
