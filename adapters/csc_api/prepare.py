"""Bring beside each row what its items take from other tables. Columns that begin with a `_` are made here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from adapters.csc_api.choices import Choices
from adapters.csc_api.mapping import ID, PARENT, worker_number
from adapters.csc_api.window import Window
from schemas.case.columns import schema

ORIGIN = "origin.key"
"""Where a reader keeps the case system's own id, where the `id` of a record is not that."""
TABLES = (
    "person",
    "linked_identifiers",
    "disability",
    "address",
    "immigration_status",
    "sdq_scores",
    "cin_episodes",
    "cin_assessments",
    "assessment_factors",
    "cin_plans",
    "s47_enquiry",
    "initial_cp_conference",
    "cp_plans",
    "cla_episodes",
    "cla_placement",
    "permanence",
    "care_leavers",
    "involvements",
    "professionals",
)
Frame = pl.DataFrame | pl.LazyFrame
_PROVENANCE = "provenance."


def read(given: Mapping[str, Frame], persons: Iterable[str] | None = None) -> dict[str, pl.DataFrame]:
    """Take the tables that the feed needs, empty where there are none; of these persons alone where they are named."""
    wanted = None if persons is None else pl.Series(list(persons), dtype=pl.String).implode()
    return {name: _table(name, given.get(name), wanted) for name in TABLES}


def _table(name: str, given: Frame | None, persons: pl.Series | None) -> pl.DataFrame:
    frame = pl.LazyFrame(schema=schema(name)) if given is None else given.lazy()
    columns = frame.collect_schema().names()
    if persons is not None and name != "professionals":
        frame = frame.filter(pl.col("person" if "person" in columns else "id").is_in(persons))
    own = pl.coalesce(ORIGIN, "id") if ORIGIN in columns else pl.col("id")
    missing = [pl.lit(None, kind).alias(column) for column, kind in schema(name).items() if column not in columns]
    needed = [column for column in schema(name) if not column.startswith(_PROVENANCE)]
    return frame.with_columns(own.alias(ID), *missing).select(*needed, ID).collect()


def prepared(tables: Mapping[str, pl.DataFrame], choices: Choices, window: Window) -> dict[str, pl.DataFrame]:
    """Give the tables of the mapping with what their items need, and the `id` that each row stands under."""
    episodes = tables["cin_episodes"]
    return {
        "person": _people(tables, window),
        "sdq_scores": _under(tables["sdq_scores"], "person"),
        "cin_episodes": _under(episodes, "person"),
        "cin_assessments": _under(_assessments(tables), "referral"),
        "cin_plans": _under(tables["cin_plans"], "referral"),
        "s47_enquiry": _under(_enquiries(tables), "referral"),
        "cp_plans": _under(tables["cp_plans"], "referral"),
        "cla_placement": _under(_placements(tables), "referral"),
        "involvements": _under(_workers(tables, choices, window), "referral"),
        "permanence": _in_force(
            _newest(tables["permanence"], "person", "placed_date", "matched_date", "decision_date"), episodes, choices
        ),
        "care_leavers": _in_force(_newest(tables["care_leavers"], "person", "latest_contact_date"), episodes, choices),
    }


def _under(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    return frame.with_columns(pl.col(column).alias(PARENT))


def _newest(frame: pl.DataFrame, by: str, *columns: str) -> pl.DataFrame:
    """Give one row for each value of `by`: the last by these columns, where nothing counts as earliest."""
    ordered = frame.drop_nulls(by).sort(*columns, ID, nulls_last=False, maintain_order=True)
    return ordered.unique(by, keep="last", maintain_order=True)


def _people(tables: Mapping[str, pl.DataFrame], window: Window) -> pl.DataFrame:
    former = tables["linked_identifiers"].filter(pl.col("kind") == "FORMER_UPN")
    told = pl.col("code") != "NONE"
    asylum = (pl.col("status") == "UASC") & (pl.col("end_date").is_null() | (pl.col("end_date") >= window.start))
    beside = (
        _newest(former, "person", "start_date").select("person", pl.col("value").alias("_former_upn")),
        tables["disability"].filter(told).group_by("person").agg(pl.col("code").unique().sort().alias("_disabilities")),
        _newest(tables["address"], "person", "start_date").select("person", pl.col("postcode").alias("_postcode")),
        _newest(tables["immigration_status"].filter(asylum), "person", "start_date").select(
            "person", pl.lit(value=True).alias("_uasc"), pl.col("end_date").alias("_uasc_end")
        ),
    )
    people = tables["person"]
    for more in beside:
        people = people.join(more, left_on="id", right_on="person", how="left")
    return people


def _assessments(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    factors = (
        tables["assessment_factors"]
        .group_by("assessment")
        .agg(pl.col("factors").explode().drop_nulls().unique().sort().alias("_factors"))
    )
    return tables["cin_assessments"].join(factors, left_on="id", right_on="assessment", how="left")


def _enquiries(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    held = tables["initial_cp_conference"].drop_nulls("enquiry").group_by("enquiry")
    latest = held.agg(pl.col("held_on").max().alias("_conference"))
    return tables["s47_enquiry"].join(latest, left_on="id", right_on="enquiry", how="left")


def _placements(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Take reasons and referral from the episodes of care in a placement, else the referral that was last by then."""
    care = tables["cla_episodes"].drop_nulls("placement").sort("start_date", ID, maintain_order=True)
    told = care.group_by("placement", maintain_order=True).agg(
        pl.col("start_reason").first().alias("_start_reason"),
        pl.col("end_reason").last().alias("_end_reason"),
        pl.col("referral").drop_nulls().first(),
    )
    placed = tables["cla_placement"].join(told, left_on="id", right_on="placement", how="left")
    return placed.join(_last_referrals(placed, tables["cin_episodes"]), on="id", how="left").with_columns(
        pl.coalesce("referral", "_last_referral").alias("referral")
    )


def _last_referrals(placed: pl.DataFrame, episodes: pl.DataFrame) -> pl.DataFrame:
    alone = placed.filter(pl.col("referral").is_null()).drop_nulls("start_date").select("id", "person", "start_date")
    referred = episodes.drop_nulls("referral_date").select(
        "person", "referral_date", pl.col("id").alias("_last_referral")
    )
    found = alone.join(referred, on="person").filter(pl.col("referral_date") <= pl.col("start_date"))
    last = found.sort("referral_date", "_last_referral").unique("id", keep="last")
    return last.select("id", "_last_referral")


def _workers(tables: Mapping[str, pl.DataFrame], choices: Choices, window: Window) -> pl.DataFrame:
    numbers = tables["professionals"].select("id", worker_number(choices).alias("_worker"))
    plans = (
        tables["cin_plans"].filter(window.touches("start_date", "end_date")).select("referral").drop_nulls().unique()
    )
    joined = tables["involvements"].join(numbers, left_on="professional", right_on="id", how="left")
    planned = plans.with_columns(pl.lit(value=True).alias("_has_plan"))
    return joined.join(planned, on="referral", how="left").with_columns(pl.col("_has_plan").fill_null(value=False))


def _in_force(frame: pl.DataFrame, episodes: pl.DataFrame, choices: Choices) -> pl.DataFrame:
    """Put what is known of a person under the episode in force: the open one, else the last; or under every one."""
    known = episodes.with_columns(pl.col("close_date").is_null().alias("_open"))
    chosen = known if choices.every_episode else _newest(known, "person", "_open", "referral_date")
    return frame.join(chosen.select("person", pl.col("id").alias(PARENT)), on="person", how="left")
