"""Hostile and damaged packages over HTTP: each is refused with its code, and nothing of it is handed over.

messaging.md sections 6 and 7. A case ends at the door (a problem document) or, where only decryption can tell, in a
negative receipt that Ben signs after R1.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from conformance_server import Server
from gateway.itp.codes import Code
from gateway.itp.directory import Directory, Standing
from gateway.itp.identifiers import Digest
from gateway.itp.jose import encrypt
from gateway.itp.keys import Use
from gateway.itp.label import read_label
from gateway.itp.seal import KIND
from itp_exchange import (
    ANN,
    BEN,
    CAT,
    NOW,
    Package,
    Side,
    claims_of,
    directory,
    manifest_of,
    private_key,
    raw_jws,
    relabelled,
    remade,
)

SIGNING = ANN.keys[Use.SIGN, "Ed25519"]
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Case:
    """What is done to a package that Ann sealed for Ben, and what comes of it.

    `known` is Ben's directory then, `by` who brings it, `how` with what it was sealed. `signed` says that the code is
    in a negative receipt.
    """

    damage: Callable[[Package], Package]
    code: Code
    signed: bool = False
    by: Side = ANN
    known: Directory | None = None
    later: timedelta = timedelta()
    how: dict[str, Any] | None = None


def as_it_is(package: Package) -> Package:
    return package


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def chunks(change: Callable[[tuple[bytes, ...]], tuple[bytes, ...]]) -> Callable[[Package], Package]:
    return lambda package: replace(package, chunks=change(package.chunks))


def flipped_chunk(index: int) -> Callable[[Package], Package]:
    return chunks(lambda all_: tuple(flipped(chunk, 3) if at == index else chunk for at, chunk in enumerate(all_)))


def label(**members: Any) -> Callable[[Package], Package]:
    return lambda package: relabelled(package, **members)


def forged(**how: Any) -> Callable[[Package], Package]:
    return lambda package: remade(package, **how)


def of_cat() -> dict[str, Any]:
    return {"from": str(CAT.organisation)}


def header(**extra: Any) -> Callable[[Package], Package]:
    """Sign the right claims under another header."""

    def changed(package: Package) -> Package:
        usual = {"alg": "Ed25519", "kid": str(SIGNING.kid), "typ": KIND}
        claims = json.dumps(claims_of(package)).encode()
        return remade(package, token=raw_jws({**usual, **extra}, claims, SIGNING))

    return changed


def flipped_manifest(place: float, *, fits: bool) -> Callable[[Package], Package]:
    """Flip a bit of the sealed manifest; where it `fits` the label names the flipped one."""

    def changed(package: Package) -> Package:
        manifest = flipped(package.manifest, int(place * (len(package.manifest) - 1)))
        digest = Digest.of(manifest if fits else package.manifest)
        return relabelled(replace(package, manifest=manifest), manifest_digest=str(digest))

    return changed


def forwarded(**members: Any) -> Callable[[Package], Package]:
    """Cat, to whom Ann wrote, seals what Ann signed again, to Ben."""

    def changed(package: Package) -> Package:
        to_ben = {"to": str(BEN.organisation), "to_kid": str(BEN.keys[Use.ENCRYPT, "X25519"].kid), **members}
        new = read_label(relabelled(package, **to_ben).label)
        sealed = encrypt(manifest_of(package, CAT), BEN.published(Use.ENCRYPT, "X25519"), new.sender, new.recipient)
        return relabelled(replace(package, manifest=sealed), **to_ben, manifest_digest=str(Digest.of(sealed)))

    return changed


def other_id(package: Package) -> Package:
    """Give the package an id that nothing else has."""
    mine = json.loads(package.label)["message_id"]
    return relabelled(package, message_id=mine.replace("-8000-", "-b000-"))


def to_another_key(package: Package) -> Package:
    newer = BEN.published(Use.ENCRYPT, "P-256")
    return remade(
        package, label={"to_kid": str(newer.kid), "suite": "itp-b"}, token=manifest_of(package), sealing=newer
    )


def other_kid(package: Package) -> Package:
    return relabelled(package, to_kid=str(private_key("nobody", "X25519").kid))


def flips_of_the_label() -> dict[str, Case]:
    other = "019ab000-0000-7000-8000-0000000000ee"
    door, inside = (
        {
            "spec": ("itp/2", Code.MALFORMED),
            "from": (str(CAT.organisation), Code.ORG_MISMATCH),
            "to": (str(CAT.organisation), Code.ORG_MISMATCH),
            "suite": ("itp-b", Code.KEY),
            "to_kid": (str(BEN.keys[Use.ENCRYPT, "P-256"].kid), Code.KEY),
            "manifest_digest": (str(Digest.of(b"")), Code.MANIFEST),
            "chunk_count": (5, Code.MALFORMED),
            "chunk_size": (17, Code.MALFORMED),
            "ciphertext_size": (113, Code.MALFORMED),
            "unknown member": (1, Code.MALFORMED),
        },
        {
            "conversation_id": other,
            "created": "2026-11-25T08:59:59Z",
            "expires": "2026-11-30T09:00:01Z",
            "class": "urgent",
            "test": True,
        },
    )
    at_the_door = {f"label: {name}": Case(label(**{name: value}), code) for name, (value, code) in door.items()}
    opened = {f"label: {name}": Case(label(**{name: value}), Code.MANIFEST, True) for name, value in inside.items()}
    return at_the_door | opened


LOWEST = directory(BEN.partner(minimum_suite="itp-a"))
SMALL = directory(BEN.partner(max_size=49))
SUSPENDED = directory(ANN.partner(status=Standing.SUSPENDED))
REVOKED = directory(
    ANN.partner(
        keys=tuple(
            key.revoked(NOW) if key.use is Use.SIGN and key.jwk.crv == "P-256" else key for key in ANN.partner().keys
        )
    )
)
ONLY_B = {"by": directory(*(each.partner(suites=("itp-b",)) for each in (ANN, BEN)))}

CASES: dict[str, Case] = {
    **flips_of_the_label(),
    "sealed to another's key": Case(forged(sealing=CAT.published(Use.ENCRYPT, "X25519")), Code.MANIFEST, True),
    "unknown kid": Case(other_kid, Code.KEY),
    **{f"flipped bit in chunk {index}": Case(flipped_chunk(index), Code.MANIFEST, True) for index in range(4)},
    "swapped chunks": Case(chunks(lambda all_: (all_[1], all_[0], *all_[2:])), Code.MANIFEST, True),
    "repeated chunk": Case(chunks(lambda all_: (all_[0], all_[0], *all_[2:])), Code.MANIFEST, True),
    "dropped last chunk": Case(chunks(lambda all_: all_[:-1]), Code.MALFORMED),
    "one chunk too many": Case(chunks(lambda all_: (*all_, all_[-1])), Code.MALFORMED),
    "truncated last chunk": Case(chunks(lambda all_: (*all_[:-1], all_[-1][:-1])), Code.MALFORMED),
    "truncated first chunk": Case(chunks(lambda all_: (all_[0][:-1], *all_[1:])), Code.MALFORMED),
    "extended last chunk": Case(chunks(lambda all_: (*all_[:-1], all_[-1] + b"\0")), Code.MALFORMED),
    **{
        f"flipped bit in the manifest at {place:.0%}": Case(flipped_manifest(place, fits=False), Code.MANIFEST)
        for place in (0, 0.3, 1)
    },
    **{
        f"flipped bit in the manifest at {place:.0%}, and its digest fits": Case(
            flipped_manifest(place, fits=True), Code.MANIFEST, True
        )
        for place in (0, 0.05, 0.3, 0.6, 0.9)
    },
    "downgrade below the minimum": Case(as_it_is, Code.KEY, known=LOWEST, how=ONLY_B),
    "unknown suite": Case(label(suite="itp-0"), Code.KEY),
    "alg none": Case(header(alg="none"), Code.MANIFEST, True),
    "alg HS256": Case(header(alg="HS256"), Code.MANIFEST, True),
    "jku": Case(header(jku="https://attacker.example"), Code.MANIFEST, True),
    "jwk": Case(header(jwk=dict(CAT.published(Use.SIGN, "Ed25519").jwk)), Code.MANIFEST, True),
    "x5u": Case(header(x5u="https://attacker.example"), Code.MANIFEST, True),
    "another's kid": Case(header(kid=str(CAT.keys[Use.SIGN, "Ed25519"].kid)), Code.MANIFEST, True),
    "a receipt for a manifest": Case(header(typ="itp-receipt+jws"), Code.MANIFEST, True),
    "signed by another": Case(forged(signing=CAT.keys[Use.SIGN, "Ed25519"]), Code.MANIFEST, True),
    "request key is another's than label from": Case(as_it_is, Code.ORG_MISMATCH, by=CAT),
    "label from is another's": Case(label(**of_cat()), Code.ORG_MISMATCH),
    "label and request are another's than manifest": Case(label(**of_cat()), Code.ORG_MISMATCH, True, by=CAT),
    "manifest iss is another's": Case(forged(claims={"iss": str(CAT.organisation)}), Code.ORG_MISMATCH, True),
    "manifest aud is another's": Case(forged(claims={"aud": str(CAT.organisation)}), Code.ORG_MISMATCH, True),
    "sealed between others": Case(forged(parties=(CAT.organisation, BEN.organisation)), Code.ORG_MISMATCH, True),
    "for another, as it is": Case(as_it_is, Code.ORG_MISMATCH, how={"recipient": CAT}),
    "re-encrypted to a third party by its recipient": Case(
        forwarded(), Code.ORG_MISMATCH, by=CAT, how={"recipient": CAT}
    ),
    "re-encrypted to a third party in the recipient's name": Case(
        forwarded(**of_cat()), Code.MANIFEST, True, by=CAT, how={"recipient": CAT}
    ),
    "label: message_id": Case(other_id, Code.MANIFEST, True),
    "sealed again to another key of the recipient": Case(to_another_key, Code.MANIFEST, True),
    "expired": Case(as_it_is, Code.EXPIRED, later=timedelta(days=5)),
    "created eleven minutes ahead": Case(as_it_is, Code.MALFORMED, later=timedelta(minutes=-11)),
    "too large for the recipient": Case(as_it_is, Code.TOO_LARGE, known=SMALL),
    "sender suspended": Case(as_it_is, Code.PARTNER_STATUS, known=SUSPENDED),
    "signed by a key that is revoked": Case(as_it_is, Code.MANIFEST, True, known=REVOKED, how=ONLY_B),
    "an empty payload whose chunk is cut": Case(
        chunks(lambda all_: (all_[0][:-1],)), Code.MALFORMED, how={"payload": b""}
    ),
    "an empty payload whose chunk is flipped": Case(
        chunks(lambda all_: (flipped(all_[0], 0),)), Code.MANIFEST, True, how={"payload": b""}
    ),
}


@pytest.mark.parametrize("whole", [True, False], ids=["at once", "in pieces"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_package_that_is_not_right_is_refused_with_its_code(ben: Server, case: Case, whole: bool) -> None:
    package = case.damage(ben.seal(**(case.how or {})))
    ben.known.directory = case.known or ben.known.directory
    ben.clock.now += case.later
    assert ben.bring(package, whole=whole, by=case.by) == (f"N {case.code}" if case.signed else case.code)
    assert not ben.handed_over(package)


@pytest.mark.parametrize("whole", [True, False], ids=["at once", "in pieces"])
@pytest.mark.parametrize("how", [{}, ONLY_B, {"payload": b""}], ids=["itp-a", "itp-b", "empty"])
def test_a_package_that_is_right_is_not_refused(ben: Server, how: dict[str, Any], whole: bool) -> None:
    package = ben.seal(**how)
    assert ben.bring(package, whole=whole) == "R2"
    assert ben.handed_over(package)


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_label_that_was_made_ten_minutes_ahead_or_ago_is_let_in(ben: Server, minutes: int) -> None:
    package = ben.seal()
    ben.clock.now -= timedelta(minutes=minutes)
    assert ben.bring(package) == "R2"


def test_the_same_message_again_is_answered_as_the_first_time(ben: Server) -> None:
    package = ben.seal()
    assert [ben.bring(package), ben.bring(package, whole=False), ben.bring(package)] == ["R2"] * 3


@pytest.mark.parametrize("whole", [True, False], ids=["at once", "in pieces"])
def test_the_same_id_with_other_bytes_is_a_conflict(ben: Server, whole: bool) -> None:
    package = ben.seal()
    assert ben.bring(package) == "R2"
    other = remade(package, claims={"purpose": "another"})
    assert ben.bring(other, whole=whole) == Code.CONFLICT
    assert ben.bring(relabelled(package, test=True), whole=whole) == Code.CONFLICT
    assert ben.bring(package, whole=whole) == "R2", "what was there first stays"


def test_a_chunk_that_comes_again_with_other_bytes_is_a_conflict(ben: Server) -> None:
    package = ben.seal()
    damaged = replace(package, chunks=(package.chunks[0], flipped(package.chunks[1], 0), *package.chunks[2:]))
    short = replace(damaged, chunks=damaged.chunks[:2])
    assert ben.bring(short, whole=False) == Code.MALFORMED, "it is not whole"
    assert ben.bring(package, whole=False) == Code.CONFLICT


def test_two_senders_may_use_one_id(ben: Server) -> None:
    package = ben.seal()
    theirs = replace(ben, numbers=iter([int(json.loads(package.label)["message_id"][-12:], 16)])).seal(sender=CAT)
    assert [ben.bring(package), ben.bring(theirs, by=CAT)] == ["R2", "R2"]
