from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import Field, ValidationError

from gateway.itp.documents import ContentKey, Document, Instant, Malformed, Seconds, parse, read, written


class Note(Document):
    kind: str = Field(validation_alias="class", serialization_alias="class")
    count: int
    at: Instant | None = None
    secret: ContentKey | None = Field(default=None, repr=False)


class Stamp(Document):
    iat: Seconds


def refused(data: str, limit: int = 1000) -> str:
    with pytest.raises(Malformed) as malformed:
        read(Note, data.encode(), limit=limit)
    return str(malformed.value)


def test_a_document_is_read_and_written_in_one_spelling() -> None:
    note = read(Note, b'{ "count": 1, "class": "a" , "at": "2026-01-31T09:30:00Z"}', limit=1000)
    assert note == Note(kind="a", count=1, at=datetime(2026, 1, 31, 9, 30, tzinfo=UTC))
    assert written(note) == b'{"at":"2026-01-31T09:30:00Z","class":"a","count":1}'
    assert written(note, without="at") == b'{"class":"a","count":1}'


@pytest.mark.parametrize(
    "data",
    [
        '{"class":"a","count":1,"count":1}',
        '{"class":"a","count":1,"\\u0063ount":2}',
        '{"class":"a","count":NaN}',
        '{"class":"a","count":1',
        "[" * 100_000,
        "",
    ],
)
def test_what_is_not_json_or_names_a_member_twice_is_refused(data: str) -> None:
    assert refused(data, limit=200_000) == "The document is not JSON, or names a member twice."


def test_bytes_that_are_not_utf_8_are_refused() -> None:
    with pytest.raises(Malformed, match="not JSON"):
        parse(b'"\xff"', limit=10)


def test_nesting_has_a_limit() -> None:
    assert parse(b"[[[[[[[[]]]]]]]]", limit=100) == [[[[[[[[]]]]]]]]
    with pytest.raises(Malformed, match=r"^The document is nested too deeply\.$"):
        parse(b'{"a":[[[[[[[[[]]]]]]]]]}', limit=100)


def test_size_has_a_limit() -> None:
    data = '{"class":"a","count":1}'
    assert read(Note, data.encode(), limit=len(data)).count == 1
    assert refused(data, limit=len(data) - 1) == "The document is too large."


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ('{"class":"a","count":"1"}', "count"),
        ('{"class":"a","count":1.0}', "count"),
        ('{"class":"a","count":true}', "count"),
        ('{"class":1,"count":1}', "class"),
        ('{"count":1}', "class"),
        ('{"class":"a","count":1,"Marked-Name":"x"}', "A member"),
        ('{"kind":"a","count":1}', "class"),
        ('{"class":"a","count":1,"at":"2026-01-31T09:30:00+00:00"}', "at"),
        ('{"class":"a","count":1,"at":"2026-1-31T09:30:00Z"}', "at"),
        ('{"class":"a","count":1,"at":"2026-02-30T09:30:00Z"}', "at"),
        ('{"class":"a","count":1,"at":1769851800}', "at"),
        ('{"class":"a","count":1,"secret":"short"}', "secret"),
        ("[]", "A member"),
    ],
)
def test_the_member_that_is_wrong_is_named_but_never_its_value(data: str, place: str) -> None:
    assert refused(data) == f"{place} is not valid."


def test_a_secret_is_neither_shown_nor_in_an_error() -> None:
    note = Note(kind="a", count=1, secret=b"\x01" * 32)
    assert "secret" not in repr(note)
    assert json.loads(written(note))["secret"] == "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"
    assert read(Note, written(note), limit=1000) == note
    with pytest.raises(ValidationError) as invalid:
        Note(kind="a", count=1, secret=b"marked")
    assert "marked" not in str(invalid.value)


def test_seconds_are_whole_numbers() -> None:
    stamp = Stamp(iat=datetime(2026, 1, 31, 9, 30, tzinfo=UTC))
    assert written(stamp) == b'{"iat":1769851800}'
    assert read(Stamp, b'{"iat":1769851800}', limit=100) == stamp
    for wrong in (b'{"iat":1769851800.0}', b'{"iat":true}', b'{"iat":-1}', b'{"iat":999999999999}', b'{"iat":"1"}'):
        with pytest.raises(Malformed, match=r"^iat is not valid\.$"):
            read(Stamp, wrong, limit=100)


def test_a_time_needs_a_zone_and_whole_seconds() -> None:
    east = timezone(timedelta(hours=1))
    assert written(Stamp(iat=datetime(2026, 1, 31, 10, 30, tzinfo=east))) == b'{"iat":1769851800}'
    for wrong in (datetime(2026, 1, 31), datetime(2026, 1, 31, microsecond=1, tzinfo=UTC)):  # noqa: DTZ001  # naive on purpose
        with pytest.raises(ValidationError):
            Stamp(iat=wrong)
