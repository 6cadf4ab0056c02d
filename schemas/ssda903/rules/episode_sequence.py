"""Episodes: one after the other.

Unless a rule says otherwise, an episode whose start cannot be read stands last, and one without a child
has no neighbours.
"""

from datetime import date

import polars as pl

from schemas.rules import Census, linked_rule
from schemas.ssda903.rules.placements import WITH_THE_CURRENT_CARER
from schemas.ssda903.rules.sequences import earliest, following, neighbours, previous
from schemas.ssda903.rules.terms import (
    ANOTHER_EPISODE,
    CONTINUED,
    FOR_ADOPTION,
    FOSTERING,
    MOVED,
    STARTED,
    TEMPORARY,
    among,
    left_care,
    raw,
)
from schemas.ssda903.tables import episodes, header
from schemas.vocabulary import years_after

_CUSTODY = "CUSTOD"
_NOTHING_FOLLOWS = ("E2", "E15")
_SAME_ADDRESS_IN = 2026
_WHERE = ("PLACE", "PL_POST", "URN", "PLACE_PROVIDER")
_WHAT_CHANGED = (
    episodes.RNE,
    episodes.LS,
    episodes.PLACE,
    episodes.PL_POST,
    episodes.URN,
    episodes.PLACE_PROVIDER,
)
_MATCH_REASON = "Choose the reason that matches what changed, or correct what did."


def _ordered(census: Census) -> pl.LazyFrame:
    return neighbours(census.rows(episodes))


def _is_first() -> pl.Expr:
    return previous("Episodes").is_null()


def _with_birth(census: Census, rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.join(census.rows(header).select("Header", "DOB"), on="Header")


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
    "225",
    episodes.REASON_PLACE_CHANGE,
    episodes.REC,
    episodes.PLACE,
    episodes.RNE,
    summary="The child moved to another placement and the reason for the change is missing.",
    hint="Give the reason for the change of placement on the episode that ended.",
)
def move_without_reason(census: Census) -> pl.LazyFrame:
    """Moves to or from a temporary placement pass, as do changes of the legal status alone."""
    moved = (pl.col("REC") == ANOTHER_EPISODE) & among(following("RNE"), MOVED)
    lasting = ~among(pl.col("PLACE"), TEMPORARY) & ~among(following("PLACE"), TEMPORARY)
    return _ordered(census).filter(moved & lasting & pl.col("REASON_PLACE_CHANGE").is_null()).select("Episodes")


@linked_rule(
    "226",
    episodes.REASON_PLACE_CHANGE,
    episodes.PLACE,
    summary="There is a reason for a change of placement before or at the end of a temporary placement.",
    hint="Clear the reason: a temporary placement is no change.",
)
def reason_around_temporary_placement(census: Census) -> pl.LazyFrame:
    """The temporary episode is marked, for a reason on itself or on the episode before."""
    reasoned = pl.col("REASON_PLACE_CHANGE").is_not_null() | previous("REASON_PLACE_CHANGE").is_not_null()
    return _ordered(census).filter(among(pl.col("PLACE"), TEMPORARY) & reasoned).select("Episodes")


@linked_rule(
    "234",
    episodes.REASON_PLACE_CHANGE,
    episodes.DECOM,
    header.DOB,
    since=2026,
    summary="A child under the age of 10 moved because of custody.",
    hint="Correct the reason for the change of placement, or the date of birth.",
)
def custody_under_10(census: Census) -> pl.LazyFrame:
    """The age is that on the start of the episode that follows; the 10th birthday passes."""
    custody = _ordered(census).filter(pl.col("REASON_PLACE_CHANGE") == _CUSTODY)
    young = following("DECOM") < years_after(pl.col("DOB"), 10)
    return _with_birth(census, custody).filter(young).select("Episodes", "Header")


@linked_rule(
    "302",
    episodes.DECOM,
    header.DOB,
    summary="Care started before the child was born.",
    hint="Correct the start of the first episode or the date of birth.",
)
def care_before_birth(census: Census) -> pl.LazyFrame:
    """The day of birth passes; the child's first dated episode counts."""
    first = _with_birth(census, earliest(census.rows(episodes)))
    return first.filter(pl.col("DECOM") < pl.col("DOB")).select("Episodes", "Header")


