"""Check the form of a record that is posted: structure, types, lengths, codes. DfE refuses a batch for these."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

from schemas.csc_api.declare import Block, Item
from schemas.csc_api.layout import CHILD, DETAILS, SECOND_ID
from schemas.csc_api.problems import Code, Problem
from schemas.csc_api.record import PURGE
from schemas.fields import Kind

_TYPES: Mapping[Kind, type] = {Kind.BOOLEAN: bool, Kind.INTEGER: int}


def form_problems(record: Any) -> tuple[Problem, ...]:  # noqa: ANN401  # anything may have been posted
    """Give what is wrong with the form of one posted record: full, delta or removal."""
    if not isinstance(record, dict):
        return (Problem(Code.TYPE, "the record"),)
    found = list(_object(CHILD, record, ""))
    if SECOND_ID not in record:
        found.append(Problem(Code.MISSING, SECOND_ID))
    if record.get(PURGE) is not True and DETAILS.name not in record:
        found.append(Problem(Code.MISSING, DETAILS.name))
    return tuple(found)


def _object(block: Block, members: Mapping[str, Any], path: str) -> Iterator[Problem]:
    for name, value in members.items():
        if name == PURGE and block.purge:
            if type(value) is not bool:
                yield Problem(Code.TYPE, f"{path}{PURGE}")
        elif name not in _parts(block):
            # The name is the sender's text and may be data.
            yield Problem(Code.UNKNOWN, f"{path}(a name that is not declared)")
        else:
            yield from _part(_parts(block)[name], value, f"{path}{name}")
    for part in block.content:
        if isinstance(part, Item) and part.required and part.name not in members:
            yield Problem(Code.MISSING, f"{path}{part.name}")


@cache
def _parts(block: Block) -> Mapping[str, Item | Block]:
    return {part.name: part for part in block.content}


def _part(part: Item | Block, value: Any, place: str) -> Iterator[Problem]:  # noqa: ANN401  # not checked yet
    if isinstance(part, Item):
        yield from _item(part, value, place)
    elif part.repeats:
        yield from _list(part, value, place)
    elif isinstance(value, dict):
        yield from _object(part, value, f"{place} ")
    else:
        yield Problem(Code.TYPE, place)


def _list(block: Block, rows: Any, place: str) -> Iterator[Problem]:  # noqa: ANN401  # as above
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        yield Problem(Code.TYPE, place)
        return
    for number, row in enumerate(rows, start=1):
        yield from _object(block, row, f"{place} {number} ")
    keys = [row.get(block.key) for row in rows if isinstance(row.get(block.key), str)] if block.key else []
    if len(set(keys)) < len(keys):
        yield Problem(Code.TWICE, f"{place} {block.key}")


def _item(item: Item, value: Any, place: str) -> Iterator[Problem]:  # noqa: ANN401  # as above
    if value is None:
        if item.required:
            yield Problem(Code.TYPE, place)
    elif not item.values:
        yield from _value(item, value, place)
    elif not isinstance(value, list):
        yield Problem(Code.TYPE, place)
    else:
        yield from _values(item, value, place)


def _values(item: Item, values: list[Any], place: str) -> Iterator[Problem]:
    if len(values) > item.values:
        yield Problem(Code.MANY, place)
    for number, value in enumerate(values, start=1):
        yield from _value(item, value, f"{place} {number}")
    if all(isinstance(value, str) for value in values) and len(set(values)) < len(values):
        yield Problem(Code.TWICE, place)


def _value(item: Item, value: Any, place: str) -> Iterator[Problem]:  # noqa: ANN401  # as above
    if type(value) is not _TYPES.get(item.kind, str):
        yield Problem(Code.TYPE, place)
    elif item.codes is not None:
        if value not in _known(item):
            yield Problem(Code.NO_CODE, place)
    elif isinstance(value, str):
        if not 0 < len(value) <= item.most:
            yield Problem(Code.LONG, place)
        if (item.pattern and not re.search(item.pattern, value)) or (item.kind is Kind.DATE and not _is_day(value)):
            yield Problem(Code.FORM, place)
    elif isinstance(value, int) and item.kind is Kind.INTEGER and not 0 <= value <= item.highest:
        yield Problem(Code.RANGE, place)


@cache
def _known(item: Item) -> frozenset[str]:
    return frozenset(code.value for code in item.codes.codes) if item.codes else frozenset()


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
