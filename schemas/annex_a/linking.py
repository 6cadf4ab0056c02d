"""Put each record of the lists under its child: the last step of every reader.

A child is an identifier, whatever its letter case. A record whose identifier is blank belongs to none.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from schemas.annex_a.layout import ADOPTERS, CHILD_ID, CHILDREN
from schemas.tables import ROW, Layout, above

_KEY = "@key"


def linked(layout: Layout, read: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Make the tables of a `ReturnData` from the lists that were given, each without the row of its child.

    The table of children has each once, in the order in which the lists name them first.
    """
    given = {table.name: read[table.name] for table in layout if table.name in read}
    keyed = {name: frame.with_columns(_key()) for name, frame in given.items() if name != ADOPTERS}
    children = _children(layout, list(keyed.values()))
    rows = children.select(_KEY, pl.col(ROW).alias(above(CHILDREN)))
    placed = {name: frame.join(rows, on=_KEY, how="left", maintain_order="left") for name, frame in keyed.items()}
    found = {CHILDREN: children} | placed | {name: given[name] for name in given.keys() - keyed.keys()}
    return {table.name: found[table.name].select(list(table.schema())) for table in layout if table.name in found}


def _key() -> pl.Expr:
    return pl.col(CHILD_ID).str.to_uppercase().alias(_KEY)


def _children(layout: Layout, frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Give each child once, with what the first list that says anything of it says."""
    columns = {name: kind for name, kind in layout.table(CHILDREN).schema().items() if name != ROW}
    empty = pl.DataFrame(schema={**columns, _KEY: pl.String})
    named = pl.concat([empty, *(frame.select(empty.columns) for frame in frames)]).drop_nulls(_KEY)
    once = named.group_by(_KEY, maintain_order=True).agg(pl.col(columns).drop_nulls().first())
    return once.with_columns(pl.int_range(pl.len(), dtype=pl.Int32).alias(ROW))
