"""The episodes of a census, and under which of them each event stands."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from adapters.mapping.built import noted
from adapters.mapping.declare import PARENT

_ALIKE = ("person", "referral_date", "source")


@dataclass(frozen=True, slots=True)
class Episodes:
    """The episodes that are in, one for each referral, and `names` of all that each stands for."""

    rows: pl.DataFrame
    names: pl.DataFrame
    notes: tuple[pl.DataFrame, ...]

    def place(self, events: pl.DataFrame, day: str, refers: str | None) -> pl.DataFrame:
        """Put events under the episode that they refer to, else the one that was open on the day, the latest.

        One that has neither gets no PARENT.
        """
        events = events.with_row_index("_at")
        named = events.with_columns(pl.lit(None, pl.String).alias(PARENT))
        if refers is not None:
            named = events.join(
                self.names, left_on=["person", refers], right_on=["person", "_name"], how="left", maintain_order="left"
            )
        spanning = self._open_on(named.filter(pl.col(PARENT).is_null()).select("_at", "person", day), day)
        found = named.join(spanning, on="_at", how="left", maintain_order="left")
        return found.with_columns(pl.coalesce(PARENT, "_open").alias(PARENT)).drop("_at", "_open")

    def _open_on(self, events: pl.DataFrame, day: str) -> pl.DataFrame:
        told = self.rows.select("person", pl.col("id").alias("_open"), "referral_date", "close_date")
        both = events.join(told, on="person")
        since = pl.col("referral_date") <= pl.col(day)
        open_then = both.filter(since & (pl.col("close_date").is_null() | (pl.col("close_date") >= pl.col(day))))
        last = open_then.sort("referral_date", "_open").unique("_at", keep="last")
        return last.select("_at", "_open")


def merged(inside: pl.DataFrame) -> Episodes:
    """Make one episode of rows that are forms of one referral: Eclipse has a row for each form.

    The row that is open, else was closed last, speaks for all.
    """
    first = pl.col("id").sort_by("close_date", "id", nulls_last=True).last().over(*_ALIKE)
    marked = inside.with_columns(first.alias(PARENT))
    others = marked.filter(pl.col("id") != pl.col(PARENT))
    notes = (noted("Taken together with another row of the same referral.", others),) if others.height else ()
    rows = marked.filter(pl.col("id") == pl.col(PARENT)).drop(PARENT)
    return Episodes(rows, marked.select("person", pl.col("id").alias("_name"), PARENT), notes)
