"""Read JSON that a stranger wrote: one meaning, a limit on size and on depth."""

from __future__ import annotations

import json
from typing import Any


class NotStrict(Exception):
    """The bytes are not such JSON. Says why, never what was in it."""


def parse(data: bytes, *, limit: int, depth: int) -> object:
    """Parse UTF-8 JSON of at most `limit` bytes without repeated members, non-numbers or deeper nesting.

    Raise NotStrict.
    """
    if len(data) > limit:
        raise NotStrict("The document is too large.")
    try:
        value: object = json.loads(data.decode("utf-8"), object_pairs_hook=_members, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise NotStrict("The document is not JSON, or names a member twice.") from None
    _check_depth(value, depth)
    return value


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError
    return members


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _check_depth(value: object, depth: int) -> None:
    level = [value]
    for _ in range(depth + 1):
        inner = [item for item in level if isinstance(item, dict | list)]
        level = [part for item in inner for part in (item.values() if isinstance(item, dict) else item)]
        if not level:
            return
    raise NotStrict("The document is nested too deeply.")
