"""Make the episodes of the return out of those of the case system: cut at every change, with reasons that agree.

An episode of the return has one legal status and one placement. Case systems cut episodes themselves, yet not always
where the dates of orders and placements say, and some derive the reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from adapters.ssda903.build.care import short_break
from schemas.ssda903.rules.terms import ANOTHER_EPISODE, MOVED, PLACEMENT_ORDER, STARTED

_CARE_ORDER = "C2"
_PLACE = ("kind", "provider", "provider_urn", "postcode")
_CARER = ("provider_urn", "postcode")
# The reason by what changed: status, placement, carer.
_STATUS, _SAME_CARER, _OTHER_CARER, _BOTH_SAME_CARER, _BOTH = "L", "T", "P", "U", "B"
_TIME = ("person", "_time")
_ONE = ["person", "_time", "_start"]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """The episodes of all years, by child and start, and those that are none: they end on the day they begin.

    `_time` is the time in care that each belongs to; `_guessed` says that only number and postcode tell of the carer.
    """

    rows: pl.DataFrame
    empty: pl.DataFrame


def rebuilt(tables: Mapping[str, pl.DataFrame]) -> Rebuilt:
    """Rebuild episodes from the tables of episodes, placements and legal status."""
    told = tables["cla_episodes"].drop_nulls(["person", "start_date"])
    empty = (pl.col("start_date") == pl.col("end_date")).fill_null(value=False)
    orders = tables["legal_status"].drop_nulls(["person", "status"])
    own = _timed(told.filter(~empty).with_columns(pl.col("start_date").alias("_start")), orders)
    placements = tables["cla_placement"].rename({"id": "_placed_id", "start_date": "_placed", "end_date": "_left"})
    rows = _changes(_cut(own, placements, orders), placements)
    rows = _with_ends(_with_reasons(rows))
    return Rebuilt(rows, told.filter(empty))


def _timed(own: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Name the time in care that each row belongs to; a short break is one of its own."""
    ordered = _with_status(own, orders).sort("person", "_start", "id", maintain_order=True)
    begins = (pl.col("start_reason") == STARTED).fill_null(value=False)
    run = begins.cast(pl.Int32).cum_sum().over("person")
    key = pl.format("{}#{}", pl.col("period_of_care").fill_null(""), run)
    return ordered.with_columns(pl.when(short_break()).then(pl.col("id")).otherwise(key).alias("_time"))


