"""How the record is declared: blocks of items, each with what the DfE specification says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from schemas.codesets import CodeSet
from schemas.fields import Kind


# Told apart by what they are and not by their content: they stand in caches, and a tree is slow to hash.
@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A value, or with `values` a list of at most so many plain values.

    `number` is the item number of the DfE specification, 0 where it has none; `most` the longest text;
    `highest` the largest number. `future` says that a date may lie ahead.
    """

    name: str
    number: int
    kind: Kind = Kind.TEXT
    most: int = 0
    codes: CodeSet | None = None
    pattern: str = ""
    required: bool = False
    values: int = 0
    highest: int = 0
    future: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """An object, or a list of objects where it `repeats`.

    `key` is the item by which the objects of a list are told apart; a list without one is sent whole whenever
    anything in it changed. `purge` says that `"purge": true` removes the object. `newest` is the date by which a
    list is sent, the newest first.
    """

    name: str
    content: tuple[Item | Block, ...]
    repeats: bool = False
    key: str = ""
    purge: bool = True
    required: bool = False
    newest: str = ""


def walk(block: Block, path: str = "") -> Iterator[tuple[str, Item | Block]]:
    """Go through all that is inside a block, depth first, with its path: `social_care_episodes[].adoption`."""
    for part in block.content:
        here = f"{path}{part.name}"
        if isinstance(part, Item):
            yield f"{here}[]" if part.values else here, part
        else:
            here = f"{here}[]" if part.repeats else here
            yield here, part
            yield from walk(part, f"{here}.")