@linked_rule(
    "336",
    episodes.PLACE,
    summary="A child placed for adoption with the current carer was not fostered before.",
    hint="Use A4 or A6 for another carer, or correct the placement before.",
)
def not_fostered_before_adoption(census: Census) -> pl.LazyFrame:
    """A placement before of U1 to U6 or A3 to A6 passes, as does a child's first episode; a blank one before fails."""
    fostered = among(previous("PLACE"), [*FOR_ADOPTION, *FOSTERING])
    adopting = among(pl.col("PLACE"), WITH_THE_CURRENT_CARER)
    return _ordered(census).filter(~_is_first() & adopting & ~fostered).select("Episodes")


@linked_rule(
    "357",
    episodes.RNE,
    episodes.DECOM,
    summary="The child's first episode starts within the year, but not with S.",
    hint="Use S, or give the episode that came before.",
)
def first_episode_continues(census: Census) -> pl.LazyFrame:
    """A start before 1 April of the year passes; a blank reason fails."""
    first = earliest(census.rows(episodes)).filter(pl.col("DECOM") >= census.period.start)
    return first.filter(pl.col("RNE").ne_missing(STARTED)).select("Episodes")


@linked_rule(
    "383",
    episodes.PLACE,
    episodes.RNE,
    episodes.PL_POST,
    episodes.DECOM,
    summary="The child did not go back to the same placement after a temporary one.",
    hint="Use P and the placement from before, or correct the type of the temporary placement.",
)
def no_return_from_temporary_placement(census: Census) -> pl.LazyFrame:
    """The episode after is marked. P and the same type pass; from 2026 the postcode must be the same too."""
    kept = ["PLACE", "PL_POST"] if census.period.year >= _SAME_ADDRESS_IN else ["PLACE"]
    elsewhere = pl.any_horizontal(following(item).ne_missing(previous(item)) for item in kept)
    between = ~_is_first() & following("Episodes").is_not_null() & among(pl.col("PLACE"), TEMPORARY)
    failing = _ordered(census).filter(between & (following("RNE").ne_missing("P") | elsewhere))
    return failing.select(following("Episodes").alias("Episodes"))


@linked_rule(
    "388",
    episodes.REC,
    episodes.DEC,
    episodes.DECOM,
    summary="The reason for the end of an episode does not fit the episode that follows.",
    hint="Use X1 where another episode starts on the day of the end, else the reason why care ended.",
)
def end_does_not_fit_what_follows(census: Census) -> pl.LazyFrame:
    """X1 needs an episode that starts on the day of the end, another reason none; undated ones stand first."""
    placed = census.rows(episodes).with_columns(pl.col("DECOM").fill_null(date.min).alias("stands at"))
    ordered = neighbours(placed, order=("stands at", "DEC"))
    goes_on = pl.col("REC") == ANOTHER_EPISODE
    joins = pl.col("DEC") == following("DECOM")
    last = following("Episodes").is_null() & raw(episodes.DEC).is_not_null()
    return ordered.filter((goes_on & ~joins) | (~goes_on & joins) | (goes_on & last)).select("Episodes")


@linked_rule(
    "431",
    episodes.RNE,
    episodes.DECOM,
    summary="Care is said to start anew on the day on which the episode before ended.",
    hint="Use a reason for a continuing episode, or correct the dates if there was a gap.",
)
def new_start_without_gap(census: Census) -> pl.LazyFrame:
    """A start on the day after passes, as does one before the end of the episode before: rule 501 is about that."""
    return _ordered(census).filter((pl.col("RNE") == STARTED) & (pl.col("DECOM") == previous("DEC"))).select("Episodes")


@linked_rule(
    "432",
    episodes.RNE,
    episodes.REC,
    summary="Care had ended, but the next episode does not start it anew.",
    hint="Use S, or X1 as reason for the end of the episode before.",
)
def continues_after_the_end(census: Census) -> pl.LazyFrame:
    """The later episode is marked; its reason fails where it is blank."""
    had_left = among(previous("REC"), left_care(census.period.year))
    return _ordered(census).filter(had_left & pl.col("RNE").ne_missing(STARTED)).select("Episodes")


