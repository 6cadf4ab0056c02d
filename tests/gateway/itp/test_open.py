"""The conformance pack of the protocol, as far as the core is concerned: each attack and its code."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, BinaryIO

import pytest

from gateway.itp.admit import Arrival
from gateway.itp.chunks import ChunkCipher
from gateway.itp.codes import Code, Refused
from gateway.itp.identifiers import Digest, MessageId
from gateway.itp.keys import Use
from gateway.itp.open import Receiver, open_package
from gateway.itp.seal import KIND
from itp_exchange import (
    ANN,
    BEN,
    CAT,
    MESSAGE,
    NOW,
    PAYLOAD,
    claims_of,
    deliver,
    directory,
    manifest_of,
    private_key,
    raw_jws,
    refusal,
    relabelled,
    remade,
    send,
)

SENT = send()
SIGNING = ANN.keys[Use.SIGN, "Ed25519"]
SECOND = timedelta(seconds=1)


def flipped(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_a_package_that_is_remade_without_change_opens() -> None:
    assert deliver(remade(SENT)).payload.read() == PAYLOAD


def test_the_wrong_key_does_not_open() -> None:
    other = private_key("other", "X25519")
    assert refusal(SENT, private=lambda _kid: replace(other, kid=BEN.keys[Use.ENCRYPT, "X25519"].kid)) == Code.MANIFEST


def test_a_private_key_that_was_destroyed_does_not_open() -> None:
    assert refusal(SENT, private=lambda _kid: None) == Code.KEY


@pytest.mark.parametrize("index", range(4))
@pytest.mark.parametrize("bit", [0, 100, -1])
def test_a_flipped_bit_in_any_chunk_is_refused(index: int, bit: int) -> None:
    chunks = list(SENT.chunks)
    chunks[index] = flipped(chunks[index], bit % (8 * len(chunks[index])))
    assert refusal(replace(SENT, chunks=tuple(chunks))) == Code.MANIFEST


def test_chunks_that_are_swapped_or_repeated_are_refused() -> None:
    one, two, three, last = SENT.chunks
    for moved in ((two, one, three, last), (one, one, three, last), (one, two, two, last)):
        assert refusal(replace(SENT, chunks=moved)) == Code.MANIFEST
    for misplaced in ((one, two, three, last, last), (one, two, last, three)):
        assert refusal(replace(SENT, chunks=misplaced)) == Code.MALFORMED


def test_chunks_that_are_missing_or_cut_are_refused() -> None:
    one, two, three, last = SENT.chunks
    for chunks in ((), (one, two, three), (one, two, last), (one, two, three, last[:-1]), (one, two, three, b"")):
        assert refusal(replace(SENT, chunks=chunks)) == Code.MALFORMED
    assert refusal(replace(SENT, chunks=(two, three, last))) == Code.MANIFEST


def test_chunks_of_another_message_are_refused() -> None:
    assert refusal(replace(SENT, chunks=send(bytes(len(PAYLOAD))).chunks)) == Code.MANIFEST


def test_an_empty_payload_has_a_chunk_that_is_checked() -> None:
    empty = send(b"")
    assert deliver(empty).payload.read() == b""
    assert refusal(replace(empty, chunks=(flipped(empty.chunks[0], 0),))) == Code.MANIFEST
    assert refusal(replace(empty, chunks=())) == Code.MALFORMED


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("message_id", "019ab000-0000-7000-8000-000000000003", Code.MANIFEST),
        ("conversation_id", "019ab000-0000-7000-8000-000000000003", Code.MANIFEST),
        ("from", str(CAT.organisation), Code.ORG_MISMATCH),
        ("to", str(CAT.organisation), Code.ORG_MISMATCH),
        ("suite", "itp-b", Code.KEY),
        ("to_kid", str(BEN.keys[Use.ENCRYPT, "P-256"].kid), Code.KEY),
        ("created", "2026-11-25T08:59:59Z", Code.MANIFEST),
        ("expires", "2026-11-30T09:00:01Z", Code.MANIFEST),
        ("class", "urgent", Code.MANIFEST),
        ("ciphertext_size", len(PAYLOAD) + 4 * 16 - 1, Code.MANIFEST),
        ("chunk_size", 15, Code.MANIFEST),
        ("manifest_digest", str(Digest.of(b"")), Code.MANIFEST),
        ("test", True, Code.MANIFEST),
    ],
)
def test_every_member_of_the_label_is_bound(member: str, value: object, code: Code) -> None:
    assert refusal(relabelled(SENT, **{member: value})) == code


def test_a_label_that_names_another_sender_is_refused_though_no_layer_contradicts_it() -> None:
    assert refusal(relabelled(SENT, **{"from": str(CAT.organisation)}), proved=()) == Code.ORG_MISMATCH


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iss": str(CAT.organisation)}, Code.ORG_MISMATCH),
        ({"aud": str(CAT.organisation)}, Code.ORG_MISMATCH),
        ({"jti": "019ab000-0000-7000-8000-000000000003"}, Code.MANIFEST),
        ({"iat": int(NOW.timestamp()) - 1}, Code.MANIFEST),
        ({"exp": int(NOW.timestamp()) + 1}, Code.MANIFEST),
        ({"to_kid": str(BEN.keys[Use.ENCRYPT, "P-256"].kid)}, Code.MANIFEST),
        ({"label_binding": str(Digest.of(b""))}, Code.MANIFEST),
        ({"plaintext_size": len(PAYLOAD) - 1}, Code.MANIFEST),
        ({"plaintext_sha256": str(Digest.of(b""))}, Code.MANIFEST),
        ({"cek": str(Digest.of(b""))}, Code.MANIFEST),
        ({"chunks": [str(Digest.of(chunk)) for chunk in SENT.chunks[:3]]}, Code.MANIFEST),
        ({"chunks": [str(Digest.of(chunk)) for chunk in SENT.chunks[::-1]]}, Code.MANIFEST),
    ],
)
def test_a_claim_that_does_not_fit_is_refused_though_it_is_signed(claims: dict[str, Any], code: Code) -> None:
    assert refusal(remade(SENT, claims=claims)) == code


def test_signed_digests_do_not_make_a_wrong_chunk_right() -> None:
    spliced = ChunkCipher(b"\x07" * 32, MessageId("019ab000-0000-7000-8000-000000000003"), 4).seal(0, PAYLOAD[:16])
    chunks = (spliced, *SENT.chunks[1:])
    forged = remade(SENT, claims={"chunks": [str(Digest.of(chunk)) for chunk in chunks]})
    assert refusal(replace(forged, chunks=chunks)) == Code.MANIFEST


def test_a_recipient_cannot_pass_the_signed_manifest_on_to_a_third_party() -> None:
    """Ben seals what Ann signed for him to Cat, under a label that fits."""
    forged = remade(
        SENT,
        label={"to": str(CAT.organisation), "to_kid": str(CAT.keys[Use.ENCRYPT, "X25519"].kid)},
        token=manifest_of(SENT),
        sealing=CAT.published(Use.ENCRYPT, "X25519"),
    )
    assert refusal(forged, to=CAT) == Code.ORG_MISMATCH


def test_a_signed_manifest_cannot_be_sealed_again_to_another_key_of_the_same_recipient() -> None:
    newer = private_key("newer", "X25519")
    shown = newer.published(Use.ENCRYPT, NOW - SECOND, NOW + timedelta(days=180))
    listed = directory(BEN.partner(keys=(*BEN.partner().keys, shown)))
    forged = remade(SENT, label={"to_kid": str(newer.kid)}, token=manifest_of(SENT), sealing=shown)
    assert refusal(forged, by=listed, private=lambda _kid: newer) == Code.MANIFEST


def test_a_manifest_that_was_sealed_between_others_is_refused() -> None:
    assert refusal(remade(SENT, parties=(CAT.organisation, BEN.organisation))) == Code.ORG_MISMATCH


def claims_bytes() -> bytes:
    return json.dumps(claims_of(SENT)).encode()


@pytest.mark.parametrize(
    "extra",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"jku": "https://attacker.example"},
        {"jwk": dict(CAT.published(Use.SIGN, "Ed25519").jwk)},
        {"x5u": "https://attacker.example"},
        {"kid": str(Digest.of(b""))},
        {"kid": str(ANN.keys[Use.RECEIPT_LOG, "Ed25519"].kid)},
        {"kid": str(CAT.keys[Use.SIGN, "Ed25519"].kid)},
        {"typ": "itp-receipt+jws"},
    ],
)
def test_a_signature_header_that_is_not_exactly_ours_is_refused(extra: dict[str, Any]) -> None:
    header = {"alg": "Ed25519", "kid": str(SIGNING.kid), "typ": KIND}
    assert deliver(remade(SENT, token=raw_jws(header, claims_bytes(), SIGNING))).payload.read() == PAYLOAD
    assert refusal(remade(SENT, token=raw_jws({**header, **extra}, claims_bytes(), SIGNING))) == Code.MANIFEST


@pytest.mark.parametrize("signing", [CAT.keys[Use.SIGN, "Ed25519"], ANN.keys[Use.SIGN, "P-256"]])
def test_a_signature_of_another_key_or_another_suite_is_refused(signing: Any) -> None:
    assert refusal(remade(SENT, signing=signing)) == Code.MANIFEST


def test_a_stolen_name_on_a_key_is_refused() -> None:
    thief = replace(CAT.keys[Use.SIGN, "Ed25519"], kid=SIGNING.kid)
    assert refusal(remade(SENT, signing=thief)) == Code.MANIFEST


def test_what_is_not_a_manifest_is_refused_though_it_is_signed() -> None:
    header = {"alg": "Ed25519", "kid": str(SIGNING.kid), "typ": KIND}
    for payload in (b"", b"[]", claims_bytes()[:-1] + b', "jti": "019ab000-0000-7000-8000-000000000001"}'):
        assert refusal(remade(SENT, token=raw_jws(header, payload, SIGNING))) == Code.MANIFEST


def test_a_signature_counts_by_the_life_of_its_key_when_it_was_given() -> None:
    def by(moment: Any) -> Any:
        return directory(ANN.partner(keys=tuple(key.retired(moment) for key in ANN.partner().keys)))

    assert deliver(SENT, by=by(NOW + SECOND), now=NOW + timedelta(days=1)).payload.read() == PAYLOAD
    assert refusal(SENT, by=by(NOW)) == Code.MANIFEST


def test_a_key_that_is_revoked_by_now_signs_nothing_whatever_date_it_gives() -> None:
    listed = directory(ANN.partner(keys=tuple(key.revoked(NOW + SECOND) for key in ANN.partner().keys)))
    assert deliver(SENT, by=listed, now=NOW).payload.read() == PAYLOAD
    assert refusal(SENT, by=listed, now=NOW + SECOND) == Code.MANIFEST


def raising(code: Code) -> Any:
    def refuse(*_seen: object) -> None:
        raise Refused(code, "No.")

    return refuse


def test_policy_is_asked_before_the_first_chunk_is_fetched() -> None:
    def never() -> Iterator[bytes]:
        raise AssertionError
        yield b""

    receiver = Receiver(
        BEN.organisation, directory(), BEN.private, raising(Code.POLICY), lambda _manifest, _payload: None
    )
    with pytest.raises(Refused) as refused:
        open_package(receiver, Arrival(SENT.label, SENT.manifest, ()), never(), io.BytesIO(), NOW)
    assert refused.value.code == Code.POLICY


def test_policy_sees_a_manifest_that_is_verified_only() -> None:
    seen: list[str] = []
    refusal(remade(SENT, claims={"jti": "019ab000-0000-7000-8000-000000000003"}), policy=lambda *_: seen.append("x"))
    assert seen == []
    deliver(SENT, policy=lambda label, manifest: seen.append(f"{label.message_id} {manifest.process}"))
    assert seen == [f"{MESSAGE} P1"]


def test_the_scan_sees_the_whole_payload_from_its_beginning_and_can_refuse_it() -> None:
    seen: list[bytes] = []
    opened = deliver(SENT, scan=lambda _manifest, payload: seen.append(payload.read()))
    assert seen == [PAYLOAD]
    assert opened.payload.read() == PAYLOAD
    assert refusal(SENT, scan=raising(Code.CONTENT)) == Code.CONTENT


def test_the_scan_does_not_see_what_fails_at_the_last_chunk() -> None:
    seen: list[BinaryIO] = []
    chunks = (*SENT.chunks[:3], flipped(SENT.chunks[3], 0))
    assert refusal(replace(SENT, chunks=chunks), scan=lambda *scanned: seen.append(scanned)) == Code.MANIFEST
    assert seen == []


def test_the_quarantine_is_emptied_when_anything_at_all_goes_wrong() -> None:
    def broken() -> Iterator[bytes]:
        yield SENT.chunks[0]
        raise ConnectionResetError

    quarantine = io.BytesIO()
    receiver = Receiver(BEN.organisation, directory(), BEN.private, lambda *_: None, lambda _manifest, _payload: None)
    with pytest.raises(ConnectionResetError):
        open_package(receiver, Arrival(SENT.label, SENT.manifest, ()), broken(), quarantine, NOW)
    assert quarantine.getvalue() == b""


def test_errors_hold_nothing_of_the_payload_nor_of_the_terms() -> None:
    marked = b"Marked-Child-Name"
    package = send(marked)
    broken = remade(package, claims={"purpose": "Marked-Child-Name" * 100})
    with pytest.raises(Refused) as refused:
        deliver(broken)
    assert "Marked" not in repr(refused.value) + str(refused.value.__cause__) + refused.value.hint
    assert refused.value.message == "The manifest is not usable. purpose is not valid."
