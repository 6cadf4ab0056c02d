"""Write case tables in the form of the dataset: the links the other way round."""

from __future__ import annotations

import polars as pl

from adapters.ssd.links import Link, TableLink
from schemas.ssd.layout import tables


def written(link: TableLink, rows: pl.DataFrame, left: pl.DataFrame | None = None) -> pl.DataFrame:
    """Give the columns of a table in their order, all as text, for the rows of its case table.

    `left` are the leftovers of the same rows: what no field could take goes back into its column.
    """
    told = rows.select("id", *(_text(item).alias(item.column) for item in link.links))
    back = {} if left is None else _by_column(link, left)
    for column, values in back.items():
        # A row may have two leftovers only where its key is not one in its table.
        told = told.join(values.unique("id"), on="id", how="left", maintain_order="left").with_columns(
            pl.coalesce(f"{column}|", column).alias(column)
        )
    return told.select(column.name for column in tables()[link.table].columns)


def _text(item: Link) -> pl.Expr:
    if not item.field:
        return pl.lit(None, dtype=pl.String)
    return item.form.write(*(pl.col(field) for field, _ in item.fields)).cast(pl.String)


def _by_column(link: TableLink, left: pl.DataFrame) -> dict[str, pl.DataFrame]:
    own = left.filter(pl.col("table") == link.case)
    return {
        str(column): rows.select("id", pl.col("value").alias(f"{column}|"))
        for (column,), rows in own.group_by("column", maintain_order=True)
    }