@linked_rule(
    "433",
    episodes.RNE,
    episodes.DECOM,
    episodes.DEC,
    summary="An episode that continues care does not start on the day on which the one before ended.",
    hint="Let the one start on the day on which the other ends, or use S after a gap.",
)
def continues_after_gap(census: Census) -> pl.LazyFrame:
    """A child's first episode passes; a date on either side that is blank or cannot be read does not."""
    joins = (previous("DEC") == pl.col("DECOM")).fill_null(value=False)
    return _ordered(census).filter(~_is_first() & among(pl.col("RNE"), CONTINUED) & ~joins).select("Episodes")


def _same_status() -> pl.Expr:
    return pl.col("LS").eq_missing(previous("LS"))


def _same_place() -> pl.Expr:
    return pl.all_horizontal(pl.col(item).eq_missing(previous(item)) for item in _WHERE)


@linked_rule(
    "434",
    *_WHAT_CHANGED,
    summary="Only the legal status is said to have changed (L), but it did not, or the placement changed too.",
    hint=_MATCH_REASON,
)
def not_only_the_legal_status(census: Census) -> pl.LazyFrame:
    """A child's first episode passes; two blank items are the same."""
    failing = (pl.col("RNE") == "L") & (_same_status() | ~_same_place())
    return _ordered(census).filter(~_is_first() & failing).select("Episodes")


@linked_rule(
    "435",
    *_WHAT_CHANGED,
    summary="Only the placement is said to have changed (P, T), but it did not, or the legal status changed too.",
    hint=_MATCH_REASON,
)
def not_only_the_placement(census: Census) -> pl.LazyFrame:
    """A child's first episode passes; two blank items are the same."""
    failing = among(pl.col("RNE"), ["P", "T"]) & (~_same_status() | _same_place())
    return _ordered(census).filter(~_is_first() & failing).select("Episodes")


@linked_rule(
    "436",
    *_WHAT_CHANGED,
    summary="Legal status and placement are said to have changed (U, B), but one of them did not.",
    hint=_MATCH_REASON,
)
def not_both_changed(census: Census) -> pl.LazyFrame:
    """A child's first episode passes; two blank items are the same."""
    failing = among(pl.col("RNE"), ["U", "B"]) & (_same_status() | _same_place())
    return _ordered(census).filter(~_is_first() & failing).select("Episodes")


@linked_rule(
    "437",
    episodes.REC,
    summary="A child who died or was assessed as an adult has a later episode.",
    hint="Correct why the episode ended, or take out the later ones.",
)
def episode_after_the_last(census: Census) -> pl.LazyFrame:
    """The last episode passes; episodes whose start cannot be read are neither earlier nor later."""
    ordered = neighbours(census.rows(episodes), undated=False)
    followed = among(pl.col("REC"), _NOTHING_FOLLOWS) & following("Episodes").is_not_null()
    return ordered.filter(followed).select("Episodes")


@linked_rule(
    "501",
    episodes.DECOM,
    episodes.DEC,
    summary="An episode starts before the one before it has ended.",
    hint="Correct the start of the later episode or the end of the earlier.",
)
def overlapping_episodes(census: Census) -> pl.LazyFrame:
    """The same day passes; the later episode is marked."""
    return _ordered(census).filter(pl.col("DECOM") < previous("DEC")).select("Episodes")


@linked_rule(
    "504",
    episodes.CIN,
    summary="The category of need changes within a period of care.",
    hint="Use the category from the start of the period.",
)
def need_changes(census: Census) -> pl.LazyFrame:
    """An episode that does not join the one before passes; two blank categories are the same."""
    joins = (previous("REC") == ANOTHER_EPISODE) & (previous("DEC") == pl.col("DECOM"))
    return _ordered(census).filter(joins & pl.col("CIN").ne_missing(previous("CIN"))).select("Episodes")
