"""JWS and JWE in compact form with headers that are exactly ours.

A header is compared member by member with the one that must be there, so `alg: none`, HMAC, `jku`,
`jwk`, `x5u`, `crit`, `b64` and `zip` are refused without being looked at.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.util import urlsafe_b64decode

from gateway.itp.documents import Malformed, parse
from gateway.itp.identifiers import Digest, Organisation
from gateway.itp.keys import Jwk, PrivateKey, PublishedKey
from gateway.itp.suites import CONTENT, SIGNATURES, WRAP, Suite

MAX_TOKEN = 8 << 20
_MAX_HEADER = 1024
_JWE_TYPE = "itp-manifest+jws"


class InvalidToken(Exception):
    """A JWS or JWE that is not exactly what it must be."""


class WrongParties(InvalidToken):
    """A JWE that is bound to other organisations than its label names."""


class _Signatures(jws.JWSRegistry):
    max_payload_length = MAX_TOKEN


class _Encryption(jwe.JWERegistry):
    max_ciphertext_length = MAX_TOKEN


_JWS = _Signatures(algorithms=tuple(SIGNATURES.values()))
_JWE = _Encryption(algorithms=(WRAP, CONTENT))


def sign(payload: bytes, kind: str, key: PrivateKey) -> bytes:
    """Sign as a compact JWS of type `kind`."""
    header = {"alg": SIGNATURES[key.curve], "kid": str(key.kid), "typ": kind}
    return jws.serialize_compact(header, payload, key.jose, registry=_JWS).encode("ascii")


@dataclass(frozen=True, slots=True)
class Verified:
    """A payload, and the key that signed it."""

    payload: bytes
    key: PublishedKey


def verify(token: bytes, kind: str, find: Callable[[str], PublishedKey | None]) -> Verified:
    """Verify a JWS of type `kind` by the key that `find` gives for its `kid`.

    Raise InvalidToken.
    """
    header = _header(token)
    key = find(str(header.get("kid")))
    if key is None:
        raise InvalidToken("No such key may sign this.")
    if header != {"alg": SIGNATURES[key.jwk.crv], "kid": key.kid, "typ": kind}:
        raise InvalidToken("The header of the signature is not the one it must be.")
    try:
        return Verified(jws.deserialize_compact(token, key.jose, registry=_JWS).payload, key)
    except (JoseError, ValueError):
        raise InvalidToken("The signature does not fit.") from None


def encrypt(payload: bytes, to: PublishedKey, sender: Organisation, recipient: Organisation) -> bytes:
    """Encrypt to a key as a compact JWE that is bound to both organisations."""
    header = _binding(to.kid, sender, recipient)
    return jwe.encrypt_compact(dict(header), payload, to.jose, registry=_JWE).encode("ascii")


def decrypt(token: bytes, suite: Suite, key: PrivateKey, sender: Organisation, recipient: Organisation) -> bytes:
    """Give the plaintext of a JWE to `key` between these two. Raise InvalidToken, WrongParties."""
    header = _header(token)
    ephemeral = header.pop("epk", None)
    expected = _binding(key.kid, sender, recipient)
    if header != expected:
        same = {**header, "apu": None, "apv": None} == {**expected, "apu": None, "apv": None}
        raise (WrongParties if same else InvalidToken)("The header of the encryption is not the one it must be.")
    try:
        if Jwk.model_validate(ephemeral).crv != suite.agreement:
            raise InvalidToken("The ephemeral key is of another curve.")
        return jwe.decrypt_compact(token, key.jose, registry=_JWE).plaintext or b""
    except (JoseError, ValueError):
        raise InvalidToken("The encryption does not open.") from None


def _binding(kid: Digest, sender: Organisation, recipient: Organisation) -> dict[str, object]:
    return {
        "alg": WRAP,
        "enc": CONTENT,
        "kid": str(kid),
        "cty": _JWE_TYPE,
        "apu": _text(sender),
        "apv": _text(recipient),
    }


def _text(name: Organisation) -> str:
    return urlsafe_b64encode(name.encode("ascii")).rstrip(b"=").decode("ascii")


def _header(token: bytes) -> dict[str, object]:
    try:
        header = parse(urlsafe_b64decode(token.partition(b".")[0]), limit=_MAX_HEADER)
    except (Malformed, ValueError):
        raise InvalidToken("The header is not readable.") from None
    if not isinstance(header, dict):
        raise InvalidToken("The header is not an object.")
    return header
