from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.itp.documents import read, written
from gateway.itp.identifiers import Digest
from gateway.itp.keys import Jwk, KeyStatus, PrivateKey, PublishedKey, Use
from gateway.itp.suites import Curve
from itp_exchange import ANN, KEYS_FROM, KEYS_TO, NOW, private_key

SECOND = timedelta(seconds=1)
SIGNING = ANN.published(Use.SIGN, "Ed25519")


@pytest.mark.parametrize(
    ("curve", "use"), [("Ed25519", Use.SIGN), ("X25519", Use.ENCRYPT), ("P-256", Use.SIGN), ("P-256", Use.ENCRYPT)]
)
def test_a_new_key_is_published_without_its_secret_and_comes_back_from_its_jwk(curve: Curve, use: Use) -> None:
    key = PrivateKey.generate(curve)
    shown = key.published(use, KEYS_FROM, KEYS_TO)
    again = PrivateKey.from_jwk(key.to_jwk())
    assert (again.kid, again.curve, again.to_jwk()) == (shown.kid, curve, key.to_jwk())
    assert read(PublishedKey, written(shown), limit=2000) == shown
    assert key.to_jwk()["d"] not in written(shown).decode() + repr(key) + repr(shown)
    assert PrivateKey.generate(curve).kid != key.kid


def test_the_kid_is_the_thumbprint_of_rfc_8037_appendix_a() -> None:
    key = Jwk(kty="OKP", crv="Ed25519", x=Digest("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"))
    assert key.jose().thumbprint() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def changed(**members: Any) -> PublishedKey:
    same = {name: getattr(SIGNING, name) for name in PublishedKey.model_fields}
    return PublishedKey(**{**same, **members})


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({"kid": ANN.published(Use.SIGN, "P-256").kid}, "The kid is not the thumbprint of the key."),
        ({"use": Use.ENCRYPT}, "The curve does not fit the use."),
        ({"valid_to": KEYS_FROM}, "The life of a key ends after it begins."),
        ({"status": KeyStatus.REVOKED}, "A revoked key, and no other, has the time of its revocation."),
        ({"revoked_at": NOW}, "A revoked key, and no other, has the time of its revocation."),
    ],
)
def test_a_published_key_that_contradicts_itself_is_refused(members: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        changed(**members)


def test_a_key_for_agreement_does_not_sign() -> None:
    with pytest.raises(ValidationError, match="The curve does not fit the use"):
        ANN.keys[Use.ENCRYPT, "X25519"].published(Use.SIGN, KEYS_FROM, KEYS_TO)


@pytest.mark.parametrize(
    "members",
    [
        {"kty": "OKP", "crv": "P-256", "x": SIGNING.jwk.x, "y": SIGNING.jwk.x},
        {"kty": "EC", "crv": "P-256", "x": SIGNING.jwk.x},
        {"kty": "OKP", "crv": "Ed25519", "x": SIGNING.jwk.x, "y": SIGNING.jwk.x},
        {"kty": "oct", "crv": "Ed25519", "x": SIGNING.jwk.x},
        {"kty": "OKP", "crv": "Ed25519", "x": SIGNING.jwk.x, "d": SIGNING.jwk.x},
        {"kty": "OKP", "crv": "Ed25519", "x": SIGNING.jwk.x, "jku": "https://attacker.example"},
    ],
)
def test_a_jwk_has_exactly_the_members_of_its_curve(members: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Jwk.model_validate(members)


def test_a_point_that_is_not_on_the_curve_is_refused() -> None:
    with pytest.raises(ValueError, match="curve"):
        Jwk(kty="EC", crv="P-256", x=SIGNING.jwk.x, y=SIGNING.jwk.x).jose()


def test_a_private_key_is_taken_with_its_own_public_half_only() -> None:
    one, other = private_key("one", "Ed25519").to_jwk(), private_key("other", "Ed25519").to_jwk()
    with pytest.raises(ValueError, match="its public half is another's"):
        PrivateKey.from_jwk({**one, "x": other["x"]})
    with pytest.raises(ValueError, match="not a private key"):
        PrivateKey.from_jwk({name: value for name, value in one.items() if name != "d"})


def test_a_key_counts_from_the_first_moment_of_its_life_to_just_before_the_last() -> None:
    moments = (KEYS_FROM - SECOND, KEYS_FROM, KEYS_TO - SECOND, KEYS_TO)
    assert [SIGNING.valid_at(moment) for moment in moments] == [False, True, True, False]


def test_a_retired_key_counts_for_what_it_did_before_and_makes_nothing_new() -> None:
    retired = SIGNING.retired(NOW)
    assert (retired.valid_at(NOW - SECOND), retired.valid_at(NOW)) == (True, False)
    assert not retired.in_use(NOW - SECOND)
    assert SIGNING.in_use(NOW)
    assert retired.retired(NOW + SECOND).valid_to == NOW


def test_a_revoked_key_counts_for_nothing_from_then_on() -> None:
    revoked = SIGNING.revoked(NOW)
    assert (revoked.valid_at(NOW - SECOND), revoked.valid_at(NOW)) == (True, False)
    assert (revoked.revoked_by(NOW - SECOND), revoked.revoked_by(NOW)) == (False, True)
