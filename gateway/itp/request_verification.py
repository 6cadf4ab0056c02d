"""Verify the signature of a request, or of the response that carries a receipt (messaging profile 4.5).

The library checks what it is told to: here it is told to require every component and to recompute the digest, and
its look at the computer's clock is replaced by rules of ours with an injected one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import HTTPMessageSignaturesException, HTTPMessageVerifier, MappingKeyResolver

from gateway.itp.codes import Code, Refused
from gateway.itp.keys import PublishedKey, Use
from gateway.itp.request_message import DIGEST, SIGNATURE, SIGNATURE_INPUT, SINGLE, Request, Response
from gateway.itp.request_signature import ALGORITHMS, LIFE, TAG

SKEW = timedelta(minutes=2)
"""How far the other side's clock may be from ours."""
REMEMBER = timedelta(minutes=15)
"""How long a nonce is remembered; longer than any signature that carries it can be accepted."""
MAX_LINE = 2048

_NONCE = re.compile(r"[A-Za-z0-9_-]{16,128}")
_SHA_256 = re.compile(r"sha-256=:[A-Za-z0-9+/]{43}=:")
_ONE_LINE = re.compile(r"[!-~]([ -~]*[!-~])?")

FindKey = Callable[[str], PublishedKey | None]
"""Give the published key of that id, if there is one: of any partner for a request, of the one asked for a response."""
Remember = Callable[[str, str, datetime], bool]
"""Remember (keyid, nonce) until then, at once and for every process; say whether it was new."""


@dataclass(frozen=True, slots=True)
class Verified:
    """Who signed, by the key, and when (seconds since 1970)."""

    key: PublishedKey
    nonce: str
    created: int
    expires: int


@dataclass(frozen=True, slots=True)
class Verifier:
    """Verify what comes in. `origin` is ours, as partners call it: scheme and authority, without a last slash."""

    origin: str
    find_key: FindKey
    remember: Remember
    clock: Callable[[], datetime]

    def request(self, request: Request) -> Verified:
        """Say who signed this request. Raise Refused with itp-401-signature or itp-401-replay."""
        if not request.url.startswith(f"{self.origin}/") or "#" in request.url:
            raise _refusal("The request was made for another address.")
        return self._verified(request)

    def response(self, response: Response) -> Verified:
        """Say who signed this response to our request. Raise Refused with itp-401-signature or itp-401-replay."""
        return self._verified(response)

    def _verified(self, message: Request | Response) -> Verified:
        _check_lines(message)
        now = self.clock()
        found = _signed_by(message, self.find_key, now)
        if not self.remember(found.key.kid, found.nonce, now + REMEMBER):
            raise Refused(Code.REPLAY, "The nonce of the request was seen before.")
        return found


def _check_lines(message: Request | Response) -> None:
    for name in SINGLE:
        values = message.values(name)
        if len(values) > 1 or any(len(value) > MAX_LINE or not _ONE_LINE.fullmatch(value) for value in values):
            raise _refusal(f"The header {name} must come once, on one line.")
    for name in (DIGEST, SIGNATURE_INPUT, SIGNATURE):
        if not message.values(name):
            raise _refusal(f"The header {name} is missing.")
    if not _SHA_256.fullmatch(message.values(DIGEST)[0]):
        raise _refusal("The content digest must be one of SHA-256.")


def _signed_by(message: Request | Response, find_key: FindKey, now: datetime) -> Verified:
    one = _OneSignature(find_key, now)
    try:
        # No tag is asked for: the library then refuses a message with more than one signature.
        one.verify(message.library_view(), max_age=None, require_components=message.covered(), body=message.body)
    except HTTPMessageSignaturesException:
        raise _refusal("The signature is missing or malformed, covers too little, or does not fit.") from None
    return one.verified


class _OneSignature(HTTPMessageVerifier):
    """The library's verifier for one message: `verified` is set once its parameters are in order."""

    verified: Verified

    def __init__(self, find_key: FindKey, now: datetime) -> None:
        super().__init__(signature_algorithm=ALGORITHMS["Ed25519"], key_resolver=None)
        self._find_key = find_key
        self._now = now

    # The library calls this with the parsed parameters before it looks for the key.
    def validate_created_and_expires(self, sig_input: Any, max_age: timedelta | None = None) -> None:  # noqa: ANN401, ARG002 - the library's own untyped structure, and its signature
        """Check every parameter by our rules, and choose algorithm and key by them."""
        self.verified = _read(sig_input.params, self._find_key, self._now)
        key = self.verified.key
        self.signature_algorithm = ALGORITHMS[key.jwk.crv]
        self.key_resolver = MappingKeyResolver(public_keys={key.kid: _public(key)}, private_keys={})


def _public(key: PublishedKey) -> Ed25519PublicKey | EllipticCurvePublicKey:
    public = key.jose.public_key
    if not isinstance(public, Ed25519PublicKey | EllipticCurvePublicKey):
        raise TypeError("A key for signatures has a curve that does not sign.")
    return public


def _read(parameters: Mapping[str, Any], find_key: FindKey, now: datetime) -> Verified:
    """Take the parameters of a signature, not yet verified; the library has checked their types."""
    if not {"created", "expires", "nonce", "keyid", "alg", "tag"} <= set(parameters):
        raise _refusal("The signature lacks a parameter.")
    if parameters["tag"] != TAG:
        raise _refusal("The tag of the signature is not that of this protocol.")
    if not _NONCE.fullmatch(parameters["nonce"]):
        raise _refusal("The nonce of the signature has the wrong form.")
    _check_times(parameters["created"], parameters["expires"], now.timestamp())
    key = _usable(find_key(parameters["keyid"]), parameters["alg"], now)
    if key.kid != parameters["keyid"]:
        raise LookupError("A key was found that is not the one asked for.")
    return Verified(key, parameters["nonce"], parameters["created"], parameters["expires"])


def _check_times(created: int, expires: int, now: float) -> None:
    skew = SKEW.total_seconds()
    if not 0 < expires - created <= LIFE.total_seconds():
        raise _refusal("The signature must expire within five minutes of its creation.")
    if created > now + skew:
        raise _refusal("The signature was created in the future.")
    if expires < now - skew:
        raise _refusal("The signature has expired.")


def _usable(key: PublishedKey | None, algorithm: str, now: datetime) -> PublishedKey:
    if key is None or key.use is not Use.SIGN or not key.in_use(now):
        raise _refusal("The signature is by a key that is not known, or not for this, or not valid now.")
    if algorithm != ALGORITHMS[key.jwk.crv].algorithm_id:
        raise _refusal("The algorithm of the signature is not the one of its key.")
    return key


def _refusal(message: str) -> Refused:
    return Refused(Code.SIGNATURE, message)
