"""OC2: health and offending of children looked after for a year."""

import polars as pl

from schemas.rules import Census, linked_rule
from schemas.ssda903.rules.sequences import looked_after_all_year
from schemas.ssda903.rules.terms import raw
from schemas.ssda903.tables import children, oc2
from schemas.vocabulary import without_any


@linked_rule(
    "185",
    oc2.SDQ_SCORE,
    summary="There is an SDQ score for a child who was not looked after all year.",
    hint="Clear the score, or correct the child's episodes.",
)
def score_without_a_year_of_care(census: Census) -> pl.LazyFrame:
    """A child who left care on 31 March passes; one who left the day before does not, nor one without episodes."""
    scored = census.rows(oc2).filter(raw(oc2.SDQ_SCORE).is_not_null())
    return without_any(scored, looked_after_all_year(census), children).select("OC2")
