"""A child's record in its canonical form: two that mean the same are the same text.

Keys and lists are sorted, dates are text, what is absent is left out instead of null, and so are empty blocks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from schemas.csc_api.declare import Block, Item
from schemas.csc_api.layout import CHILD, SECOND_ID

PURGE = "purge"


@dataclass(frozen=True, slots=True)
class ChildRecord:
    """All that DfE is to hold of one child, as canonical JSON."""

    text: str

    @classmethod
    def of(cls, members: Mapping[str, Any]) -> Self:
        """Bring the members of a record into canonical form."""
        return cls(canonical(normal(CHILD, members)))

    def members(self) -> dict[str, Any]:
        """Read the members."""
        found: dict[str, Any] = json.loads(self.text)
        return found

    @property
    def child(self) -> str:
        """Give the authority's id of the child."""
        return str(self.members()[CHILD.key])

    @property
    def digest(self) -> str:
        """Give the SHA-256 of the text, in hex."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def canonical(value: object) -> str:
    """Write JSON without spaces and with sorted keys."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def normal(block: Block, members: Mapping[str, Any]) -> dict[str, Any]:
    """Give the members of an object in canonical form; members that the block does not have are kept out."""
    found = {}
    for part in block.content:
        value = members.get(part.name)
        if value is None:
            continue
        if isinstance(part, Item):
            found[part.name] = sorted(value) if part.values else value
        elif inner := _within(part, value):
            found[part.name] = inner
    return found


def _within(block: Block, value: Any) -> Any:  # noqa: ANN401  # an object or a list, as the block says
    if not block.repeats:
        return normal(block, value)
    rows = [normal(block, row) for row in value]
    return sorted(rows, key=lambda row: row[block.key] if block.key else canonical(row))


def by_key(block: Block, rows: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Find the objects of a list by their key."""
    return {str(row[block.key]): row for row in rows}


def spelled(block: Block, members: Mapping[str, Any]) -> dict[str, Any]:
    """Write an object out for the wire: in the order of the declaration, with `purge` wherever it may stand.

    The second id of a child is there even where it is null.
    """
    wire: dict[str, Any] = {}
    for part in block.content:
        if part.name in members or part.name == SECOND_ID:
            wire[part.name] = _spelled(part, members.get(part.name))
    return wire | ({PURGE: members.get(PURGE, False)} if block.purge else {})


def _spelled(part: Item | Block, value: Any) -> Any:  # noqa: ANN401  # as the part says
    if isinstance(part, Item) or value is None:
        return value
    if not part.repeats:
        return spelled(part, value)
    rows = sorted(value, key=lambda row: row.get(part.newest) or "", reverse=True) if part.newest else value
    return [spelled(part, row) for row in rows]
