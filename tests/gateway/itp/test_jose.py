from __future__ import annotations

import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import x25519
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap
from joserfc.util import urlsafe_b64decode

from gateway.itp.jose import InvalidToken, WrongParties, decrypt, encrypt, sign, verify
from gateway.itp.keys import PublishedKey, Use
from gateway.itp.suites import SUITES
from itp_exchange import ANN, BEN, CAT, base64url, raw_jws

KIND = "itp-manifest+jws"
SIGNING = ANN.keys[Use.SIGN, "Ed25519"]
SHOWN = ANN.published(Use.SIGN, "Ed25519")
OPENING = BEN.keys[Use.ENCRYPT, "X25519"]
HEADER = {"alg": "Ed25519", "kid": SIGNING.kid, "typ": KIND}
ITP_A = SUITES["itp-a"]


def only_shown(kid: str) -> PublishedKey | None:
    return SHOWN if kid == SHOWN.kid else None


def encrypted() -> bytes:
    return encrypt(b"payload", BEN.published(Use.ENCRYPT, "X25519"), ANN.organisation, BEN.organisation)


def opened(token: bytes) -> bytes:
    return decrypt(token, ITP_A, OPENING, ANN.organisation, BEN.organisation)


def with_header(token: bytes, change: dict[str, Any]) -> bytes:
    header, _, rest = token.partition(b".")
    members = {**json.loads(urlsafe_b64decode(header)), **change}
    return base64url(json.dumps(members).encode()).encode() + b"." + rest


def test_a_signature_of_another_maker_is_verified() -> None:
    verified = verify(raw_jws(HEADER, b"payload", SIGNING), KIND, only_shown)
    assert (verified.payload, verified.key) == (b"payload", SHOWN)


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "EdDSA"},
        {"alg": "ES256"},
        {"jku": "https://attacker.example/keys"},
        {"jwk": dict(SHOWN.jwk)},
        {"x5u": "https://attacker.example/certificate"},
        {"x5c": ["AAAA"]},
        {"crit": ["exp"], "exp": 1},
        {"crit": ["b64"], "b64": False},
        {"cty": "JWT"},
        {"typ": "itp-receipt+jws"},
        {"typ": None},
        {"kid": CAT.keys[Use.SIGN, "Ed25519"].kid},
        {"kid": 1},
    ],
)
def test_a_header_that_is_not_exactly_ours_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidToken):
        verify(raw_jws({**HEADER, **change}, b"payload", SIGNING), KIND, only_shown)


def test_a_member_that_is_named_twice_is_refused() -> None:
    twice = json.dumps(HEADER)[:-1] + ', "alg": "Ed25519"}'
    _, payload, signature = raw_jws(HEADER, b"payload", SIGNING).split(b".")
    with pytest.raises(InvalidToken, match=r"^The header is not readable\.$"):
        verify(b".".join([base64url(twice.encode()).encode(), payload, signature]), KIND, only_shown)


@pytest.mark.parametrize("token", [b"", b"..", b"e30", b"e30..", b"W10..", b"\xff..", b"a" * 5000])
def test_what_is_no_token_is_refused(token: bytes) -> None:
    with pytest.raises(InvalidToken):
        verify(token, KIND, only_shown)
    with pytest.raises(InvalidToken):
        opened(token)


def test_an_unsigned_token_and_one_with_another_payload_are_refused() -> None:
    header, payload, signature = sign(b"payload", KIND, SIGNING).split(b".")
    other = base64url(b"other").encode()
    for parts in ((header, payload, b""), (header, other, signature), (header, payload), (header, payload, payload)):
        with pytest.raises(InvalidToken):
            verify(b".".join(parts), KIND, only_shown)


def test_the_encryption_is_ecdh_es_with_a256kw_as_rfc_7518_says() -> None:
    header, wrapped, nonce, ciphertext, tag = encrypted().split(b".")
    members = json.loads(urlsafe_b64decode(header))
    epk = x25519.X25519PublicKey.from_public_bytes(urlsafe_b64decode(members["epk"]["x"].encode()))
    private = OPENING.jose.private_key
    assert isinstance(private, x25519.X25519PrivateKey)
    parties = [ANN.organisation.encode(), BEN.organisation.encode()]
    texts = [len(part).to_bytes(4, "big") + part for part in (b"ECDH-ES+A256KW", *parties)]
    wrapping = ConcatKDFHash(SHA256(), 32, b"".join(texts) + (256).to_bytes(4, "big")).derive(private.exchange(epk))
    key = aes_key_unwrap(wrapping, urlsafe_b64decode(wrapped))
    sealed = urlsafe_b64decode(ciphertext) + urlsafe_b64decode(tag)
    assert AESGCM(key).decrypt(urlsafe_b64decode(nonce), sealed, header) == b"payload"


@pytest.mark.parametrize(
    "change",
    [
        {"alg": "ECDH-ES"},
        {"alg": "dir"},
        {"enc": "A128GCM"},
        {"zip": "DEF"},
        {"kid": OPENING.kid[::-1]},
        {"cty": "JWT"},
        {"jku": "https://attacker.example/keys"},
        {"epk": None},
        {"epk": dict(BEN.published(Use.ENCRYPT, "P-256").jwk)},
        {"epk": {"kty": "OKP", "crv": "X25519", "x": "A" * 43}},
        {"epk": {"kty": "OKP", "crv": "X25519", "x": SHOWN.jwk.x, "d": SHOWN.jwk.x}},
    ],
)
def test_an_encryption_header_that_is_not_exactly_ours_is_refused(change: dict[str, Any]) -> None:
    assert opened(encrypted()) == b"payload"
    with pytest.raises(InvalidToken) as refused:
        opened(with_header(encrypted(), change))
    assert type(refused.value) is InvalidToken


@pytest.mark.parametrize("party", ["apu", "apv"])
def test_an_encryption_between_others_is_told_apart(party: str) -> None:
    with pytest.raises(WrongParties):
        opened(with_header(encrypted(), {party: base64url(CAT.organisation.encode())}))


def test_another_key_does_not_open() -> None:
    with pytest.raises(InvalidToken):
        decrypt(encrypted(), ITP_A, CAT.keys[Use.ENCRYPT, "X25519"], ANN.organisation, BEN.organisation)


@pytest.mark.parametrize("part", range(1, 5))
def test_every_part_of_the_encryption_is_authenticated(part: int) -> None:
    parts = encrypted().split(b".")
    parts[part] = (b"B" if parts[part][:1] == b"A" else b"A") + parts[part][1:]
    with pytest.raises(InvalidToken, match=r"^The encryption does not open\.$"):
        opened(b".".join(parts))
    parts[part] = b""
    with pytest.raises(InvalidToken):
        opened(b".".join(parts))
