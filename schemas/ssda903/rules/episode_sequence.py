"""Episodes: one after the other."""

import polars as pl

from schemas.rules import Census, linked_rule
from schemas.ssda903.rules.sequences import following, neighbours, previous
from schemas.ssda903.rules.terms import STARTED, raw
from schemas.ssda903.tables import episodes


@linked_rule(
    "142",
    episodes.DEC,
    episodes.REC,
    summary="An episode has no end or no reason for it although a later one has started.",
    hint="Give the earlier episode its end and the reason.",
)
def earlier_episode_open(census: Census) -> pl.LazyFrame:
    """The last episode passes; episodes whose start cannot be read are neither earlier nor later."""
    ordered = neighbours(census.rows(episodes), undated=False)
    unfinished = raw(episodes.DEC).is_null() | pl.col("REC").is_null()
    return ordered.filter(following("Episodes").is_not_null() & unfinished).select("Episodes")


@linked_rule(
    "431",
    episodes.RNE,
    episodes.DECOM,
    summary="Care is said to start anew on the day on which the episode before ended.",
    hint="Use a reason for a continuing episode, or correct the dates if there was a gap.",
)
def new_start_without_gap(census: Census) -> pl.LazyFrame:
    """A start on the day after passes, as does one before the end of the episode before: rule 501 is about that."""
    ordered = neighbours(census.rows(episodes))
    return ordered.filter((pl.col("RNE") == STARTED) & (pl.col("DECOM") == previous("DEC"))).select("Episodes")
