"""The elements that a layout allows, numbered, so that a whole block is looked up at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from schemas.fields import Field, Group
from schemas.tables import Layout

BITS = 7
LEVELS = 8
UNKNOWN = (1 << BITS) - 1


@dataclass(frozen=True, slots=True)
class Node:
    """One place in the message: the element there, its place among its siblings, and what it gives.

    `key` packs the name codes of the path, outermost first. `opens` are the tables that get a record
    here; `table` and `field` say where the text of a field belongs.
    """

    key: int
    path: str
    depth: int
    order: int
    required: bool
    repeats: bool
    opens: tuple[str, ...] = ()
    table: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Nodes:
    """Every node of a layout, and the codes of the element names in their keys."""

    names: dict[str, int]
    by_key: dict[int, Node]

    def path(self, key: int) -> str:
        """Write the path that a key packs; a name that the layout does not have is a question mark."""
        codes = (key >> (BITS * (LEVELS - 1 - level)) & UNKNOWN for level in range(LEVELS))
        by_code = {code: name for name, code in self.names.items()}
        return "/".join(by_code.get(code, "?") for code in codes if code) if key > 0 else "?"

    def with_opens(self, table: str) -> tuple[int, ...]:
        """List the keys of the nodes that give `table` a record."""
        return tuple(node.key for node in self.by_key.values() if table in node.opens)


@cache
def nodes_of(layout: Layout) -> Nodes:
    """Give every element of a layout its number."""
    names: dict[str, int] = {}
    found: dict[int, Node] = {}
    _visit(layout.tree, (), 0, "", names, found)
    return Nodes(names, found)


def _visit(
    element: Group | Field, path: tuple[str, ...], order: int, table: str, names: dict[str, int], found: dict[int, Node]
) -> None:
    here = (*path, element.tag)
    names.setdefault(element.tag, len(names) + 1)
    key = sum(names[name] << (BITS * (LEVELS - 1 - level)) for level, name in enumerate(here))
    placed = {"key": key, "path": "/".join(here), "depth": len(here), "order": order}
    if isinstance(element, Field):
        own = element.table or table
        found[key] = Node(
            **placed,  # type: ignore[arg-type]  # the four keys above, by name
            required=element.required,
            repeats=element.table is not None,
            opens=(element.table,) if element.table else (),
            table=own,
            field=element.name,
        )
        return
    opens = element.opens or ((element.table,) if element.table and not _opened_above(element, found) else ())
    found[key] = Node(**placed, required=element.required, repeats=element.repeats, opens=opens)  # type: ignore[arg-type]  # as above
    for number, child in enumerate(element.content):
        _visit(child, here, number, element.table or table, names, found)


def _opened_above(group: Group, found: dict[int, Node]) -> bool:
    return any(group.table in node.opens for node in found.values())
