"""Turn a part of one table, all text, into the columns of its case table, and list what no field could take."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from adapters.ssd.links import Link, TableLink
from adapters.ssd.tables import LEFTOVERS, ORIGIN_KEY, ORIGIN_TABLE, table_schema
from schemas.ssd.layout import tables

_PLACEHOLDER = r"(?i)^(SSD_PH|PLACEHOLDER(_DATA)?)$"
NO_FIELD = "case records have no field for it"
NOT_UNDERSTOOD = "not understood"


def named(link: TableLink, there: Iterable[str]) -> dict[str, str]:
    """Map the columns that a source has of a table to their present names, the first where it has two."""
    found = set(there)
    chosen = {}
    for column in tables()[link.table].columns:
        name = next((name for name in column.names if name.lower() in found), None)
        if name:
            chosen[name.lower()] = column.name
    return chosen


def cleaned(link: TableLink, part: pl.DataFrame) -> pl.DataFrame:
    """Give every column of the table, without blanks around values and without what stands for nothing."""
    missing = [
        pl.lit(None, dtype=pl.String).alias(item.column) for item in link.links if item.column not in part.columns
    ]
    tidy = part.with_columns(pl.all().str.strip_chars()).with_columns(
        pl.when(pl.all() != "").then(pl.when(~pl.all().str.contains(_PLACEHOLDER)).then(pl.all()))
    )
    return tidy.with_columns(missing).with_columns(
        pl.when(~item.form.filler(pl.col(item.column))).then(pl.col(item.column)).alias(item.column)
        for item in link.links
    )


def converted(link: TableLink, text: pl.DataFrame) -> pl.DataFrame:
    """Read every column into its fields; the row's key in the source stands beside them."""
    key = tables()[link.table].key.name
    columns = table_schema(link.case)
    values = [
        form.read(pl.col(item.column)).cast(columns[field]).alias(field)
        for item in link.links
        for field, form in item.fields
    ]
    rows = text.select(*values, pl.col(key).alias(ORIGIN_KEY))
    if "person" in columns and "person" not in rows.columns:
        return rows.with_columns(person=pl.lit(None, dtype=pl.String))
    return rows


def leftovers(link: TableLink, text: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """List the values that no field took, and those of which a part was not understood."""
    both = pl.concat([text.rename(lambda name: f"{name}|"), values], how="horizontal")
    finding = {column for column, _, _ in link.person_through}
    # What only finds the person says nothing more.
    tests = {item: _left(item) for item in link.links if item.fields or item.column not in finding}
    counted = both.select(test.sum().alias(item.column) for item, test in tests.items()).row(0, named=True)
    found = [_rows(link, item, both.filter(test)) for item, test in tests.items() if counted[item.column]]
    return pl.concat(found) if found else pl.DataFrame(schema=LEFTOVERS)


def _left(item: Link) -> pl.Expr:
    raw = pl.col(f"{item.column}|")
    nothing = (
        pl.all_horizontal(pl.col(field).is_null() for field, _ in item.fields) if item.fields else pl.lit(value=True)
    )
    return raw.is_not_null() & (nothing | item.form.left(raw).fill_null(value=False))


def _rows(link: TableLink, item: Link, rows: pl.DataFrame) -> pl.DataFrame:
    told = {
        "table": link.case,
        "field": item.field,
        ORIGIN_TABLE: link.table,
        "column": item.column,
        "reason": NOT_UNDERSTOOD if item.field else NO_FIELD,
    }
    found = rows.select("id", ORIGIN_KEY, pl.col(f"{item.column}|").alias("value"))
    return found.with_columns(pl.lit(value).alias(name) for name, value in told.items()).select(
        pl.col(name).cast(kind) for name, kind in LEFTOVERS.items()
    )
