from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.itp.codes import Code, Refused
from gateway.itp.directory import Directory
from gateway.itp.documents import written
from gateway.itp.identifiers import Digest, MessageId
from gateway.itp.keys import PrivateKey, Use
from gateway.itp.label import read_label
from gateway.itp.manifest import LogHead
from gateway.itp.receipts import KIND, Receipt, Subject, check, check_chain, make
from itp_exchange import ANN, BEN, CAT, NOW, PAYLOAD, directory, private_key, raw_jws, send

SENT = send()
LABEL = read_label(SENT.label)
CONTENT = Digest.of(PAYLOAD)
ABOUT = Subject.of(LABEL, CONTENT)
KEY = BEN.keys[Use.RECEIPT_LOG, "Ed25519"]
SECOND = timedelta(seconds=1)

OF_LEVEL: dict[str, dict[str, Any]] = {
    "R1": {"outcome": "intact"},
    "R2": {"outcome": "verified", "plaintext_sha256": CONTENT},
    "R3": {"outcome": "seen", "plaintext_sha256": CONTENT, "by_role": "duty-team"},
    "R4": {"outcome": "matched", "plaintext_sha256": CONTENT, "by_role": "duty-team", "local_ref": "ref-1"},
    "R5": {
        "outcome": "accepted",
        "plaintext_sha256": CONTENT,
        "by_role": "team-manager",
        "effective_date": date(2026, 12, 1),
    },
    "R6": {"outcome": "completed", "plaintext_sha256": CONTENT, "by_role": "team-manager"},
    "N": {"outcome": "refused", "code": Code.POLICY},
}


def receipt(level: str = "R1", **changes: Any) -> Receipt:
    members = {
        "receipt_id": MessageId("019ab000-0000-7000-8000-00000000000a"),
        "iss": BEN.organisation,
        "aud": ANN.organisation,
        "message_id": LABEL.message_id,
        "manifest_digest": LABEL.manifest_digest,
        "label_digest": Digest.of(SENT.label),
        "level": level,
        "at": NOW,
        "log": LogHead(size=3, root=Digest.of(b"log")),
        **OF_LEVEL[level],
    }
    return Receipt(**{**members, **changes})


def chain(*levels: str) -> list[bytes]:
    """Sign receipts, each named by its level, with the child whom it is about after a space."""
    tokens: list[bytes] = []
    for each in levels:
        level, _, child = each.partition(" ")
        previous = Digest.of(tokens[-1]) if tokens else None
        tokens.append(make(receipt(level, prev_receipt=previous, subject=child or None), KEY))
    return tokens


OTHER_CONTENT = (Code.MANIFEST, "The receipt is about other content.")


def refusal(token: bytes, *, by: Directory | None = None, about: Subject = ABOUT) -> tuple[Code, str]:
    with pytest.raises(Refused) as refused:
        check(token, about, by or directory(), NOW, previous=None)
    return refused.value.code, refused.value.message


@pytest.mark.parametrize("level", OF_LEVEL)
def test_a_receipt_of_every_level_is_signed_and_checked(level: str) -> None:
    token = make(receipt(level), KEY)
    assert check(token, ABOUT, directory(), NOW, previous=None) == receipt(level)


def test_a_receipt_has_the_members_of_the_protocol() -> None:
    header, payload, _ = make(receipt("R5"), KEY).split(b".")
    assert b"itp-receipt+jws" in raw(header)
    assert json.loads(raw(payload)) == {
        "receipt_id": "019ab000-0000-7000-8000-00000000000a",
        "iss": "urn:ics:org:ods:BBB",
        "aud": "urn:ics:org:ods:AAA",
        "message_id": LABEL.message_id,
        "manifest_digest": LABEL.manifest_digest,
        "label_digest": Digest.of(SENT.label),
        "plaintext_sha256": CONTENT,
        "level": "R5",
        "outcome": "accepted",
        "at": 1795597200,
        "by_role": "team-manager",
        "effective_date": "2026-12-01",
        "log": {"size": 3, "root": Digest.of(b"log")},
    }


