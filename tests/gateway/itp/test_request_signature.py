from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier, InvalidSignature, MappingKeyResolver
from http_message_signatures.algorithms import ED25519, HMAC_SHA256
from hypothesis import assume, given
from hypothesis import strategies as st

from gateway.itp.codes import Code, Refused
from gateway.itp.keys import PublishedKey, Use
from gateway.itp.request_message import Request, Response
from gateway.itp.request_signature import LIFE, fresh_nonce, sign
from gateway.itp.request_verification import REMEMBER, SKEW, Verified, Verifier
from gateway.itp.suites import Curve
from itp_exchange import ANN, MESSAGE, NOW

ORIGIN = "https://north.example"
URL = f"{ORIGIN}/itp/1/transfers/{MESSAGE}?part=1&of=2"
NONCE = "a-nonce-of-a-test-0001"
SECOND = timedelta(seconds=1)
KEY = ANN.keys[Use.SIGN, "Ed25519"]
PUBLISHED = ANN.published(Use.SIGN, "Ed25519")
BARE = Request("PUT", URL, (("Content-Type", "application/json"), ("ITP-Message-Id", MESSAGE)), b'{"synthetic": true}')
SIGNED = sign(BARE, KEY, NOW, NONCE)
ANSWERED = Response(SIGNED, 201, (("Content-Type", "application/jose"),), b"a.made.receipt")
ANSWER = sign(ANSWERED, KEY, NOW, NONCE)
BAD = "The signature is missing or malformed, covers too little, or does not fit."


@dataclass
class Nonces:
    """A memory of nonces as a table of a database is one."""

    seen: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def __call__(self, keyid: str, nonce: str, until: datetime) -> bool:
        fresh = (keyid, nonce) not in self.seen
        self.seen[keyid, nonce] = until
        return fresh


def verifier(now: datetime = NOW, nonces: Nonces | None = None, key: PublishedKey | None = PUBLISHED) -> Verifier:
    def find(keyid: str) -> PublishedKey | None:
        return key if key is not None and key.kid == keyid else None

    return Verifier(ORIGIN, find, Nonces() if nonces is None else nonces, lambda: now)


def refused(message: Request | Response, by: Verifier | None = None) -> tuple[Code, str]:
    """Have it refused; a refused message never spends its nonce."""
    nonces = Nonces()
    judge = by or verifier(nonces=nonces)
    with pytest.raises(Refused) as error:
        judge.request(message) if isinstance(message, Request) else judge.response(message)
    assert nonces.seen == {}
    return error.value.code, error.value.message


def header(message: Request | Response, name: str) -> str:
    (value,) = message.values(name)
    return value


def with_header(message: Request, name: str, value: str) -> Request:
    return message.with_headers(tuple((n, value if n.lower() == name else was) for n, was in message.headers))


def forged(covered: tuple[str, ...] = BARE.covered(), **changes: Any) -> Request:
    """Sign with the right key what our own signer would not make."""
    bare = SIGNED.with_headers(SIGNED.without({"signature", "signature-input"}))
    view = bare.library_view()
    algorithm = changes.pop("signature_algorithm", ED25519)
    secret = changes.pop("secret", KEY.jose.private_key)
    keys = MappingKeyResolver(public_keys={}, private_keys={KEY.kid: secret})
    standard = {"key_id": KEY.kid, "created": NOW, "expires": NOW + LIFE, "nonce": NONCE, "tag": "itp1"}
    HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=keys).sign(
        view, covered_component_ids=covered, use_existing_digest=True, **{**standard, **changes}
    )
    return bare.with_headers(tuple(view.headers.items()))


# RFC 9421 appendix B.2.6, with the key of B.1.4.
RFC_HEADERS = {
    "Host": "example.com",
    "Date": "Tue, 20 Apr 2021 02:07:55 GMT",
    "Content-Type": "application/json",
    "Content-Length": "18",
    "Signature-Input": 'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")'
    ';created=1618884473;keyid="test-key-ed25519"',
    "Signature": "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:",
}
RFC_KEY = Ed25519PublicKey.from_public_bytes(
    bytes.fromhex("26b40b8f93fff3d897112f7ebc582b232dbd72517d082fe83cfb30ddce43d1bb")
)