def _with_status(rows: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Put beside each row the legal status that is in force on its first day."""
    days = rows.select("person", "_start").unique()
    both = days.join(orders.select("person", "status", "start_date", "end_date"), on="person")
    begun = pl.col("start_date").is_null() | (pl.col("start_date") <= pl.col("_start"))
    that_day = (pl.col("start_date") == pl.col("_start")).fill_null(value=False)
    lasts = pl.col("end_date").is_null() | (pl.col("end_date") > pl.col("_start")) | that_day
    rank = pl.when(pl.col("status") == PLACEMENT_ORDER).then(0).otherwise(1).alias("_first")
    care = (pl.col("status") != _CARE_ORDER).alias("_then")
    in_force = both.filter(begun & lasts).with_columns(rank, care)
    ordered = in_force.sort(
        "_first", "start_date", "_then", "status", descending=[False, True, False, False], nulls_last=True
    )
    chosen = ordered.unique(["person", "_start"], keep="first", maintain_order=True)
    return rows.join(
        chosen.select("person", "_start", pl.col("status").alias("_status")),
        on=["person", "_start"],
        how="left",
        maintain_order="left",
    )


def _cut(own: pl.DataFrame, placements: pl.DataFrame, orders: pl.DataFrame) -> pl.DataFrame:
    """Give the rows with those that begin within them, on days on which an order or a placement begins or ends."""
    spans = own.select(*_TIME, "id", "period_of_care", pl.col("_start").alias("_from"), "end_date")
    turns = pl.concat([orders.select("person", pl.col(day).alias("_start")) for day in ("start_date", "end_date")])
    by_order = spans.join(turns.drop_nulls("_start").unique(), on="person").select(
        *_TIME, "id", "_start", "_from", "end_date", pl.lit(None, pl.String).alias("_placed_id")
    )
    moves = placements.select("person", "period_of_care", "_placed_id", pl.col("_placed").alias("_start")).drop_nulls(
        ["person", "period_of_care", "_start"]
    )
    by_move = spans.join(moves, on=["person", "period_of_care"]).select(by_order.columns)
    within = (pl.col("_start") > pl.col("_from")) & (
        pl.col("end_date").is_null() | (pl.col("_start") < pl.col("end_date"))
    )
    cuts = pl.concat([by_move, by_order]).filter(within).unique([*_TIME, "_start"], keep="first", maintain_order=True)
    cuts = cuts.select(*_TIME, "id", "_start", "_placed_id", pl.lit(value=False).alias("_own"))
    begun = own.select(
        *_TIME, "id", "_start", pl.col("placement").alias("_placed_id"), pl.lit(value=True).alias("_own")
    )
    days = pl.concat([begun, cuts.join(begun, on=_ONE, how="anti")]).sort(*_ONE, "id", maintain_order=True)
    kept = own.drop("_start", "_status", "person", "_time", "start_date")
    rows = days.join(kept, on="id", how="left", maintain_order="left")
    return _with_status(rows, orders)


def _changes(rows: pl.DataFrame, placements: pl.DataFrame) -> pl.DataFrame:
    """Say of each row what changed on its first day, and leave out cuts where nothing did."""
    rows = _with_placements(rows, placements)
    before = {name: pl.col(name).shift(1).over(*_TIME) for name in ("_status", "_placed_id", "_own", *_PLACE)}
    first = pl.col("_start") == pl.col("_start").min().over(*_TIME)
    other = pl.col("_placed_id").ne_missing(before["_placed_id"])
    elsewhere = pl.any_horizontal(pl.col(name).ne_missing(before[name]) for name in _PLACE)
    told = ~pl.col("_own") | pl.col("start_reason").is_in(MOVED).fill_null(value=False)
    rows = rows.with_columns(
        first.alias("_begins"),
        (~first & pl.col("_status").ne_missing(before["_status"])).alias("_ordered"),
        (~first & other & (elsewhere | told)).alias("_moved"),
        pl.any_horizontal(pl.col(name).ne_missing(before[name]) for name in _CARER).alias("_other_carer"),
        before["_own"].fill_null(value=True).alias("_after_own"),
    )
    turned = pl.col("_ordered") & (pl.col("_own") | pl.col("_status").is_not_null())
    kept = pl.col("_begins") | pl.col("_moved") | turned | (pl.col("_own") & pl.col("_after_own"))
    # A row that says again what a cut has said already ends what that cut began.
    run = kept.cast(pl.Int32).cum_sum().over(*_TIME).alias("_run")
    ends = [pl.col(name).last().over(*_TIME, "_run") for name in ("end_date", "end_reason")]
    return rows.with_columns(run, kept.alias("_kept")).with_columns(ends).filter("_kept")


def _with_placements(rows: pl.DataFrame, placements: pl.DataFrame) -> pl.DataFrame:
    """Put beside each row its placement: the one it names, else that of the time in care on the day, else the last."""
    lacking = rows.filter(pl.col("_own") & pl.col("_placed_id").is_null()).select(
        "id", "person", "period_of_care", "_start"
    )
    both = lacking.join(
        placements.select("person", "period_of_care", "_placed_id", "_placed", "_left"), on=["person", "period_of_care"]
    )
    there = (pl.col("_placed") <= pl.col("_start")) & (pl.col("_left").is_null() | (pl.col("_left") > pl.col("_start")))
    dated = (
        both.filter(there)
        .sort("_placed", "_placed_id")
        .unique("id", keep="last")
        .select("id", pl.col("_placed_id").alias("_dated"))
    )
    rows = rows.join(dated, on="id", how="left", maintain_order="left").with_columns(
        pl.coalesce("_placed_id", pl.when("_own").then("_dated")).alias("_placed_id")
    )
    rows = rows.with_columns(pl.col("_placed_id").forward_fill().over("id"))
    about = placements.select("_placed_id", "_left", "change_reason", *_PLACE)
    return rows.join(about, on="_placed_id", how="left", maintain_order="left")


def _with_reasons(rows: pl.DataFrame) -> pl.DataFrame:
    """Give each row the reason that fits what changed; what is held stands where it agrees."""
    held = pl.when("_own").then("start_reason")
    both, moved, ordered = pl.col("_ordered") & pl.col("_moved"), pl.col("_moved"), pl.col("_ordered")
    entered = pl.col("entered_care_date") == pl.col("_start")
    opening = pl.when(entered).then(pl.lit(STARTED)).otherwise(pl.coalesce(held, pl.lit(STARTED)))
    agrees = (both & held.is_in([_BOTH, _BOTH_SAME_CARER])) | (
        moved & ~ordered & held.is_in([_OTHER_CARER, _SAME_CARER])
    )
    agrees = agrees.fill_null(value=False)
    carer = pl.col("_other_carer")
    told = (
        pl.when("_begins").then(opening)
        .when(agrees).then(held)
        .when(both).then(pl.when(carer).then(pl.lit(_BOTH)).otherwise(pl.lit(_BOTH_SAME_CARER)))
        .when(moved).then(pl.when(carer).then(pl.lit(_OTHER_CARER)).otherwise(pl.lit(_SAME_CARER)))
        .when(ordered).then(pl.lit(_STATUS))
        .otherwise(held)
    )  # fmt: skip
    return rows.with_columns(told.alias("_reason"), (moved & ~pl.col("_begins") & ~agrees).alias("_guessed"))


def _with_ends(rows: pl.DataFrame) -> pl.DataFrame:
    """Give each row its last day and why it ended, and the reason for a placement that ends with it."""
    following = pl.col("_start").shift(-1).over(*_TIME)
    moves = pl.col("_moved").shift(-1).over(*_TIME).fill_null(value=False)
    begun = pl.min_horizontal(pl.col("entered_care_date"), pl.col("_start").min()).over(*_TIME)
    return rows.with_columns(
        pl.coalesce(following, "end_date").alias("_end"),
        pl.when(following.is_not_null()).then(pl.lit(ANOTHER_EPISODE)).otherwise("end_reason").alias("_ceased"),
        pl.when(moves).then("change_reason").alias("_change"),
        begun.alias("_begun"),
        short_break().alias("_break"),
    )