def raw(part: bytes) -> bytes:
    return urlsafe_b64decode(part + b"==")


@pytest.mark.parametrize(
    ("level", "changes", "why"),
    [
        ("R1", {"outcome": "accepted"}, "The outcome is not one of the level"),
        ("R1", {"code": Code.POLICY}, "A negative receipt, and no other, has a code"),
        ("N", {"code": None}, "A negative receipt, and no other, has a code"),
        ("R1", {"plaintext_sha256": CONTENT}, "From R2 on a receipt names the content"),
        ("R2", {"plaintext_sha256": None}, "From R2 on a receipt names the content"),
        ("N", {"plaintext_sha256": CONTENT}, "From R2 on a receipt names the content"),
        ("R1", {"witnessed": LogHead(size=1, root=Digest.of(b"root"))}, "From R2 on a receipt witnesses"),
        ("R2", {"by_role": "duty-team"}, "From R3 on a receipt says in which role"),
        ("R3", {"by_role": None}, "From R3 on a receipt says in which role"),
        ("R3", {"local_ref": "ref-1"}, "A member is not one of the level"),
        ("R4", {"effective_date": date(2026, 12, 1)}, "A member is not one of the level"),
        ("R3", {"by_role": "Marked Name"}, "by_role"),
        ("R3", {"subject": "child-1"}, "A member is not one of the level"),
        ("R4", {"reason": "not-our-area"}, "A member is not one of the level"),
    ],
)
def test_a_receipt_that_contradicts_itself_is_not_made(level: str, changes: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        receipt(level, **changes)


ANOTHER = (Code.MANIFEST, "The receipt is about another message.")
MISTIMED = (Code.MANIFEST, "The receipt was given before the message or in the future.")
BETWEEN_OTHERS = (Code.ORG_MISMATCH, "The receipt is not between the organisations of the message.")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"iss": CAT.organisation}, BETWEEN_OTHERS),
        ({"aud": CAT.organisation}, BETWEEN_OTHERS),
        ({"message_id": MessageId("019ab000-0000-7000-8000-000000000003")}, ANOTHER),
        ({"manifest_digest": CONTENT}, ANOTHER),
        ({"label_digest": CONTENT}, ANOTHER),
        ({"prev_receipt": CONTENT}, (Code.MANIFEST, "The receipt does not follow the one before it.")),
        ({"at": NOW - timedelta(minutes=10) - SECOND}, MISTIMED),
        ({"at": NOW + timedelta(minutes=10) + SECOND}, MISTIMED),
    ],
)
def test_a_receipt_about_anything_else_is_refused(changes: dict[str, Any], expected: tuple[Code, str]) -> None:
    assert refusal(make(receipt(**changes), KEY)) == expected


def test_a_receipt_for_other_content_is_refused() -> None:
    other = receipt("R2", plaintext_sha256=Digest.of(b"other"))
    assert refusal(make(other, KEY)) == OTHER_CONTENT


@pytest.mark.parametrize(
    "key",
    [
        private_key("stranger", "Ed25519"),
        CAT.keys[Use.RECEIPT_LOG, "Ed25519"],
        ANN.keys[Use.RECEIPT_LOG, "Ed25519"],
        BEN.keys[Use.SIGN, "Ed25519"],
    ],
)
def test_only_the_recipients_key_for_receipts_signs_them(key: PrivateKey) -> None:
    assert refusal(make(receipt(), key)) == (
        Code.MANIFEST,
        "The receipt is not usable. No such key may sign this.",
    )


