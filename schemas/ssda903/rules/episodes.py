"""Episodes: codes and dates of one episode."""

import polars as pl

from schemas.rules import Row, rule
from schemas.ssda903.rules.terms import STARTED
from schemas.ssda903.tables import episodes, header
from schemas.vocabulary import years_after


@rule(
    "143",
    episodes.RNE,
    summary="The reason for the new episode is no code of the list.",
    hint="Use S, P, L, T, U or B.",
)
def unknown_reason_for_new_episode(episode: Row) -> pl.Expr:
    """A blank reason passes."""
    return ~episode.valid_code("RNE")


@rule(
    "352",
    episodes.DECOM,
    episodes.RNE,
    header.DOB,
    summary="Care starts on or after the 18th birthday.",
    hint="Correct the start of the episode or the date of birth.",
)
def care_started_at_18(episode: Row) -> pl.Expr:
    """The day before the 18th birthday passes; a birthday on 29 February counts as 28 February."""
    birthday = years_after(episode.of(header).DOB, 18)
    return (episode.RNE == STARTED) & (episode.DECOM >= birthday)


@rule(
    "356",
    episodes.DECOM,
    episodes.DEC,
    summary="An episode ends before it starts.",
    hint="Correct the start or the end of the episode.",
)
def ends_before_start(episode: Row) -> pl.Expr:
    """The same day passes."""
    return episode.DEC < episode.DECOM
