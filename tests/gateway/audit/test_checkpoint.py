"""Checkpoints: their text, a published one, cosignatures, and the guard."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.audit.checkpoint import (
    Cosigner,
    Head,
    HeadGuard,
    Signer,
    Trust,
    checked_origin,
    empty,
    open_checkpoint,
    read_head,
)
from gateway.audit.merkle import leaf_hash, root_of
from gateway.audit.note import Kind, PublicKey, SigningKey, read_note
from gateway.audit.proofs import consistency_ranges, prove
from schemas.errors import Held, Misconfigured, Rejected

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
ORIGIN = "log.example/one"
LEAVES = [leaf_hash(bytes([number])) for number in range(20)]
KEY = SigningKey(ORIGIN, Kind.NOTE, Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
WITNESS = SigningKey("witness.example/w", Kind.COSIGNATURE, Ed25519PrivateKey.from_private_bytes(b"\x02" * 32))
TRUST = Trust(ORIGIN, (KEY.public,), (WITNESS.public,))
# A checkpoint of the Go checksum database as its server gave it in 2023, with the key that every Go has inside.
GO_TRUST = Trust(
    "go.sum database tree", (PublicKey.read("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"),)
)
GO_CHECKPOINT = (
    "go.sum database tree\n"
    "15081221\n"
    "BoMMe1wd25Tco0mYGROkyqxHZWx+hcSCtMV315Lu6Lg=\n"
    "\n"
    "— sum.golang.org Az3grilD7vQqTrv66jRgKM84Y80KTprrSt4bKmiOPxgmS5ZVBTeCl6dUvjYnN13R+C8j0jGY1WnUADGMkok3U0m2Zgo=\n"
)


def head(size: int, leaves: list[bytes] = LEAVES) -> Head:
    return Head(ORIGIN, size, root_of(leaves[:size]))


def proof(old: int, size: int, leaves: list[bytes] = LEAVES) -> tuple[bytes, ...]:
    return prove(leaves, consistency_ranges(old, size))


def test_a_published_checkpoint_verifies() -> None:
    found = open_checkpoint(read_note(GO_CHECKPOINT), GO_TRUST)
    assert (found.size, found.root.hex()[:8]) == (15081221, "06830c7b")


@pytest.mark.parametrize("at", range(0, len(GO_CHECKPOINT), 3))
def test_no_character_of_a_checkpoint_can_be_changed(at: int) -> None:
    changed = GO_CHECKPOINT[:at] + ("A" if GO_CHECKPOINT[at] != "A" else "B") + GO_CHECKPOINT[at + 1 :]
    with pytest.raises(Rejected):
        open_checkpoint(read_note(changed), GO_TRUST)


def test_the_text_is_that_of_the_specification() -> None:
    assert empty(ORIGIN).text() == "log.example/one\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
    assert read_head(head(7).text()) == head(7)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "an origin, a size and a root"),
        (head(7).text() + "extension\n", "an origin, a size and a root"),
        (head(7).text()[:-1], "an origin, a size and a root"),
        ("\n" + head(7).text().partition("\n")[2], "an origin, a size and a root"),
        (head(7).text().replace("\n7\n", "\n07\n"), "an origin, a size and a root"),
        (head(7).text().replace("\n7\n", "\n-7\n"), "an origin, a size and a root"),
        (head(7).text().replace("\n7\n", "\n\u0667\n"), "an origin, a size and a root"),
        (f"{ORIGIN}\n7\n####\n", "the root is not base64"),
        (f"{ORIGIN}\n7\né\n", "the root is not base64"),
        (f"{ORIGIN}\n7\nAAAA\n", "not one SHA-256 hash"),
        # The same bytes in another spelling of base64.
        (f"{ORIGIN}\n7\n{'A' * 42}B=\n", "not one SHA-256 hash"),
    ],
)
def test_what_is_no_checkpoint_is_rejected(text: str, message: str) -> None:
    with pytest.raises(Rejected, match=message):
        read_head(text)


@pytest.mark.parametrize("origin", ["", "two words", "a+b", "a\nb"])
def test_a_log_of_ours_has_a_plain_name(origin: str) -> None:
    with pytest.raises(Misconfigured, match="neither spaces nor a plus"):
        checked_origin(origin)


def test_a_log_signs_heads_that_continue_each_other() -> None:
    signer = Signer(KEY, HeadGuard(empty(ORIGIN)))
    for old, size in ((0, 3), (3, 3), (3, 11), (11, 20)):
        note = signer.sign(head(size), proof(old, size), NOW)
        assert open_checkpoint(note, TRUST) == head(size)
        assert signer.guard.seen == head(size)


@pytest.mark.parametrize(
    ("found", "shown", "message"),
    [
        (head(10), (), "The log has 10 entries, and a head over 11 was already signed."),
        (head(11, LEAVES[::-1]), (), "The log no longer begins with the 11 entries whose head was already signed."),
        (head(15, LEAVES[::-1]), proof(11, 15, LEAVES[::-1]), "The log no longer begins with the 11 entries"),
        (head(15), (), "The log no longer begins with the 11 entries"),
        (head(15), proof(10, 15), "The log no longer begins with the 11 entries"),
        (Head("log.example/two", 15, head(15).root), proof(11, 15), "This is the head of another log."),
    ],
)
def test_a_log_never_signs_two_heads_that_disagree(found: Head, shown: tuple[bytes, ...], message: str) -> None:
    signer = Signer(KEY, HeadGuard(head(11)))
    with pytest.raises(Held, match=re.escape(message)):
        signer.sign(found, shown, NOW)
    assert signer.guard.seen == head(11)


def test_a_partner_cosigns_and_both_signatures_verify() -> None:
    note = Signer(KEY, HeadGuard(empty(ORIGIN))).sign(head(5), (), NOW)
    cosigner = Cosigner(WITNESS, TRUST, HeadGuard(empty(ORIGIN)))
    both = cosigner.cosign(note, (), NOW)
    assert [signature.name for signature in both.signatures] == [ORIGIN, "witness.example/w"]
    assert open_checkpoint(read_note(both.write()), TRUST) == head(5)
    assert cosigner.guard.seen == head(5)


def test_a_partner_does_not_cosign_what_does_not_continue() -> None:
    cosigner = Cosigner(WITNESS, TRUST, HeadGuard(head(5)))
    forked = Signer(KEY, HeadGuard(empty(ORIGIN))).sign(head(9, LEAVES[::-1]), (), NOW)
    with pytest.raises(Held, match="no longer begins with the 5 entries"):
        cosigner.cosign(forked, proof(5, 9, LEAVES[::-1]), NOW)
    older = Signer(KEY, HeadGuard(empty(ORIGIN))).sign(head(4), (), NOW)
    with pytest.raises(Held, match="The log has 4 entries, and a head over 5"):
        cosigner.cosign(older, (), NOW)


def test_a_partner_does_not_cosign_what_the_log_did_not_sign() -> None:
    cosigner = Cosigner(WITNESS, TRUST, HeadGuard(empty(ORIGIN)))
    note = Signer(KEY, HeadGuard(empty(ORIGIN))).sign(head(5), (), NOW)
    only = type(note)(note.text, (WITNESS.sign(note.text, NOW),))
    with pytest.raises(Rejected, match="The log itself did not sign"):
        cosigner.cosign(only, (), NOW)
    other = Trust("log.example/two", (KEY.public,))
    with pytest.raises(Rejected, match="checkpoint of another log"):
        open_checkpoint(note, other)


def test_a_key_serves_its_own_use_only() -> None:
    with pytest.raises(Misconfigured, match="with a key for notes"):
        Signer(WITNESS, HeadGuard(empty(ORIGIN))).sign(head(5), (), NOW)
    note = Signer(KEY, HeadGuard(empty(ORIGIN))).sign(head(5), (), NOW)
    with pytest.raises(Misconfigured, match="with a key for cosignatures"):
        Cosigner(KEY, TRUST, HeadGuard(empty(ORIGIN))).cosign(note, (), NOW)
