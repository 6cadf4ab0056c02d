"""Canonical JSON."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.canonical import MOST, JsonValue, canonical

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-MOST, MOST) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abAB_", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None]}, b'{"a":[true,null],"b":1}'),
        # The strings of RFC 8785 section 3.2.2.2.
        ({"string": '\u20ac$\u000f\nA\'B"\\\\"/'}, '{"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()),
        ({}, b"{}"),
        (MOST, b"9007199254740991"),
    ],
)
def test_a_value_has_one_text(value: JsonValue, text: bytes) -> None:
    assert canonical(value) == text


@given(VALUES)
def test_the_text_reads_back_to_the_value(value: JsonValue) -> None:
    assert json.loads(canonical(value)) == value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1.5, "Canonical JSON has no place for a float."),
        ([float("nan")], "Canonical JSON has no place for a float."),
        ({"a": b""}, "Canonical JSON has no place for a bytes."),
        (MOST + 1, "A number in canonical JSON must be within 2^53-1."),
        (-MOST - 1, "A number in canonical JSON must be within 2^53-1."),
        ({"ä": 1}, "A key in canonical JSON must be an ASCII text."),
        ({1: 1}, "A key in canonical JSON must be an ASCII text."),
    ],
)
def test_what_has_no_canonical_text_is_refused(value: JsonValue, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        canonical(value)


def test_half_a_character_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        canonical("\ud800")
