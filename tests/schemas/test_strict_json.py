"""JSON of strangers: one meaning or none."""

from __future__ import annotations

import pytest

from schemas.strict_json import NotStrict, parse


@pytest.mark.parametrize(
    ("data", "value"),
    [(b"{}", {}), (b'{"a": [1, "\xc3\xa9"]}', {"a": [1, "é"]}), (b"1", 1), (b'{"a": {"b": []}}', {"a": {"b": []}})],
)
def test_what_is_read(data: bytes, value: object) -> None:
    assert parse(data, limit=100, depth=3) == value


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b" " * 101, "The document is too large."),
        (b"", "The document is not JSON, or names a member twice."),
        (b'{"a": 1, "a": 1}', "The document is not JSON, or names a member twice."),
        (b'{"a": NaN}', "The document is not JSON, or names a member twice."),
        (b'{"a": -Infinity}', "The document is not JSON, or names a member twice."),
        (b'"\xff"', "The document is not JSON, or names a member twice."),
        (b"[[[[1]]]]", "The document is nested too deeply."),
        (b'{"a": {"b": {"c": {"d": 1}}}}', "The document is nested too deeply."),
    ],
)
def test_what_is_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(NotStrict) as caught:
        parse(data, limit=100, depth=3)
    assert str(caught.value) == sentence


def test_nesting_that_would_break_the_parser_is_refused() -> None:
    with pytest.raises(NotStrict):
        parse(b"[" * 100_000, limit=1 << 20, depth=3)


def test_a_number_too_long_to_be_one_is_refused() -> None:
    with pytest.raises(NotStrict, match="not JSON"):
        parse(b"1" * 5_000, limit=1 << 20, depth=3)
