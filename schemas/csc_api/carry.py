"""What of a held record stays although the newest build has it no more, or has it under another id."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from schemas.csc_api.declare import Block, Item
from schemas.csc_api.layout import CHILD
from schemas.csc_api.record import ChildRecord, by_key, canonical

_BEGUN = "start_date"


def with_aged(held: ChildRecord, current: ChildRecord, ever: ChildRecord) -> ChildRecord:
    """Add to the current record what only the window left out: it is held, and the source has it at any time.

    Getting old is no deletion: what is in `ever`, the same record built without a window, did not leave the source.
    """
    return ChildRecord.of(_with_aged(CHILD, held.members(), current.members(), ever.members()))


def _with_aged(
    block: Block, held: Mapping[str, Any], current: Mapping[str, Any], ever: Mapping[str, Any]
) -> dict[str, Any]:
    kept = dict(current)
    for part in block.content:
        if isinstance(part, Item) or part.name not in held or part.name not in ever:
            continue
        parts = (held[part.name], current.get(part.name), ever[part.name])
        kept[part.name] = _list(part, *parts) if part.repeats else _object(part, *parts)
    return kept


def _object(block: Block, held: Any, current: Any, ever: Any) -> Any:  # noqa: ANN401  # objects of the block
    return _with_aged(block, held, _values(block, held) if current is None else current, ever)


def _values(block: Block, members: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values of an object without its blocks."""
    return {part.name: members[part.name] for part in block.content if isinstance(part, Item) and part.name in members}


def _list(block: Block, held: Any, current: Any, ever: Any) -> Any:  # noqa: ANN401  # lists of the block
    if not block.key:
        return [*(current or ()), *(row for row in held if row in ever and row not in (current or ()))]
    old, new, known = by_key(block, held), by_key(block, current or ()), by_key(block, ever)
    rows = [_with_aged(block, old.get(key, {}), row, known.get(key, {})) for key, row in new.items()]
    aged = (key for key in old if key not in new and key in known)
    return [*rows, *(_object(block, old[key], None, known[key]) for key in aged)]


def has_lost(held: ChildRecord, current: ChildRecord) -> bool:
    """Tell whether the current record lacks a block or an entry of a list that is held."""
    return _has_lost(CHILD, held.members(), current.members())


def _has_lost(block: Block, held: Mapping[str, Any], current: Mapping[str, Any]) -> bool:
    for part in block.content:
        if isinstance(part, Item) or part.name not in held:
            continue
        old, new = held[part.name], current.get(part.name)
        if new is None or (_lost_of_list(part, old, new) if part.repeats else _has_lost(part, old, new)):
            return True
    return False


def _lost_of_list(block: Block, held: Any, current: Any) -> bool:  # noqa: ANN401  # lists of the block
    if not block.key:
        return any(row not in current for row in held)
    new = by_key(block, current)
    return any(key not in new or _has_lost(block, row, new[key]) for key, row in by_key(block, held).items())


def steadied(held: ChildRecord, current: ChildRecord, unstable: Collection[str]) -> ChildRecord:
    """Give events of the lists named `unstable` the id under which they were sent first.

    An event is the same where it began on the same day; of several that did, the most alike are paired.
    """
    return ChildRecord.of(_steadied(CHILD, held.members(), current.members(), unstable)) if unstable else current


def _steadied(
    block: Block, held: Mapping[str, Any], current: Mapping[str, Any], unstable: Collection[str]
) -> dict[str, Any]:
    steady = dict(current)
    for part in block.content:
        if isinstance(part, Item) or not part.key or part.name not in held or part.name not in current:
            continue
        old = by_key(part, held[part.name])
        rows = _renamed(part, old, current[part.name]) if part.name in unstable else current[part.name]
        steady[part.name] = [_steadied(part, old.get(row[part.key], {}), row, unstable) for row in rows]
    return steady


def _renamed(block: Block, old: Mapping[str, Mapping[str, Any]], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    taken = {row[block.key] for row in rows}
    free = {key: row for key, row in old.items() if key not in taken}
    renamed = []
    for row in sorted(rows, key=lambda item: _content(block, item)):
        match = None if row[block.key] in old else _same_event(block, free, row)
        if match is not None:
            del free[match]
        renamed.append(row if match is None else {**row, block.key: match})
    return renamed


def _same_event(block: Block, free: Mapping[str, Mapping[str, Any]], row: Mapping[str, Any]) -> str | None:
    same_day = [key for key, old in free.items() if old.get(_BEGUN) == row.get(_BEGUN)]
    alike = [key for key in same_day if _content(block, free[key]) == _content(block, row)]
    return next(iter(sorted(alike) or sorted(same_day)), None)


def _content(block: Block, row: Mapping[str, Any]) -> str:
    return canonical({name: value for name, value in row.items() if name != block.key})


def source_digest(record: ChildRecord, unstable: Collection[str]) -> str:
    """Give a digest of a record as it was built that ids which the source issues anew do not change."""
    return ChildRecord(canonical(_projected(CHILD, record.members(), unstable))).digest if unstable else record.digest


def _projected(block: Block, members: Mapping[str, Any], unstable: Collection[str]) -> dict[str, Any]:
    shown = dict(members)
    for part in block.content:
        if isinstance(part, Block) and part.name in members and part.repeats:
            rows = [_projected(part, row, unstable) for row in members[part.name]]
            if part.name in unstable:
                rows = sorted(({**row, part.key: ""} for row in rows), key=canonical)
            shown[part.name] = rows
    return shown