def rfc_verified(**changes: str) -> list[str]:
    headers = RFC_HEADERS | changes
    keys = MappingKeyResolver(public_keys={"test-key-ed25519": RFC_KEY}, private_keys={})
    message = SimpleNamespace(method="POST", url="https://example.com/foo?param=Value&Pet=dog", headers=headers)
    (result,) = HTTPMessageVerifier(signature_algorithm=ED25519, key_resolver=keys).verify(message, max_age=None)
    return list(result.covered_components)


def test_the_library_verifies_the_published_ed25519_vector_and_not_a_changed_one() -> None:
    names = ("date", "@method", "@path", "@authority", "content-type", "content-length", "@signature-params")
    assert rfc_verified() == [f'"{name}"' for name in names]
    with pytest.raises(InvalidSignature):
        rfc_verified(Date="Tue, 20 Apr 2021 02:07:56 GMT")


@pytest.mark.parametrize(("curve", "algorithm"), [("Ed25519", "ed25519"), ("P-256", "ecdsa-p256-sha256")])
def test_a_signed_request_verifies_and_says_by_which_key(curve: Curve, algorithm: str) -> None:
    published, nonces = ANN.published(Use.SIGN, curve), Nonces()
    signed = sign(BARE, ANN.keys[Use.SIGN, curve], NOW, NONCE)
    second = int(NOW.timestamp())
    assert verifier(nonces=nonces, key=published).request(signed) == Verified(published, NONCE, second, second + 300)
    assert nonces.seen == {(published.kid, NONCE): NOW + timedelta(minutes=15)}
    assert header(signed, "signature-input") == (
        'itp=("@method" "@authority" "@target-uri" "content-digest" "itp-message-id" "content-type")'
        f';created={second};keyid="{published.kid}";alg="{algorithm}";expires={second + 300};nonce="{NONCE}";tag="itp1"'
    )


def test_a_request_without_a_body_has_the_digest_of_nothing_and_needs_no_content_type() -> None:
    signed = sign(Request("GET", URL, (("ITP-Message-Id", MESSAGE),)), KEY, NOW, NONCE)
    assert header(signed, "content-digest") == "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"
    assert '"content-type"' not in header(signed, "signature-input")
    assert verifier().request(signed).nonce == NONCE
    assert refused(replace(signed, body=b"x")) == (Code.SIGNATURE, BAD)


def test_a_retry_replaces_the_signature_with_a_new_nonce() -> None:
    again = sign(SIGNED, KEY, NOW + SECOND, "a-nonce-of-a-test-0002")
    nonces = Nonces()
    assert verifier(nonces=nonces).request(SIGNED).nonce == NONCE
    assert verifier(nonces=nonces).request(again).nonce == "a-nonce-of-a-test-0002"
    assert len(again.headers) == len(SIGNED.headers)


def test_a_fresh_nonce_has_128_bits_and_the_form_that_is_accepted() -> None:
    first, second = fresh_nonce(), fresh_nonce()
    assert first != second
    assert re.fullmatch(r"[A-Za-z0-9_-]{22}", first)


def test_a_request_cannot_be_signed_without_what_must_be_covered_or_with_a_key_for_agreement() -> None:
    with pytest.raises(Exception, match='"itp-message-id" not found'):
        sign(BARE.with_headers((("Content-Type", "application/json"),)), KEY, NOW, NONCE)
    with pytest.raises(TypeError, match="This key does not sign"):
        sign(BARE, ANN.keys[Use.ENCRYPT, "X25519"], NOW, NONCE)


OTHER_DIGEST = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"


