"""Episodes against last year."""

import polars as pl

from schemas.rules import Census, linked_rule
from schemas.ssda903.rules.last_year import carried_over, last
from schemas.ssda903.tables import episodes, episodes_last


@linked_rule(
    "502",
    episodes.DECOM,
    episodes_last.DECOM,
    summary="The first episode of the year does not carry on the episode that was open in last year's return.",
    hint="Give the open episode again with its original start, or correct last year's return.",
)
def open_episode_not_carried_over(census: Census) -> pl.LazyFrame:
    """The same start passes, as does a child without an open episode last year or without any this year."""
    pairs = carried_over(census.rows(episodes), census.rows(episodes_last))
    return pairs.filter(pl.col("DECOM") != last("DECOM")).select(
        "Episodes", last("Episodes_last").alias("Episodes_last")
    )
