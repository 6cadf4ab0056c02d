"""The times in care for the list of children in care: one row for each, with all that the list asks."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from adapters.annex_a.build.beside import counted, timed, with_allocation, with_latest
from adapters.annex_a.build.items import SHORT_BREAKS, year_ago
from adapters.mapping.declare import ID
from adapters.mapping.span import ReturnYear

_GOES_ON = "X1"
_HEALTH = ("INITIAL_HEALTH", "REVIEW_HEALTH")
_DENTAL = ("DENTAL",)
_NEW_CARER = ("S", "P", "B")
_MOST_PERMANENT_FIRST = (
    ("ADOPTION", "ADOPTION"),
    ("LTFOST18", "FOSTERING"),
    ("LTRELFR", "FOSTERING"),
    ("RESPLMT", "RESIDENTIAL"),
    ("SUPPLIV", "SUPPORTED"),
    ("RETURNEV", "RETURN"),
    ("RETURN6M", "RETURN"),
    ("RETURN1M", "RETURN"),
    ("REMAINSUP", "RETURN"),
    ("OTHERPLN", "OTHER"),
)


class Care:
    """What case tables say of times in care by a day."""

    def __init__(self, tables: Mapping[str, pl.DataFrame], extract: ReturnYear) -> None:
        self._tables = tables
        self._extract = extract

    def rows(self) -> pl.DataFrame:
        """Give the last episode of each time in care, with what belongs to it."""
        rows = self._times()
        for add in (self._order_and_plan, self._events, self._health, self._placement, self._numbers, self._missing):
            rows = add(rows)
        return with_allocation(rows, self._tables["involvements"])

    def _times(self) -> pl.DataFrame:
        """Take the last episode that had begun for each time in care, with its first and last day."""
        episodes = self._tables["cla_episodes"].with_columns(
            pl.coalesce("start_date", "entered_care_date").alias("_since")
        )
        begun = episodes.filter(pl.col("_since") <= self._extract.end)
        period = pl.coalesce("period_of_care", pl.col("entered_care_date").cast(pl.String), pl.lit(""))
        begun = begun.with_columns(
            period.alias("_period"),
            pl.coalesce("entered_care_date", pl.col("_since").min().over("person", period)).alias("_entered"),
        )
        last = begun.sort("_since", "end_date", ID, nulls_last=True, maintain_order=True)
        last = last.unique(["person", "_period"], keep="last", maintain_order=True)
        over = (pl.col("end_reason") != _GOES_ON).fill_null(value=True) & (pl.col("end_date") <= self._extract.end)
        last = last.with_columns(
            pl.when(over).then("end_date").alias("_ceased"), pl.when(over).then("end_reason").alias("_ceased_reason")
        )
        return timed(last, "_entered", "_ceased", pl.lit(self._extract.end)).with_columns(
            pl.col("last_iro_contact_date").alias("_reviewer")
        )

    def _order_and_plan(self, rows: pl.DataFrame) -> pl.DataFrame:
        status = self._tables["legal_status"].drop_nulls("status")
        taken = {"_legal_status": "status", "_legal_status_date": "start_date"}
        rows = with_latest(rows, status, "start_date", taken)
        goals = pl.coalesce(
            pl.when(pl.col("goals").list.contains(goal)).then(pl.lit(plan)) for goal, plan in _MOST_PERMANENT_FIRST
        )
        plans = self._tables["cla_care_plan"].with_columns(goals.alias("_permanence"))
        return with_latest(rows, plans, "start_date", {"_permanence": "_permanence"})

    def _events(self, rows: pl.DataFrame) -> pl.DataFrame:
        held = self._tables["cla_reviews"].filter(~pl.col("cancelled").fill_null(value=False))
        rows = with_latest(rows, held, "held_on", {"_reviewed": "held_on"})
        return with_latest(rows, self._tables["cla_visits"], "visit_date", {"_visited": "visit_date"})

    def _health(self, rows: pl.DataFrame) -> pl.DataFrame:
        done = self._tables["cla_health"].filter((pl.col("status") == "COMPLETED").fill_null(value=True))
        for kinds, name in ((_HEALTH, "_health"), (_DENTAL, "_dental")):
            rows = with_latest(rows, done.filter(pl.col("kind").is_in(kinds)), "check_date", {name: "check_date"})
        return rows

    def _placement(self, rows: pl.DataFrame) -> pl.DataFrame:
        taken = {
            "_placed": "start_date",
            "_placement": "kind",
            "_provider": "provider",
            "_postcode": "postcode",
            "_urn": "provider_urn",
            "_authority": "authority",
        }
        return with_latest(rows, self._tables["cla_placement"], "start_date", taken)

    def _numbers(self, rows: pl.DataFrame) -> pl.DataFrame:
        since, day = year_ago(self._extract), pl.lit(self._extract.end)
        episodes = self._tables["cla_episodes"].filter(
            (pl.col("start_date") <= day) & (pl.col("end_date").is_null() | (pl.col("end_date") >= since))
        )
        moved = pl.col("start_reason").is_in(_NEW_CARER)
        running_on = (~moved).fill_null(value=True) & (pl.col("start_date") < since)
        placed = episodes.filter(moved | running_on)
        counts = placed.group_by("person").agg(pl.len().alias("_placements"))
        rows = rows.join(counts, on="person", how="left", maintain_order="left")
        short = pl.col("_legal_status").is_in(SHORT_BREAKS).fill_null(value=False)
        entered = pl.when(~short).then("_entered").cum_max().shift(1).over("person", order_by="_entered")
        earlier = (entered >= since).fill_null(value=False)
        second = pl.when(earlier).then(pl.lit("Y")).otherwise(pl.lit("N"))
        return rows.with_columns(pl.col("_placements").fill_null(1), second.alias("_second_period"))

    def _missing(self, rows: pl.DataFrame) -> pl.DataFrame:
        spells, day = self._tables["missing"], pl.lit(self._extract.end)
        for kind, name in (("M", "_missing"), ("A", "_absent")):
            of_kind = spells.filter(pl.col("kind") == kind)
            rows = counted(rows, of_kind, "start_date", year_ago(self._extract), day, name)
        over = spells.filter((pl.col("kind") == "M") & (pl.col("end_date") <= self._extract.end))
        over = over.with_columns(
            pl.when(pl.col(name).is_in(["Y", "N"])).then(name).alias(name)
            for name in ("interview_offered", "interview_accepted")
        )
        last = over.sort("end_date", ID, maintain_order=True).unique("person", keep="last", maintain_order=True)
        told = last.select(
            "person", pl.col("interview_offered").alias("_offered"), pl.col("interview_accepted").alias("_accepted")
        )
        return rows.join(told, on="person", how="left", maintain_order="left")
