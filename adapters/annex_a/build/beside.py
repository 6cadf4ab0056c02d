"""Find what belongs to a record by person and time: the latest event in its time, how many there were, who had it."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from adapters.mapping.declare import ID

FROM, UNTIL = "_from", "_until"
"""The columns with the first and the last day of a record."""
_EVENT = "_event"


def timed(rows: pl.DataFrame, start: str, end: str, day: pl.Expr) -> pl.DataFrame:
    """Put beside each row its first day and its last, the day of the data where it goes on."""
    until = pl.min_horizontal(pl.col(end).fill_null(day), day)
    return rows.with_columns(pl.col(start).alias(FROM), until.alias(UNTIL))


def _in_its_time(rows: pl.DataFrame, events: pl.DataFrame, day: str, refers: str) -> pl.DataFrame:
    """Pair rows with the events of the person within their time, those that refer to the row where a field does."""
    own = rows.select("id", "person", FROM, UNTIL)
    there = events.drop_nulls(day).with_columns(pl.col(day).alias(_EVENT)).drop("id")
    left, right = (["person", "id"], ["person", refers]) if refers else (["person"], ["person"])
    pairs = own.join(there, left_on=left, right_on=right)
    return pairs.filter(pl.col(_EVENT).is_between(FROM, UNTIL))


def with_latest(
    rows: pl.DataFrame, events: pl.DataFrame, day: str, taken: Mapping[str, str], refers: str = ""
) -> pl.DataFrame:
    """Put beside each row columns of the latest event in its time, under the names of `taken`."""
    pairs = _in_its_time(rows, events, day, refers).sort(_EVENT, ID, nulls_last=False, maintain_order=True)
    last = pairs.unique("id", keep="last", maintain_order=True)
    found = last.select("id", *(pl.col(_EVENT if name == day else name).alias(new) for new, name in taken.items()))
    return rows.join(found, on="id", how="left", maintain_order="left")


def counted(
    rows: pl.DataFrame, events: pl.DataFrame, day: str, since: pl.Expr, until: pl.Expr, name: str
) -> pl.DataFrame:
    """Put beside each row how many events of the person lie between two days, both in it."""
    own = rows.select("id", "person", since.alias(FROM), until.alias(UNTIL))
    pairs = own.join(events.select("person", pl.col(day).alias(_EVENT)), on="person")
    counts = pairs.filter(pl.col(_EVENT).is_between(FROM, UNTIL)).group_by("id").agg(pl.len().alias(name))
    return rows.join(counts, on="id", how="left", maintain_order="left").with_columns(pl.col(name).fill_null(0))


def marked(rows: pl.DataFrame, people: pl.DataFrame, name: str) -> pl.DataFrame:
    """Say beside each row whether its person is among these."""
    return rows.with_columns(pl.col("person").is_in(people["person"].drop_nulls().unique().implode()).alias(name))


def with_allocation(rows: pl.DataFrame, involvements: pl.DataFrame) -> pl.DataFrame:
    """Put beside each row who had the person in its time: case workers first, then open allocations, then the latest.

    `involvements` have `_team` and `_worker`; rows that have them already keep them where nobody had the person.
    """
    told = involvements.with_columns(
        (pl.col("role") == "CW").fill_null(value=False).alias("_case_worker"),
        pl.col("end_date").is_null().alias("_open"),
    ).select("person", "start_date", "end_date", "_case_worker", "_open", ID, "_team", "_worker")
    own = rows.select("id", "person", FROM, UNTIL)
    pairs = own.join(told, on="person").filter(
        (pl.col("start_date") <= pl.col(UNTIL)) & (pl.col("end_date").is_null() | (pl.col("end_date") >= pl.col(FROM)))
    )
    order = ("_case_worker", "_open", "start_date", ID)
    last = pairs.sort(*order, maintain_order=True).unique("id", keep="last", maintain_order=True)
    found = last.select("id", pl.col("_team").alias("_team_then"), pl.col("_worker").alias("_worker_then"))
    placed = rows.join(found, on="id", how="left", maintain_order="left")
    there = {name: pl.col(name) if name in rows.columns else pl.lit(None, pl.String) for name in ("_team", "_worker")}
    return placed.with_columns(pl.coalesce(f"{name}_then", own_).alias(name) for name, own_ in there.items()).drop(
        "_team_then", "_worker_then"
    )
