"""Bring beside each row what its items take from other tables. Columns that begin with a `_` are made here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from adapters.csc_api.choices import Choices
from adapters.csc_api.mapping import worker_number
from adapters.csc_api.window import Window
from adapters.mapping.declare import ID, PARENT
from adapters.mapping.tables import Frame, newest, taken, under

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


def read(given: Mapping[str, Frame], persons: Iterable[str] | None = None) -> dict[str, pl.DataFrame]:
    """Take the tables that the feed needs, empty where there are none; of these persons alone where they are named."""
    return taken(given, TABLES, persons)


def prepared(tables: Mapping[str, pl.DataFrame], choices: Choices, window: Window) -> dict[str, pl.DataFrame]:
    """Give the tables of the mapping with what their items need, and the `id` that each row stands under."""
    episodes = tables["cin_episodes"]
    return {
        "person": _people(tables, window),
        "sdq_scores": under(tables["sdq_scores"], "person"),
        "cin_episodes": under(episodes, "person"),
        "cin_assessments": under(_assessments(tables), "referral"),
        "cin_plans": under(tables["cin_plans"], "referral"),
        "s47_enquiry": under(_enquiries(tables), "referral"),
        "cp_plans": under(tables["cp_plans"], "referral"),
        "cla_placement": under(_placements(tables), "referral"),
        "involvements": under(_workers(tables, choices, window), "referral"),
        "permanence": _in_force(
            newest(tables["permanence"], "person", "placed_date", "matched_date", "decision_date"), episodes, choices
        ),
        "care_leavers": _in_force(newest(tables["care_leavers"], "person", "latest_contact_date"), episodes, choices),
    }


def _people(tables: Mapping[str, pl.DataFrame], window: Window) -> pl.DataFrame:
    former = tables["linked_identifiers"].filter(pl.col("kind") == "FORMER_UPN")
    told = pl.col("code") != "NONE"
    asylum = (pl.col("status") == "UASC") & (pl.col("end_date").is_null() | (pl.col("end_date") >= window.start))
    beside = (
        newest(former, "person", "start_date").select("person", pl.col("value").alias("_former_upn")),
        tables["disability"].filter(told).group_by("person").agg(pl.col("code").unique().sort().alias("_disabilities")),
        newest(tables["address"], "person", "start_date").select("person", pl.col("postcode").alias("_postcode")),
        newest(tables["immigration_status"].filter(asylum), "person", "start_date").select(
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
    chosen = known if choices.every_episode else newest(known, "person", "_open", "referral_date")
    return frame.join(chosen.select("person", pl.col("id").alias(PARENT)), on="person", how="left")
