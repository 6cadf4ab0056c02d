"""Flat tables derived from a tree of groups and fields, and the names of their columns.

In a frame of a table each field `X` has the column `X` (its text as found, white space around it
removed, null where absent or blank), `X.line` (the source line of its element, null where absent)
and, where the kind is more than text, `X.value` (typed, null where the text does not fit). Beside
them stand `@row` (0-based position in document order), `@line` (the source line of the record) and
`@<Table>` for every table above it: the `@row` of the record that encloses this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from schemas.fields import Field, Group, Kind, YearDiff, tree_for
from schemas.typed import ISO_DATES, DateForm

ROW = "@row"
LINE = "@line"
TYPED: dict[Kind, pl.DataType] = {
    Kind.DATE: pl.Date(),
    Kind.YEAR: pl.Int32(),
    Kind.INTEGER: pl.Int32(),
    Kind.BOOLEAN: pl.Boolean(),
    # The code that the words mean.
    Kind.CHOICE: pl.String(),
}


@dataclass(frozen=True, slots=True)
class Table:
    """One flat table.

    `path` is the element that gives a record, from the root down; `ancestors` the enclosing tables
    from the outermost in; `field_paths` the element names from `path` down to each field (empty for
    a table whose record element is itself the value).
    """

    name: str
    path: tuple[str, ...]
    fields: tuple[Field, ...]
    field_paths: tuple[tuple[str, ...], ...]
    ancestors: tuple[str, ...]

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    @property
    def parent(self) -> str | None:
        """Name the table that directly encloses this one."""
        return self.ancestors[-1] if self.ancestors else None

    def has(self, name: str) -> bool:
        """Tell whether the table has a field called `name`."""
        return any(field.name == name for field in self.fields)

    def field(self, name: str) -> Field:
        """Return the field called `name`; raise KeyError where the table has none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"table {self.name} has no field {name}")

    def schema(self) -> dict[str, pl.DataType]:
        """Give the columns of the table's frame, in order, with their types."""
        columns: dict[str, pl.DataType] = {ROW: pl.Int32(), LINE: pl.Int32()}
        columns |= {above(name): pl.Int32() for name in self.ancestors}
        for field in self.fields:
            columns[field.name] = pl.String()
            if field.kind in TYPED:
                columns[value(field.name)] = TYPED[field.kind]
            columns[line(field.name)] = pl.Int32()
        return columns


def value(field: str) -> str:
    """Name the typed column of a field."""
    return f"{field}.value"


def line(field: str) -> str:
    """Name the column with the source line of a field."""
    return f"{field}.line"


def above(table: str) -> str:
    """Name the column that points to the enclosing record in `table`."""
    return f"@{table}"


@dataclass(frozen=True, slots=True)
class Beside:
    """A table that a check may be given beside the return; `absent` says, where it was not, how to give it."""

    table: Table
    absent: str


@dataclass(frozen=True, slots=True)
class Layout:
    """One return in one collection year: the tree and its flat tables in message order.

    `beside` are tables that belong to another return, such as last year's. They are found by name
    like the others, and are not among those that the layout lists.
    """

    name: str
    year: int
    tree: Group
    tables: tuple[Table, ...]
    dates: DateForm = ISO_DATES
    beside: tuple[Beside, ...] = ()

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables)

    def has(self, name: str) -> bool:
        """Tell whether this year has a table called `name`."""
        return any(table.name == name for table in self._known())

    def table(self, name: str) -> Table:
        """Return the table called `name`; raise KeyError where this year has none."""
        for table in self._known():
            if table.name == name:
                return table
        raise KeyError(f"{self.name} {self.year} has no table {name}")

    def absence(self, name: str) -> str:
        """Say why a return of this layout may lack the table called `name`."""
        if any(table.name == name for table in self.tables):
            return f"The table {name} was not given."
        found = (item.absent for item in self.beside if item.table.name == name)
        return next(found, f"The {self.year} collection has no table {name}.")

    def _known(self) -> Iterator[Table]:
        yield from self.tables
        yield from (item.table for item in self.beside)


def layout_for(name: str, base: Group, diffs: tuple[YearDiff, ...], year: int, dates: DateForm = ISO_DATES) -> Layout:
    """Derive the layout of the collection that ends in `year`."""
    tree = tree_for(base, diffs, year)
    return Layout(name, year, tree, tuple(_tables(tree, (), (), {})), dates)


def _tables(
    group: Group, path: tuple[str, ...], ancestors: tuple[str, ...], opened: dict[str, tuple[str, ...]]
) -> Iterator[Table]:
    here = (*path, group.name)
    if group.table is not None:
        start = opened.get(group.table, here)
        found = tuple(_fields(group, here[len(start) :]))
        yield Table(
            group.table, start, tuple(field for field, _ in found), tuple(below for _, below in found), ancestors
        )
        ancestors = (*ancestors, group.table)
    inner_opened = opened | dict.fromkeys(group.opens, here)
    beside = ancestors
    for child in group.content:
        if isinstance(child, Field):
            if child.table is not None:
                yield Table(child.table, (*here, child.tag), (child,), ((),), beside)
        else:
            yield from _tables(child, here, beside, inner_opened)
            if group.opens and child.table == group.opens[0]:
                beside = (*ancestors, child.table)


def _fields(group: Group, below: tuple[str, ...]) -> Iterator[tuple[Field, tuple[str, ...]]]:
    for child in group.content:
        if isinstance(child, Field):
            if child.table is None:
                yield child, (*below, child.tag)
        elif child.table is None:
            yield from _fields(child, (*below, child.name))
