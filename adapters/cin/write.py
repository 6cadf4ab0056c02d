"""Write a CIN census file in its canonical form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import polars as pl

from adapters.whole import write_lines
from adapters.xml.tree import Tree, parts
from adapters.xml.write import DECLARATION, Element, Record, elements, lines
from schemas.fields import Group
from schemas.tables import Layout


def write_census(path: Path, layout: Layout, tables: Mapping[str, pl.DataFrame]) -> None:
    """Write the tables of a census; the file appears whole or not at all."""
    head, child = layout.tree.content[0], child_group(layout)
    only_head = Tree(layout, {name: frame if name == "Header" else frame.clear() for name, frame in tables.items()})
    header = only_head.record(head, 0) if isinstance(head, Group) and only_head.has("Header") else {}
    children = (tree.record(child, row) for tree, rows in parts(layout, tables, "ChildIdentifiers") for row in rows)
    write_lines(path, document(layout, header, children))


def document(layout: Layout, header: Record, children: Iterable[Record]) -> Iterator[str]:
    """Give the lines of a census: the header, then each child."""
    group = child_group(layout)
    return document_of(layout, header, (elements(group, child) for child in children))


def document_of(layout: Layout, header: Record, children: Iterable[list[Element]]) -> Iterator[str]:
    """Give the lines of a census from children whose elements are in order already."""
    head = layout.tree.content[0]
    yield DECLARATION
    yield "<Message>\n"
    if isinstance(head, Group) and header:
        yield from lines("Header", elements(head, header), 1)
    yield "  <Children>\n"
    for child in children:
        yield from lines("Child", child, 2)
    yield "  </Children>\n"
    yield "</Message>\n"


def child_group(layout: Layout) -> Group:
    """Return the group that holds one child whole."""
    children = layout.tree.content[1]
    child = children.content[0] if isinstance(children, Group) else children
    if not isinstance(child, Group):
        raise TypeError("the census tree has no group for a child")
    return child
