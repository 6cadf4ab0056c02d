"""Write a CIN census file in its canonical form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from secrets import token_hex

import polars as pl

from adapters.xml.write import DECLARATION, Element, Record, elements, lines
from schemas.errors import Misconfigured
from schemas.fields import Field, Group
from schemas.returns import ReturnData
from schemas.tables import ROW, Layout, above


def write_census(path: Path, data: ReturnData) -> None:
    """Write the tables of a census; the file appears whole or not at all."""
    tree = _Tree(data)
    header = tree.header()
    children = (tree.child(row) for row in range(data.tables["ChildIdentifiers"].height))
    write_lines(path, document(data.layout, header, children))


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


def write_lines(path: Path, text: Iterable[str]) -> None:
    """Write a file beside its place and move it there once it is whole.

    Raise Misconfigured where its folder is not there, or a folder has its name.
    """
    if not path.parent.is_dir():
        raise Misconfigured(f"There is no folder {path.parent}.", hint="Make it, or name another file.")
    if path.is_dir():
        raise Misconfigured(f"{path} is a folder.", hint="Name the file to write.")
    place = path.with_name(f".{path.name[:100]}.{token_hex(4)}")
    try:
        with place.open("x", encoding="utf-8", newline="\n") as file:
            file.writelines(text)
        place.replace(path)
    finally:
        place.unlink(missing_ok=True)


def child_group(layout: Layout) -> Group:
    """Return the group that holds one child whole."""
    children = layout.tree.content[1]
    child = children.content[0] if isinstance(children, Group) else children
    if not isinstance(child, Group):
        raise TypeError("the census tree has no group for a child")
    return child


class _Tree:
    """The tables of a census, looked up from the outside in."""

    def __init__(self, data: ReturnData) -> None:
        self._layout = data.layout
        self._texts: dict[str, list[dict[str, str | None]]] = {}
        self._inside: dict[str, dict[int, list[int]]] = {}
        for table in data.layout:
            frame = data.tables[table.name]
            self._texts[table.name] = frame.select([field.name for field in table]).to_dicts()
            if table.parent is not None:
                grouped = frame.group_by(above(table.parent), maintain_order=True).agg(pl.col(ROW))
                self._inside[table.name] = dict(grouped.iter_rows())

    def header(self) -> Record:
        head = self._layout.tree.content[0]
        return self._record(head, 0) if isinstance(head, Group) and self._texts["Header"] else {}

    def child(self, row: int) -> Record:
        return self._record(child_group(self._layout), row)

    def _record(self, group: Group, row: int, table: str | None = None) -> Record:
        """Gather what stands in one occurrence of a group; `row` is that of the table around it."""
        table = group.table or (group.opens[0] if group.opens else table)
        record: Record = {}
        for child in group.content:
            if isinstance(child, Field):
                self._add_field(record, child, table, row)
            elif child.table is None or child.table in group.opens:
                inner = self._beside(child, row, table)
                if inner:
                    record[child.tag] = inner
            else:
                rows = self._inside[child.table].get(row, [])
                if rows:
                    record[child.tag] = [self._record(child, inner_row) for inner_row in rows]
        return record

    def _beside(self, group: Group, row: int, table: str | None) -> Record:
        """Gather a group that stands once: a wrapper, the record of `table` itself, or one inside that."""
        if group.table in {None, table}:
            return self._record(group, row, table)
        found = self._inside[group.table].get(row, [])
        return self._record(group, found[0]) if found else {}

    def _add_field(self, record: Record, field: Field, table: str | None, row: int) -> None:
        if field.table is not None:
            found = [self._texts[field.table][inner][field.name] for inner in self._inside[field.table].get(row, [])]
            values = [text for text in found if text is not None]
            if values:
                record[field.tag] = values
        elif table is not None:
            text = self._texts[table][row][field.name]
            if text is not None:
                record[field.tag] = text
