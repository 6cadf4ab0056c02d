"""What is asked of the health of children who were looked after all year: counts of what is dated in the year."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from adapters.mapping.span import ReturnYear
from schemas.vocabulary import years_after

_ASKED_FROM, _ASKED_UNTIL = 4, 17
_ANSWERS_FOR, _SMALL = 10, 5
_OF_AGE = "SDQ1"
_DONE = "COMPLETED"


def health(tables: Mapping[str, pl.DataFrame], people: pl.DataFrame, year: ReturnYear) -> pl.DataFrame:
    """Put beside people the answers of the year, those that are not asked at their age left blank."""
    rows = _with_scores(people, tables["sdq_scores"], year)
    checks = tables["cla_health"].filter(year.holds("check_date") & (pl.col("status") == _DONE))
    misuse = tables["cla_substance_misuse"].filter(year.holds("found_on"))
    convicted = tables["cla_convictions"].filter(year.holds("offence_date"))
    rows = rows.with_columns(
        pl.when(_is(_ANSWERS_FOR, year)).then(_among(convicted)).alias("_convicted"),
        pl.when(~_is(_SMALL, year)).then(_among(checks.filter(pl.col("kind") == "DEVELOPMENTAL"))).alias("_checked"),
        _among(tables["cla_immunisations"].filter("up_to_date")).alias("_immunised"),
        _among(checks.filter(pl.col("kind") == "DENTAL")).alias("_dentist"),
        _among(checks.filter(pl.col("kind").is_in(["INITIAL_HEALTH", "REVIEW_HEALTH"]))).alias("_assessed"),
        _among(misuse).alias("_misuse"),
    )
    helped = _among(misuse.filter(pl.col("help_received")))
    return rows.with_columns(pl.when("_misuse").then(helped).alias("_helped"))


def _is(age: int, year: ReturnYear) -> pl.Expr:
    """Say that a person has reached an age by the end of the year."""
    return (years_after(pl.col("date_of_birth"), age) <= year.end).fill_null(value=False)


def _among(rows: pl.DataFrame) -> pl.Expr:
    return pl.col("person").is_in(rows["person"].unique().implode())


def _with_scores(people: pl.DataFrame, scores: pl.DataFrame, year: ReturnYear) -> pl.DataFrame:
    """Put the latest score of the year beside those who were of the age for one, or why there is none."""
    told = (
        scores.filter(year.holds("completed_on"))
        .sort("completed_on", "id")
        .group_by("person", maintain_order=True)
        .agg(
            pl.col("score").drop_nulls().last().alias("_latest"),
            pl.col("no_score_reason").drop_nulls().last().alias("_why"),
        )
    )
    fourth, seventeenth = (years_after(pl.col("date_of_birth"), age) for age in (_ASKED_FROM, _ASKED_UNTIL))
    asked = (fourth <= year.end) & (seventeenth >= year.start)
    turned = fourth.is_between(year.start, year.end) | seventeenth.is_between(year.start, year.end)
    reason = pl.coalesce("_why", pl.when(turned).then(pl.lit(_OF_AGE)))
    return people.join(told, on="person", how="left", maintain_order="left").with_columns(
        pl.when(asked).then("_latest").alias("_score"),
        pl.when(asked & pl.col("_latest").is_null()).then(reason).alias("_no_score"),
    )
