"""What to send so that DfE holds a child's record, and what DfE holds after it was sent.

An update states values, not steps: sending it twice does the same as once. What vanished is named with `purge`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from schemas.csc_api.declare import Block, Item
from schemas.csc_api.layout import CHILD, DETAILS, SECOND_ID
from schemas.csc_api.record import PURGE, ChildRecord, by_key, spelled


class Kind(StrEnum):
    """What an update carries."""

    FULL = "full"
    DELTA = "delta"
    REMOVAL = "removal"


class Emptied(StrEnum):
    """How a value that became empty is told. Which of them DfE acts on is unconfirmed."""

    NULL = "null"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Update:
    """One record as it is posted, as JSON."""

    kind: Kind
    text: str


def removal(held: ChildRecord) -> Update:
    """Remove a child and all that is held of it."""
    members = held.members()
    ids = {CHILD.key: members[CHILD.key], SECOND_ID: members.get(SECOND_ID), PURGE: True}
    return Update(Kind.REMOVAL, _text(ids))


def update(
    held: ChildRecord | None, target: ChildRecord, *, full: bool = False, emptied: Emptied = Emptied.NULL
) -> Update | None:
    """Bring what is held to the target; None where it is there already and no `full` record is wanted.

    A child that is not held, and one in which a value became empty, is sent in full. `held` may be more than what is
    held for certain: whatever of it the target has not is purged or emptied.
    """
    before, after = ({} if held is None else held.members()), target.members()
    if before == after and not full:
        return None
    sparse = not full and held is not None
    found, missing = _Comparison(sparse).compare(CHILD, before, after)
    if sparse and missing:
        sparse = False
        found, _ = _Comparison(sparse).compare(CHILD, before, after)
    wanted = found if emptied is Emptied.NULL else _without_nulls(found)
    wanted |= {CHILD.key: after[CHILD.key], SECOND_ID: after.get(SECOND_ID)}
    wanted.setdefault(DETAILS.name, {})
    return Update(Kind.DELTA if sparse else Kind.FULL, _text(spelled(CHILD, wanted)))


def _text(members: Mapping[str, Any]) -> str:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Compares objects: `sparse` leaves out what is the same on both sides."""

    sparse: bool

    def compare(self, block: Block, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
        """Give what to send for an object, and whether a value in it became empty."""
        found: dict[str, Any] = {}
        emptied = False
        for part in block.content:
            old, new = before.get(part.name), after.get(part.name)
            if (old is None and new is None) or (self.sparse and old == new and part.name != block.key):
                continue
            found[part.name], missing = self._part(part, old, new)
            emptied = emptied or missing
        return found, emptied

    def _part(self, part: Item | Block, old: Any, new: Any) -> tuple[Any, bool]:  # noqa: ANN401  # as the part says
        if isinstance(part, Item):
            return new, new is None
        if part.repeats and not part.key:
            return new or [], False
        if part.repeats:
            return self._list(part, by_key(part, old or ()), by_key(part, new or ()))
        return ({PURGE: True}, False) if new is None else self.compare(part, old or {}, new)

    def _list(
        self, block: Block, old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
    ) -> tuple[list[dict[str, Any]], bool]:
        rows: list[dict[str, Any]] = []
        emptied = False
        for key, row in new.items():
            if self.sparse and old.get(key) == row:
                continue
            changed, missing = self.compare(block, old.get(key, {}), row)
            rows.append(changed)
            emptied = emptied or missing
        rows.extend({block.key: key, PURGE: True} for key in old if key not in new)
        return rows, emptied


def _without_nulls(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _kept(value) for name, value in members.items() if value is not None}


def _kept(value: Any) -> Any:  # noqa: ANN401  # any part of a record
    if isinstance(value, dict):
        return _without_nulls(value)
    return [_kept(row) for row in value] if isinstance(value, list) else value


def received(held: ChildRecord | None, text: str, *, replaces: bool = False) -> ChildRecord | None:
    """Give what is held of a child after a record of it was taken in; None where it was removed.

    A member that is absent changes nothing, null empties it, `purge` removes. With `replaces`, nothing of what was
    held outlives the record: whether full records do that at DfE is unconfirmed.
    """
    before = {} if held is None or replaces else held.members()
    after = _merged(CHILD, before, json.loads(text))
    return None if after is None else ChildRecord.of(after)


def together(held: ChildRecord | None, other: ChildRecord) -> ChildRecord:
    """Give a record that has every part which either has: what may be held where it is not known which of them is."""
    merged = _merged(CHILD, {} if held is None else held.members(), other.members())
    return other if merged is None else ChildRecord.of(merged)


def _merged(block: Block, before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any] | None:
    if given.get(PURGE) is True:
        return None
    after = dict(before)
    for part in block.content:
        if part.name in given:
            value = given[part.name]
            after[part.name] = value if isinstance(part, Item) else _taken(part, before.get(part.name), value)
    return after


def _taken(block: Block, before: Any, given: Any) -> Any:  # noqa: ANN401  # an object or a list, as the block says
    if given is None or not block.repeats:
        return None if given is None else _merged(block, before or {}, given)
    if not block.key:
        return given
    rows = by_key(block, before or ())
    for key, row in by_key(block, given).items():
        merged = _merged(block, rows.get(key, {}), row)
        if merged is None:
            rows.pop(key, None)
        else:
            rows[key] = merged
    return list(rows.values())
