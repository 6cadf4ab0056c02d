from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from gateway.itp.codes import Code, Refused
from gateway.itp.documents import written
from gateway.itp.label import Label, read_label
from itp_exchange import MESSAGE, NOW, PAYLOAD, relabelled, send

SENT = send()


def refusal(data: bytes) -> Code:
    with pytest.raises(Refused) as refused:
        read_label(data)
    return refused.value.code


def test_a_label_says_whence_whither_and_how_large_and_no_more() -> None:
    label = json.loads(SENT.label)
    assert sorted(label) == [
        "chunk_count",
        "chunk_size",
        "ciphertext_size",
        "class",
        "conversation_id",
        "created",
        "expires",
        "from",
        "manifest_digest",
        "message_id",
        "spec",
        "suite",
        "test",
        "to",
        "to_kid",
    ]
    assert label["spec"] == "itp/1"
    assert label["message_id"] == MESSAGE
    assert label["created"] == "2026-11-25T09:00:00Z"
    assert label["expires"] == "2026-11-30T09:00:00Z"
    assert (label["chunk_count"], label["ciphertext_size"]) == (4, len(PAYLOAD) + 4 * 16)


def test_sizes_of_chunks_follow_from_the_label() -> None:
    label = read_label(SENT.label)
    assert label.payload_size == len(PAYLOAD)
    assert [label.size_of(index) for index in range(4)] == [len(chunk) for chunk in SENT.chunks] == [32, 32, 32, 18]


@pytest.mark.parametrize(
    "members",
    [
        {"spec": "itp/2"},
        {"message_id": "019AB000-0000-7000-8000-000000000001"},
        {"from": "AAA"},
        {"suite": "ITP-A"},
        {"class": "now"},
        {"test": 0},
        {"more": 1},
        {"chunk_count": 0},
        {"chunk_count": 5},
        {"chunk_count": 10_001},
        {"chunk_size": 0},
        {"chunk_size": (4 << 20) + 1},
        {"ciphertext_size": 63},
        {"ciphertext_size": 4 * 32 + 1},
        {"expires": "2026-11-25T09:00:00Z"},
        {"expires": "2026-12-25T09:00:01Z"},
        {"created": "2026-11-25T09:00:00.000Z"},
    ],
)
def test_a_label_that_is_wrong_is_malformed(members: dict[str, Any]) -> None:
    assert refusal(relabelled(SENT, **members).label) == Code.MALFORMED


def test_thirty_days_and_full_chunks_are_the_boundary() -> None:
    label = read_label(relabelled(SENT, expires="2026-12-25T09:00:00Z", ciphertext_size=4 * 32).label)
    assert label.expires - label.created == timedelta(days=30)
    assert label.payload_size == 64


def test_a_label_has_one_spelling() -> None:
    members = json.loads(SENT.label)
    for other in (json.dumps(members), json.dumps(members, sort_keys=True), SENT.label.decode() + "\n"):
        assert refusal(other.encode()) == Code.MALFORMED
    escaped = SENT.label.replace(b'"itp/1"', b'"itp\\/1"')
    assert refusal(escaped) == Code.MALFORMED
    assert refusal(SENT.label[:-1] + b',"test":false}') == Code.MALFORMED


def test_a_large_label_is_malformed() -> None:
    assert refusal(b" " * 5000) == Code.MALFORMED


def test_the_binding_covers_every_member_but_the_digest_of_the_manifest() -> None:
    label = read_label(SENT.label)
    same = label.model_copy(update={"manifest_digest": label.to_kid})
    assert same.binding == label.binding
    changed: list[dict[str, Any]] = [
        {name: None} for name in Label.model_fields if name not in {"manifest_digest", "spec"}
    ]
    assert {label.model_copy(update=members).binding for members in changed}.isdisjoint({label.binding})
    assert label.created == NOW
    assert written(label) == SENT.label