@pytest.mark.parametrize(
    "changed",
    [
        replace(SIGNED, method="POST"),
        replace(SIGNED, url=URL.replace("/1/", "/2/")),
        replace(SIGNED, url=URL.replace("of=2", "of=3")),
        replace(SIGNED, url=URL.partition("?")[0]),
        replace(SIGNED, body=b'{"synthetic": false}'),
        replace(SIGNED, body=b""),
        with_header(SIGNED, "content-digest", OTHER_DIGEST),
        replace(with_header(SIGNED, "content-digest", OTHER_DIGEST), body=b""),
        with_header(SIGNED, "content-type", "application/xml"),
        with_header(SIGNED, "itp-message-id", MESSAGE[:-1] + "9"),
        SIGNED.with_headers(SIGNED.without({"content-type"})),
        SIGNED.with_headers(SIGNED.without({"itp-message-id"})),
        with_header(SIGNED, "signature", header(ANSWER, "signature")),
        with_header(SIGNED, "signature", header(SIGNED, "signature").replace("itp=", "other=")),
        with_header(SIGNED, "signature-input", "itp=()"),
        with_header(SIGNED, "signature-input", "not a dictionary"),
    ],
)
def test_a_request_that_was_changed_is_refused(changed: Request) -> None:
    code, message = refused(changed)
    assert code == "itp-401-signature"
    assert message in {BAD, "The signature lacks a parameter."}


@pytest.mark.parametrize("name", ["content-digest", "signature-input", "signature"])
def test_a_request_without_digest_or_signature_is_refused(name: str) -> None:
    assert refused(SIGNED.with_headers(SIGNED.without({name}))) == (Code.SIGNATURE, f"The header {name} is missing.")


@pytest.mark.parametrize("left_out", BARE.covered())
def test_a_component_that_is_not_covered_is_refused(left_out: str) -> None:
    covered = tuple(name for name in BARE.covered() if name != left_out)
    assert refused(forged(covered)) == (Code.SIGNATURE, BAD)


def test_a_body_without_a_content_type_is_refused() -> None:
    untyped = forged(tuple(name for name in BARE.covered() if name != "content-type"))
    assert refused(untyped.with_headers(untyped.without({"content-type"}))) == (Code.SIGNATURE, BAD)


def test_what_forges_in_these_tests_is_accepted_when_it_changes_nothing() -> None:
    assert verifier().request(forged()).nonce == NONCE
    assert verifier().request(forged((*BARE.covered(), "@path"))).nonce == NONCE


LIFE_WRONG = "The signature must expire within five minutes of its creation."


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"tag": "itp2"}, "The tag of the signature is not that of this protocol."),
        ({"tag": None}, "The signature lacks a parameter."),
        ({"nonce": None}, "The signature lacks a parameter."),
        ({"nonce": "short"}, "The nonce of the signature has the wrong form."),
        ({"nonce": "n" * 129}, "The nonce of the signature has the wrong form."),
        ({"expires": None}, "The signature lacks a parameter."),
        ({"include_alg": False}, "The signature lacks a parameter."),
        ({"expires": NOW + LIFE + SECOND}, LIFE_WRONG),
        ({"expires": NOW}, LIFE_WRONG),
        ({"expires": NOW - SECOND}, LIFE_WRONG),
        (
            {"signature_algorithm": HMAC_SHA256, "secret": b"a shared secret"},
            "The algorithm of the signature is not the one of its key.",
        ),
    ],
)
def test_a_signature_with_other_parameters_is_refused(changes: dict[str, Any], why: str) -> None:
    assert refused(forged(**changes)) == (Code.SIGNATURE, why)


@pytest.mark.parametrize("algorithm", ["none", "hmac-sha256", "rsa-v1_5-sha256", "ecdsa-p256-sha256", "Ed25519"])
def test_the_name_of_another_algorithm_is_refused(algorithm: str) -> None:
    other = with_header(SIGNED, "signature-input", header(SIGNED, "signature-input").replace("ed25519", algorithm))
    assert refused(other) == (Code.SIGNATURE, "The algorithm of the signature is not the one of its key.")


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (NOW - SKEW, None),
        (NOW - SKEW - SECOND, "The signature was created in the future."),
        (NOW + LIFE + SKEW, None),
        (NOW + LIFE + SKEW + SECOND, "The signature has expired."),
    ],
)
def test_the_clocks_may_differ_by_two_minutes(now: datetime, why: str | None) -> None:
    if why is None:
        assert verifier(now).request(SIGNED).nonce == NONCE
    else:
        assert refused(SIGNED, verifier(now)) == (Code.SIGNATURE, why)


