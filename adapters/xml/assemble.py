"""Make the tables of a layout from the occurrences of its elements."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from adapters.xml.collect import Collected
from adapters.xml.nodes import Node, Nodes
from schemas.tables import LINE, ROW, TYPED, Layout, Table, above, line, value
from schemas.typed import typed

_THREADS = 2


@dataclass(frozen=True, slots=True)
class Repeats:
    """Further values for cells of one field that have one already: row of the record, line and text of each."""

    table: str
    field: str
    path: str
    values: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Assembled:
    """The tables; the event at which each record starts; and the values that found their cell taken."""

    tables: dict[str, pl.DataFrame]
    starts: dict[str, pl.Series]
    repeats: tuple[Repeats, ...]


def assemble(layout: Layout, nodes: Nodes, collected: Collected) -> Assembled:
    """Link records to those around them and cells to their records.

    An element belongs to the record that was opened last before it: its path says that the record
    is one of those around it.
    """
    records = {table.name: _records(table.name, nodes, collected) for table in layout}
    starts = {name: frame.get_column("event") for name, frame in records.items()}
    with ThreadPoolExecutor(_THREADS) as threads:
        made = list(
            threads.map(
                lambda table: _table(layout, table, records[table.name], starts, _cells(table.name, nodes, collected)),
                layout,
            )
        )
    tables = {table.name: frame for table, (frame, _) in zip(layout, made, strict=True)}
    return Assembled(tables, starts, tuple(repeat for _, repeats in made for repeat in repeats))


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
    layout: Layout,
    table: Table,
    records: pl.DataFrame,
    starts: dict[str, pl.Series],
    cells: list[tuple[Node, pl.DataFrame | None]],
) -> tuple[pl.DataFrame, list[Repeats]]:
    events = records.get_column("event")
    rows = pl.int_range(records.height, dtype=pl.Int32, eager=True).alias(ROW)
    columns = [rows, records.get_column("line").alias(LINE)]
    columns += [enclosing(starts[name], events).alias(above(name)) for name in table.ancestors]
    repeats: list[Repeats] = []
    for node, found in cells:
        declared = table.field(node.field)
        texts, lines, over = _placed(table.name, node, found, events, rows)
        repeats += over
        columns.append(texts.alias(declared.name))
        if declared.kind in TYPED:
            columns.append(typed(declared, texts, layout.dates).alias(value(declared.name)))
        columns.append(lines.alias(line(declared.name)))
    return pl.DataFrame(columns).select(list(table.schema())), repeats


def _placed(
    table: str, node: Node, found: pl.DataFrame | None, events: pl.Series, rows: pl.Series
) -> tuple[pl.Series, pl.Series, list[Repeats]]:
    """Give the text and the line that each record has of a field, and the values left over."""
    if found is None:
        nothing = pl.Series(dtype=pl.Int32).extend_constant(None, len(rows))
        return nothing.cast(pl.String), nothing, []
    owners = enclosing(events, found.get_column("event"))
    again = (owners == owners.shift(1)).fill_null(value=False)
    repeats: list[Repeats] = []
    if again.any():
        over = found.with_columns(owners.alias(ROW)).filter(again).select(ROW, "line", "text")
        repeats = [Repeats(table, node.field, node.path, over)]
        found, owners = found.filter(~again), owners.filter(~again)
    texts, lines = found.get_column("text"), found.get_column("line")
    texts = texts.set(texts == "", None)
    if len(owners) == len(rows):
        return texts, lines, repeats
    places = pl.Series(dtype=pl.Int32).extend_constant(None, len(rows)).scatter(owners, rows.head(len(owners)))
    return texts.gather(places), lines.gather(places), repeats
