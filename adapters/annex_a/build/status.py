"""Say where a child in need stands on the day of the data."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from adapters.annex_a.build.beside import marked
from adapters.annex_a.build.items import SHORT_BREAKS
from adapters.mapping.span import ReturnYear

_ADULT = "18y"


def with_status(
    rows: pl.DataFrame, tables: Mapping[str, pl.DataFrame], people: pl.DataFrame, extract: ReturnYear
) -> pl.DataFrame:
    """Put beside each episode of need its status, and whether the person is a care leaver and nothing else."""
    day = extract.end
    care = _running(tables["legal_status"], "start_date", "end_date", extract)
    care = care.filter(pl.col("status").is_not_null() & ~pl.col("status").is_in(SHORT_BREAKS))
    plans = _running(tables["cp_plans"], "start_date", "end_date", extract)
    found = {
        "_looked_after": care,
        "_protected": plans.filter(~pl.col("other_authority").fill_null(value=False)),
        "_planned": _running(tables["cin_plans"], "start_date", "end_date", extract),
        "_leaver": tables["care_leavers"],
        "_assessed": _running(tables["cin_assessments"], "start_date", "authorised_date", extract),
    }
    for name, of in found.items():
        rows = marked(rows, of, name)
    born = people.select(pl.col("id").alias("person"), pl.col("_birth").dt.offset_by(_ADULT).alias("_adult_on"))
    rows = rows.join(born, on="person", how="left", maintain_order="left")
    adult = (pl.col("_adult_on") <= day).fill_null(value=False)
    closed = (pl.col("close_date") <= day).fill_null(value=False)
    in_care = pl.col("_looked_after") & ~adult
    busy = in_care | pl.col("_protected") | pl.col("_planned") | pl.col("_assessed")
    status = (
        pl.when(closed)
        .then(pl.lit("CLOSED"))
        .when(in_care)
        .then(pl.lit("LOOKED_AFTER"))
        .when("_protected")
        .then(pl.lit("PROTECTION"))
        .when(pl.col("_planned") | pl.col("_leaver"))
        .then(pl.lit("IN_NEED"))
        .when("_assessed")
        .then(pl.lit("ASSESSMENT"))
        .otherwise(pl.lit("IN_NEED"))
    )
    alone = pl.col("_leaver") & adult & ~closed & ~busy
    return rows.with_columns(status.alias("_status"), alone.alias("_leaver_alone"))


def _running(frame: pl.DataFrame, start: str, end: str, extract: ReturnYear) -> pl.DataFrame:
    """Keep what is in force on the day of the data."""
    begun = pl.col(start) <= extract.end
    return frame.filter(begun & (pl.col(end).is_null() | (pl.col(end) > extract.end)))