def test_a_nonce_is_remembered_for_longer_than_its_signature_is_accepted() -> None:
    first = NOW - SKEW  # the earliest moment at which the signature is accepted, and the last one
    assert first + REMEMBER > NOW + LIFE + SKEW


def test_a_replay_is_refused_with_its_own_code() -> None:
    nonces = Nonces()
    verifier(nonces=nonces).request(SIGNED)
    with pytest.raises(Refused, match="The nonce of the request was seen before") as error:
        verifier(NOW + SECOND, nonces).request(SIGNED)
    assert error.value.code == "itp-401-replay"


def test_two_signatures_are_refused() -> None:
    twice = SIGNED
    for name in ("signature-input", "signature"):
        line = header(SIGNED, name)
        twice = with_header(twice, name, f"{line}, {line.replace('itp=', 'two=', 1)}")
    assert refused(twice) == (Code.SIGNATURE, BAD)


ONCE = "The header {} must come once, on one line."


@pytest.mark.parametrize("name", ["Content-Digest", "Content-Type", "ITP-Message-Id", "Signature-Input", "Signature"])
@pytest.mark.parametrize("spelt", [str, str.upper, str.lower])
def test_a_header_that_comes_twice_is_refused(name: str, spelt: Callable[[str], str]) -> None:
    value = header(SIGNED, name.lower())
    twice = SIGNED.with_headers((*SIGNED.headers, (spelt(name), value)))
    assert refused(twice) == (Code.SIGNATURE, ONCE.format(name.lower()))


@pytest.mark.parametrize(
    "value", [f"{MESSAGE}\r\n ", f"\r\n {MESSAGE}", f"{MESSAGE[:9]}\n{MESSAGE[9:]}", " x", "", "é"]
)
def test_a_folded_header_or_one_with_other_signs_is_refused(value: str) -> None:
    folded = with_header(SIGNED, "itp-message-id", value)
    assert refused(folded) == (Code.SIGNATURE, ONCE.format("itp-message-id"))


def test_a_header_that_is_too_long_is_refused_before_it_is_parsed() -> None:
    long = with_header(SIGNED, "signature-input", "itp=(" + '"a" ' * 600 + ")")
    assert refused(long) == (Code.SIGNATURE, ONCE.format("signature-input"))


@pytest.mark.parametrize(
    "url",
    [
        URL.replace("north", "south"),
        URL.replace("https", "http"),
        URL.replace(".example", ".example:8443"),
        URL.replace("https://", "https://someone@"),
        f"{URL}#part",
        f"{ORIGIN}.evil.example/itp",
    ],
)
def test_a_request_for_another_address_is_refused_although_its_signature_is_right(url: str) -> None:
    signed = sign(replace(BARE, url=url), KEY, NOW, NONCE)
    assert refused(signed) == (Code.SIGNATURE, "The request was made for another address.")


@pytest.mark.parametrize(
    "digest",
    ["sha-512=:z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==:", "sha-256=x"],
)
def test_a_digest_of_another_kind_is_refused(digest: str) -> None:
    other = with_header(SIGNED, "content-digest", digest)
    assert refused(other) == (Code.SIGNATURE, "The content digest must be one of SHA-256.")


NO_KEY = "The signature is by a key that is not known, or not for this, or not valid now."


@pytest.mark.parametrize(
    "key",
    [None, PUBLISHED.retired(NOW - SECOND), PUBLISHED.revoked(NOW - SECOND), PUBLISHED.retired(NOW)],
    ids=["unknown", "retired", "revoked", "retired just now"],
)
def test_a_key_that_is_not_in_use_is_refused(key: PublishedKey | None) -> None:
    assert refused(SIGNED, verifier(key=key)) == (Code.SIGNATURE, NO_KEY)


