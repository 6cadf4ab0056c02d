from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.itp.identifiers import Digest, MessageId, Organisation
from itp_exchange import NOW


@given(st.binary(min_size=10, max_size=10))
def test_a_new_message_id_is_a_uuid_of_version_7_with_its_millisecond(random: bytes) -> None:
    made = uuid.UUID(MessageId.new(NOW + timedelta(milliseconds=7), lambda _size: random))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == int(NOW.timestamp()) * 1000 + 7
    assert made.int & (1 << 62) - 1 == int.from_bytes(random, "big") & (1 << 62) - 1


def test_the_random_bits_of_a_message_id_are_all_drawn() -> None:
    ids = [MessageId.new(NOW, fill.__mul__) for fill in (b"\x00", b"\xff")]
    assert ids[0][14:] == "7000-8000-000000000000"
    assert ids[1][14:] == "7fff-bfff-ffffffffffff"


def test_message_ids_sort_by_time() -> None:
    ids = [MessageId.new(NOW + timedelta(milliseconds=count), lambda size: b"\x55" * size) for count in range(3)]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize(
    "text",
    [
        "019AB000-0000-7000-8000-000000000001",
        "019ab000-0000-4000-8000-000000000001",
        "019ab000-0000-7000-c000-000000000001",
        "019ab00000007000800000000000 0001",
        "019ab000-0000-7000-8000-000000000001\n",
        "",
    ],
)
def test_another_form_is_not_a_message_id(text: str) -> None:
    with pytest.raises(ValueError, match=r"^This is not a valid MessageId\.$"):
        MessageId(text)


def test_the_octets_of_a_message_id_are_its_hexadecimal() -> None:
    assert MessageId("019ab000-0000-7000-8000-000000000001").octets.hex() == "019ab000000070008000000000000001"


@pytest.mark.parametrize("text", ["urn:ics:org:ods:A1B", "urn:ics:org:ods:AB12345678"])
def test_an_organisation_is_named_by_its_ods_code(text: str) -> None:
    assert Organisation(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "urn:ics:org:ods:AB",
        "urn:ics:org:ods:AB1234567890",
        "urn:ics:org:ods:ABCD1",
        "urn:ics:org:ods:a1b",
        "URN:ics:org:ods:A1B",
        "A1B",
    ],
)
def test_another_form_is_not_an_organisation(text: str) -> None:
    with pytest.raises(ValueError, match=r"^This is not a valid Organisation\.$"):
        Organisation(text)


def test_a_digest_is_sha_256_in_base64url_without_padding() -> None:
    assert Digest.of(b"") == "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
    assert Digest.encoded(hashlib.sha256(b"x").digest()) == Digest.of(b"x")


def test_a_digest_has_one_spelling() -> None:
    with pytest.raises(ValueError, match=r"^This is not a valid Digest\.$"):
        Digest("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFV")
