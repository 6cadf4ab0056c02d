"""Make the tables of a layout from the occurrences of its elements."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from adapters.xml.collect import Collected
from adapters.xml.nodes import Node, Nodes
from schemas.fields import Field, Kind
from schemas.tables import LINE, ROW, TYPED, Layout, Table, above, line, value

_DATE = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_YEAR = "^[0-9]{4}$"
_COUNT = "^[0-9]{1,9}$"


@dataclass(frozen=True, slots=True)
class Repeat:
    """A second value for a cell that has one already."""

    table: str
    row: int
    field: str
    line: int
    text: str
    key: int


@dataclass(frozen=True, slots=True)
class Assembled:
    """The tables; the event at which each record starts; and the values that found their cell taken."""

    tables: dict[str, pl.DataFrame]
    starts: dict[str, pl.Series]
    repeats: tuple[Repeat, ...]


def assemble(layout: Layout, nodes: Nodes, collected: Collected) -> Assembled:
    """Link records to those around them and cells to their records.

    An element belongs to the record that was opened last before it: its path says that the record
    is one of those around it.
    """
    records = {table.name: _records(table.name, nodes, collected) for table in layout}
    starts = {name: frame.get_column("event") for name, frame in records.items()}
    repeats: list[Repeat] = []
    tables = {
        table.name: _table(table, records[table.name], starts, _cells(table.name, nodes, collected), repeats)
        for table in layout
    }
    return Assembled(tables, starts, tuple(repeats))


def _records(table: str, nodes: Nodes, collected: Collected) -> pl.DataFrame:
    (key,) = nodes.with_opens(table)
    found = collected.occurrences.get(key)
    return found if found is not None else pl.DataFrame(schema={"event": pl.Int64, "line": pl.Int32, "text": pl.String})


def _cells(table: str, nodes: Nodes, collected: Collected) -> list[tuple[Node, pl.DataFrame | None]]:
    fields = [node for node in nodes.by_key.values() if node.table == table and node.field]
    return [(node, collected.occurrences.get(node.key)) for node in fields]


def enclosing(starts: pl.Series, events: pl.Series) -> pl.Series:
    """Give, for each event, the row of the record that was opened last (-1 for none)."""
    return starts.search_sorted(events, side="right").cast(pl.Int32) - 1


def _table(
    table: Table,
    records: pl.DataFrame,
    starts: dict[str, pl.Series],
    cells: list[tuple[Node, pl.DataFrame | None]],
    repeats: list[Repeat],
) -> pl.DataFrame:
    events = records.get_column("event")
    rows = pl.int_range(records.height, dtype=pl.Int32, eager=True).alias(ROW)
    columns = [rows, records.get_column("line").alias(LINE)]
    columns += [enclosing(starts[name], events).alias(above(name)) for name in table.ancestors]
    for node, found in cells:
        declared = table.field(node.field)
        texts, lines = _placed(table.name, node, found, events, rows, repeats)
        columns.append(texts.alias(declared.name))
        if declared.kind in TYPED:
            columns.append(typed(declared, texts).alias(value(declared.name)))
        columns.append(lines.alias(line(declared.name)))
    return pl.DataFrame(columns).select(list(table.schema()))


def _placed(
    table: str, node: Node, found: pl.DataFrame | None, events: pl.Series, rows: pl.Series, repeats: list[Repeat]
) -> tuple[pl.Series, pl.Series]:
    if found is None:
        return pl.Series([None], dtype=pl.String).new_from_index(0, len(rows)), pl.Series(
            [None], dtype=pl.Int32
        ).new_from_index(0, len(rows))
    owned = found.with_columns(enclosing(events, found.get_column("event")).alias(ROW))
    doubled = owned.filter(~pl.col(ROW).is_first_distinct())
    if doubled.height:
        repeats += [
            Repeat(table, row, node.field, at, text, node.key)
            for row, at, text in doubled.select(ROW, "line", "text").iter_rows()
        ]
        owned = owned.filter(pl.col(ROW).is_first_distinct())
    if owned.height != len(rows):
        owned = rows.to_frame().join(owned, on=ROW, how="left", maintain_order="left")
    texts = owned.select(pl.when(pl.col("text") != "").then("text")).to_series()
    return texts, owned.get_column("line")


def typed(declared: Field, texts: pl.Series) -> pl.Series:
    """Read the texts of a field as its kind; null where a text does not fit.

    Dates are YYYY-MM-DD and real; counts are digits; flags are 0, 1, true or false in any case.
    """
    if declared.kind is Kind.DATE:
        shaped = texts.to_frame("x").select(pl.when(pl.col("x").str.contains(_DATE)).then("x")).to_series()
        return shaped.str.to_date("%Y-%m-%d", strict=False)
    if declared.kind is Kind.BOOLEAN:
        flags = {"0": False, "1": True, "false": False, "true": True}
        return texts.str.to_lowercase().replace_strict(flags, default=None, return_dtype=pl.Boolean)
    shape = _YEAR if declared.kind is Kind.YEAR else _COUNT
    shaped = texts.to_frame("x").select(pl.when(pl.col("x").str.contains(shape)).then("x")).to_series()
    return shaped.cast(pl.Int32, strict=False)