def test_a_receipt_stays_good_when_its_key_is_retired_or_revoked_later() -> None:
    token, keys = make(receipt(), KEY), BEN.partner().keys
    for later in (tuple(key.retired(NOW + SECOND) for key in keys), tuple(key.revoked(NOW + SECOND) for key in keys)):
        assert check(token, ABOUT, directory(BEN.partner(keys=later)), NOW, previous=None) == receipt()
    for before in (tuple(key.retired(NOW) for key in keys), tuple(key.revoked(NOW) for key in keys)):
        assert refusal(token, by=directory(BEN.partner(keys=before))) == (
            Code.MANIFEST,
            "The key was not valid when the receipt was given.",
        )


@pytest.mark.parametrize("extra", [{"alg": "none"}, {"jku": "https://attacker.example"}, {"typ": "itp-manifest+jws"}])
def test_a_header_that_is_not_ours_is_refused(extra: dict[str, Any]) -> None:
    header = {"alg": "Ed25519", "kid": str(KEY.kid), "typ": KIND}
    assert check(raw_jws(header, written(receipt()), KEY), ABOUT, directory(), NOW, previous=None) == receipt()
    assert refusal(raw_jws({**header, **extra}, written(receipt()), KEY)) == (
        Code.MANIFEST,
        "The receipt is not usable. The header of the signature is not the one it must be.",
    )


@pytest.mark.parametrize(
    ("change", "place"),
    [({"more": 1}, "A member"), ({"level": "R9"}, "level"), ({"at": "now"}, "at"), ({"code": "itp-999"}, "code")],
)
def test_a_signed_document_that_is_no_receipt_is_refused(change: dict[str, Any], place: str) -> None:
    header = {"alg": "Ed25519", "kid": str(KEY.kid), "typ": KIND}
    members = {**json.loads(written(receipt())), **change}
    assert refusal(raw_jws(header, json.dumps(members).encode(), KEY)) == (
        Code.MANIFEST,
        f"The receipt is not usable. {place} is not valid.",
    )


@pytest.mark.parametrize(
    "levels",
    [
        ("R1", "R2", "R3", "R4", "R5", "R6"),
        ("R1", "R2", "R4", "R4", "R5"),
        ("R3", "R4 child-1", "R5 child-1", "R4 child-2", "R5 child-2", "R6"),
        ("R1", "N"),
        ("N",),
    ],
)
def test_the_receipts_of_a_message_form_a_chain(levels: tuple[str, ...]) -> None:
    checked = check_chain(chain(*levels), ABOUT, directory(), NOW)
    assert tuple(f"{each.level} {each.subject or ''}".strip() for each in checked) == levels


@pytest.mark.parametrize(
    "levels",
    [
        ("R2", "R1"),
        ("N", "R1"),
        ("R1", "N", "N"),
        ("R1", "R3", "R2"),
        ("R5 child-1", "R4 child-1"),
        ("R5 child-1", "R4"),
        ("R5", "R4 child-1"),
    ],
)
def test_a_chain_that_goes_back_is_refused(levels: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match=r"^The receipt goes back behind the one before it\.$") as refused:
        check_chain(chain(*levels), ABOUT, directory(), NOW)
    assert refused.value.code == Code.MANIFEST


def test_a_receipt_that_is_missing_moved_or_from_another_chain_is_refused() -> None:
    first, second, third = chain("R1", "R2", "R3")
    other = make(receipt("R1", receipt_id=MessageId("019ab000-0000-7000-8000-00000000000b")), KEY)
    for tokens in ([first, third], [second, third], [first, third, second], [other, second], [first, first]):
        with pytest.raises(Refused, match="does not follow the one before it") as refused:
            check_chain(tokens, ABOUT, directory(), NOW)
        assert refused.value.code == Code.MANIFEST


def test_the_sender_who_does_not_know_the_content_cannot_check_it() -> None:
    about = Subject.of(LABEL)
    assert check(make(receipt("R1"), KEY), about, directory(), NOW, previous=None).level == "R1"
    assert refusal(make(receipt("R2"), KEY), about=about) == OTHER_CONTENT
