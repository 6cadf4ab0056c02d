"""What reading gives: the case tables, where each row came from, and what no case field could take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from schemas.case.columns import schema

ORIGIN_TABLE, ORIGIN_KEY = "origin.table", "origin.key"
LEFTOVERS = pl.Schema(
    {
        "table": pl.String(),
        "id": pl.String(),
        "field": pl.String(),
        ORIGIN_TABLE: pl.String(),
        ORIGIN_KEY: pl.String(),
        "column": pl.String(),
        "value": pl.String(),
        "reason": pl.String(),
    }
)


def table_schema(table: str) -> pl.Schema:
    """Give the columns of a case table as it is read: its own, then the table and key of the row in the source."""
    return pl.Schema({**schema(table), ORIGIN_TABLE: pl.String(), ORIGIN_KEY: pl.String()})


@dataclass(frozen=True, slots=True)
class CaseTables:
    """Case tables read from a source, each a lazy frame of `table_schema`.

    A table that the source lacks is there, without rows. `leftovers` has a row for every value that no case
    field could take, as text: `field` is the field that stayed empty, itself empty where case records have none.
    """

    tables: Mapping[str, pl.LazyFrame]
    leftovers: pl.LazyFrame