def test_a_key_for_receipts_signs_no_request() -> None:
    own = ANN.keys[Use.RECEIPT_LOG, "Ed25519"]
    by = verifier(key=ANN.published(Use.RECEIPT_LOG, "Ed25519"))
    assert refused(sign(BARE, own, NOW, NONCE), by) == (Code.SIGNATURE, NO_KEY)


def test_a_failure_to_look_up_a_key_or_a_nonce_is_no_refusal() -> None:
    def broken(*_: object) -> Any:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        replace(verifier(), find_key=broken).request(SIGNED)
    with pytest.raises(TimeoutError):
        replace(verifier(), remember=broken).request(SIGNED)
    with pytest.raises(LookupError, match="not the one asked for"):
        replace(verifier(), find_key=lambda _: ANN.published(Use.SIGN, "P-256")).request(
            sign(BARE, replace(ANN.keys[Use.SIGN, "P-256"], kid=KEY.kid), NOW, NONCE)
        )


def test_a_signed_response_verifies_with_the_request_that_it_answers() -> None:
    nonces = Nonces()
    assert verifier(nonces=nonces).response(ANSWER).key == PUBLISHED
    assert header(ANSWER, "signature-input").startswith(
        'itp=("@status" "content-digest" "@method";req "@target-uri";req "itp-message-id";req "signature";req '
        '"content-type");created='
    )
    with pytest.raises(Refused) as error:
        verifier(nonces=nonces).response(ANSWER)
    assert error.value.code == "itp-401-replay"


@pytest.mark.parametrize(
    "changed",
    [
        replace(ANSWER, status=200),
        replace(ANSWER, body=b"another.made.receipt"),
        replace(ANSWER, request=replace(SIGNED, method="POST")),
        replace(ANSWER, request=replace(SIGNED, url=f"{ORIGIN}/itp/1/transfers")),
        replace(ANSWER, request=sign(BARE, KEY, NOW + SECOND, NONCE)),
        replace(ANSWER, request=with_header(SIGNED, "itp-message-id", MESSAGE[:-1] + "9")),
        ANSWER.with_headers((*ANSWER.without({"content-type"}), ("content-type", "text/plain"))),
    ],
    ids=["status", "body", "method", "target", "another request", "message", "type"],
)
def test_a_response_that_was_changed_or_answers_another_request_is_refused(changed: Response) -> None:
    assert refused(changed) == (Code.SIGNATURE, BAD)


def test_the_signature_of_a_request_does_not_do_for_a_response() -> None:
    assert refused(replace(ANSWERED, headers=SIGNED.headers, body=SIGNED.body)) == (Code.SIGNATURE, BAD)


def with_byte(text: str, at: int, byte: int) -> str:
    return text[:at] + chr(byte) + text[at + 1 :]


def with_changed_header(name: str) -> Callable[[int, int], Request]:
    value = header(SIGNED, name)
    return lambda at, byte: with_header(SIGNED, name, with_byte(value, at % len(value), byte))


PATH = len(ORIGIN)
CHANGES: dict[str, Callable[[int, int], Request]] = {
    "method": lambda at, byte: replace(SIGNED, method=with_byte("PUT", at % 3, byte)),
    "path and query": lambda at, byte: replace(SIGNED, url=with_byte(URL, PATH + at % (len(URL) - PATH), byte)),
    "body": lambda at, byte: replace(
        SIGNED, body=with_byte(SIGNED.body.decode(), at % len(SIGNED.body), byte).encode("latin-1")
    ),
    **{name: with_changed_header(name) for name in ("content-digest", "content-type", "itp-message-id")},
    "signature-input": with_changed_header("signature-input"),
}


@pytest.mark.parametrize("part", CHANGES)
@given(at=st.integers(0, 1000), byte=st.integers(0, 255))
def test_one_changed_byte_anywhere_is_refused(part: str, at: int, byte: int) -> None:
    changed = CHANGES[part](at, byte)
    assume(changed != SIGNED)
    assert refused(changed)[0] == "itp-401-signature"
