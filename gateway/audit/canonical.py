"""Canonical JSON: one value, one text. The part of RFC 8785 that needs no fractions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

JsonValue = None | bool | int | str | Sequence["JsonValue"] | Mapping[str, "JsonValue"]

MOST = 2**53 - 1
"""The greatest whole number that every JSON reader keeps exactly (RFC 8785 section 3.2.2.3)."""
_write = json.JSONEncoder(ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: JsonValue) -> bytes:
    """Write a value; raise ValueError for a fraction, a number past 2^53-1, a key past ASCII, or what is no text."""
    _check(value)
    return _write(value).encode()


def _check(value: object) -> None:
    match value:
        case None | bool() | str():
            pass
        case int():
            if not -MOST <= value <= MOST:
                raise ValueError("A number in canonical JSON must be within 2^53-1.")
        case list() | tuple():
            for item in value:
                _check(item)
        case dict():
            for key, item in value.items():
                _check_key(key)
                _check(item)
        case _:
            raise ValueError(f"Canonical JSON has no place for a {type(value).__name__}.")


def _check_key(key: object) -> None:
    # Python sorts by code point and RFC 8785 by UTF-16 unit: within ASCII the two are the same.
    if not isinstance(key, str) or not key.isascii():
        raise ValueError("A key in canonical JSON must be an ASCII text.")
