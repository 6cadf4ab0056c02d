"""What can be told only when a table is read as a whole: keys that children share, and copies of one row.

Mosaic gives the enquiry about a group of siblings one key, that of its workflow step. Linked identifiers are never
emptied before a load, so each load leaves a copy of every row.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

_SHARED = "s47_enquiry"
_POINTING = (("initial_cp_conference", "enquiry"),)
_LOADED_AGAIN = "linked_identifiers"
_SAME = ("person", "kind", "value", "start_date", "end_date")


def settled(tables: Mapping[str, pl.LazyFrame]) -> dict[str, pl.LazyFrame]:
    """Give each child a key of their own in a shared enquiry, and keep one of rows that are copies of each other."""
    found = dict(tables)
    found[_LOADED_AGAIN] = found[_LOADED_AGAIN].filter(
        pl.struct(*_SAME).is_first_distinct() | pl.any_horizontal(pl.col("person", "kind", "value").is_null())
    )
    ids = found[_SHARED].select("id", "person").unique().collect()["id"]
    shared = ids.filter(ids.is_duplicated()).unique()
    if shared.len():
        found[_SHARED] = found[_SHARED].with_columns(_own("id", shared))
        for table, field in _POINTING:
            found[table] = found[table].with_columns(_own(field, shared))
    return found


def _own(field: str, shared: pl.Series) -> pl.Expr:
    own = pl.concat_str(field, pl.lit("/"), "person")
    return (
        pl.when(pl.col(field).is_in(shared.implode()))
        .then(pl.coalesce(own, field))
        .otherwise(pl.col(field))
        .alias(field)
    )
