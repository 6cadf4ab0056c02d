"""Gather from flat tables what stands in one element of a message, for `adapters.xml.write`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from adapters.xml.write import Record
from schemas.fields import Field, Group
from schemas.tables import ROW, Layout, above

SIZE = 5_000
"""How many of the outermost records are in memory as texts at once."""


def parts(layout: Layout, tables: Mapping[str, pl.DataFrame], outermost: str) -> Iterator[tuple[Tree, range]]:
    """Give the message in parts, each with the rows of `outermost` that are in it: it may be the whole country's."""
    for first in range(0, tables[outermost].height, SIZE):
        rows = range(first, min(first + SIZE, tables[outermost].height))
        inside = {name: frame.filter(_within(name, frame, outermost, rows)) for name, frame in tables.items()}
        yield Tree(layout, inside), rows


def _within(name: str, frame: pl.DataFrame, outermost: str, rows: range) -> pl.Expr:
    column = ROW if name == outermost else above(outermost)
    return pl.col(column).is_between(rows.start, rows.stop - 1) if column in frame.columns else pl.lit(value=True)


class Tree:
    """The tables of a message, looked up from the outside in."""

    def __init__(self, layout: Layout, tables: Mapping[str, pl.DataFrame]) -> None:
        self._texts: dict[str, dict[int, dict[str, str | None]]] = {}
        self._inside: dict[str, dict[int, list[int]]] = {}
        for table in layout:
            frame = tables[table.name]
            texts = frame.select([field.name for field in table]).iter_rows(named=True)
            self._texts[table.name] = dict(zip(frame[ROW], texts, strict=True))
            if table.parent is not None:
                grouped = frame.group_by(above(table.parent), maintain_order=True).agg(pl.col(ROW))
                self._inside[table.name] = dict(grouped.iter_rows())

    def has(self, table: str) -> bool:
        """Tell whether a table has a record."""
        return bool(self._texts[table])

    def record(self, group: Group, row: int, table: str | None = None) -> Record:
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
                    record[child.tag] = [self.record(child, inner_row) for inner_row in rows]
        return record

    def _beside(self, group: Group, row: int, table: str | None) -> Record:
        """Gather a group that stands once: a wrapper, the record of `table` itself, or one inside that."""
        if group.table in {None, table}:
            return self.record(group, row, table)
        found = self._inside[group.table].get(row, [])
        return self.record(group, found[0]) if found else {}

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
