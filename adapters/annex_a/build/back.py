"""Read the lists back into case records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from adapters.annex_a.build.mapping import DECLARED
from adapters.mapping.back import read_back
from schemas.case.columns import schema
from schemas.returns import ReturnData

_EPISODES = "cin_episodes"
_NAMED = {"department": ("team",), "professionals": ("worker",)}


def case_tables(data: ReturnData, at: datetime) -> dict[str, pl.DataFrame]:
    """Give the case tables that the lists tell of; `at` is the time at which they are entered.

    A referral that stands in List 3 and List 6 is one episode; a team or worker is one for each name.
    """
    found = read_back(data, DECLARED, at)
    if _EPISODES in found:
        found[_EPISODES] = _once(found[_EPISODES])
    for table, fields in _NAMED.items():
        found = _one_of_a_name(found, table, fields)
    return found


def _once(episodes: pl.DataFrame) -> pl.DataFrame:
    """Take the records of one child and day together: each field from the first that has it."""
    keys = ["person", "referral_date"]
    others = [name for name in episodes.columns if name not in keys]
    first = [pl.col(name).drop_nulls().first() for name in others]
    dated = episodes.drop_nulls(keys).group_by(keys, maintain_order=True).agg(first)
    undated = episodes.filter(pl.any_horizontal(pl.col(keys).is_null()))
    return pl.concat([dated.select(episodes.columns), undated]).cast(schema(_EPISODES))


def _one_of_a_name(tables: Mapping[str, pl.DataFrame], table: str, fields: tuple[str, ...]) -> dict[str, pl.DataFrame]:
    if table not in tables:
        return dict(tables)
    named = tables[table]
    first = dict(named.select("id", pl.col("id").first().over("name").alias("first")).iter_rows())
    found = {
        name: frame.with_columns(pl.col(field).replace(first) for field in fields if field in frame.columns)
        for name, frame in tables.items()
    }
    return found | {table: named.unique("name", keep="first", maintain_order=True)}
