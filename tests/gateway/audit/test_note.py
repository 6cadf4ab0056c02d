"""Signed notes, against those that others published."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.audit.note import Kind, PublicKey, SigningKey, cosigned, read_note, signers, strangers
from schemas.errors import Misconfigured, Rejected

# The example of golang.org/x/mod/sumdb/note, whose key pair is published with it.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SECRET = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# The example of c2sp.org/tlog-cosignature. Its keys are not published: it shows the layout.
C2SP_NOTE = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def key(name: str = "log.example/one", kind: Kind = Kind.NOTE, seed: int = 1) -> SigningKey:
    return SigningKey(name, kind, Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32))


def test_the_published_note_verifies_with_the_published_key() -> None:
    published = PublicKey.read(GO_KEY)
    assert (published.name, published.kind, published.key_id.hex()) == ("PeterNeumann", Kind.NOTE, "c74f20a3")
    note = read_note(GO_NOTE)
    assert signers(note, [published]) == (published,)
    assert (note.write(), published.write()) == (GO_NOTE, GO_KEY)


def test_we_sign_the_published_note_with_the_same_bytes() -> None:
    secret = Ed25519PrivateKey.from_private_bytes(b64decode(GO_SECRET)[1:])
    ours = SigningKey("PeterNeumann", Kind.NOTE, secret)
    assert ours.sign(read_note(GO_NOTE).text, NOW).line() == GO_NOTE.splitlines(keepends=True)[-1]


def test_the_cosignature_of_the_specification_has_its_layout() -> None:
    note = read_note(C2SP_NOTE)
    assert note.write() == C2SP_NOTE
    assert [signature.name for signature in note.signatures] == [
        "example.com/behind-the-sofa",
        "witness.example.com/w1",
    ]
    assert int.from_bytes(note.signatures[1].octets[:8], "big") == 1679315147
    assert len(note.signatures[1].octets) == 72
    assert cosigned(1679315147, note.text) == (
        b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
        b"CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )


def test_a_cosignature_holds_its_time() -> None:
    witness = key("witness.example/w", Kind.COSIGNATURE)
    signature = witness.sign("text\n", NOW)
    assert int.from_bytes(signature.octets[:8], "big") == int(NOW.timestamp())
    assert witness.public.made(signature, "text\n")
    assert not witness.public.made(signature, "other\n")
    moved = type(signature)(signature.name, signature.key_id, b"\0" * 8 + signature.octets[8:])
    assert not witness.public.made(moved, "text\n")


def test_one_secret_has_two_key_ids_for_its_two_uses() -> None:
    assert key().public.key_id != key(kind=Kind.COSIGNATURE).public.key_id


@pytest.mark.parametrize("at", range(0, len(GO_NOTE), 3))
def test_no_character_of_a_note_can_be_changed(at: int) -> None:
    changed = GO_NOTE[:at] + ("A" if GO_NOTE[at] != "A" else "B") + GO_NOTE[at + 1 :]
    with pytest.raises(Rejected):
        signers(read_note(changed), [PublicKey.read(GO_KEY)])


def test_unknown_signatures_are_ignored_and_listed() -> None:
    note = read_note(GO_NOTE).with_signatures([key().sign(read_note(GO_NOTE).text, NOW)])
    known = PublicKey.read(GO_KEY)
    assert signers(note, [known]) == (known,)
    assert [signature.name for signature in strangers(note, [known])] == ["log.example/one"]
    assert strangers(note, [known, key().public]) == ()


def test_a_note_that_no_known_key_signed_is_rejected() -> None:
    with pytest.raises(Rejected, match="No key that is known here signed this"):
        signers(read_note(GO_NOTE), [key().public])


def test_one_false_signature_of_a_known_key_rejects_the_note() -> None:
    note = read_note(GO_NOTE).with_signatures([key().sign("other\n", NOW)])
    with pytest.raises(Rejected, match="A signature is not that of the key it names"):
        signers(note, [PublicKey.read(GO_KEY), key().public])


def test_a_signature_stands_in_a_note_once() -> None:
    note = read_note(GO_NOTE)
    assert note.with_signatures(note.signatures) == note


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda text: text.replace("\n\n", "\n"), "an empty line"),
        (lambda text: text[:-1], "an empty line"),
        (lambda text: text + "\n", "signatures are expected"),
        (lambda text: text + text.splitlines(keepends=True)[-1] * 64, "signatures are expected"),
        (lambda text: "x" * 70_000 + text, "too large"),
        (lambda text: text.replace("think", "th\tnk"), "control characters"),
        (lambda text: text.replace("—", "-"), "a signature line is damaged"),
        (lambda text: text.replace("PeterNeumann", "Peter+Neumann"), "a signature line is damaged"),
        (lambda text: text.replace("PeterNeumann x08", "PeterNeumann  x08"), "a signature line is damaged"),
        # The same bytes in another spelling of base64.
        (lambda text: text.replace("JnAM=", "JnAN="), "a signature line is damaged"),
        (lambda text: text.replace("JnAM=", "JnAM"), "a signature line is damaged"),
        (lambda text: re.sub("x08[^\n]*", "x08gow==", text), "a signature line is damaged"),
    ],
)
def test_what_is_no_note_is_rejected(damage: object, message: str) -> None:
    assert callable(damage)
    with pytest.raises(Rejected, match=message):
        read_note(damage(GO_NOTE))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "PeterNeumann",
        GO_KEY.replace("c74f20a3", "c74f20a4"),
        GO_KEY.replace("c74f20a3", "C74F20A3"),
        GO_KEY[:-4],
        GO_KEY.replace("PeterNeumann", "Peter Neumann"),
        "PeterNeumann+c74f20a3+" + b64encode(b"\x02" + bytes(32)).decode(),
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(Misconfigured):
        PublicKey.read(text)


def test_a_key_never_shows_its_secret() -> None:
    assert (b"\x01" * 32).hex() not in repr(key())
