"""Episodes: legal status."""

from datetime import date, timedelta

import polars as pl

from schemas.rules import Census, Row, linked_rule, rule
from schemas.ssda903.rules.lengths import last_day
from schemas.ssda903.rules.sequences import CHILD, neighbours, previous
from schemas.ssda903.rules.terms import (
    FREEING_ORDER,
    PLACEMENT_ORDER,
    STARTED,
    TEMPORARY,
    YOUTH_JUSTICE,
    among,
    on_short_break,
)
from schemas.ssda903.tables import episodes, header
from schemas.vocabulary import years_after

_NO_FREEING_AFTER = date(2005, 12, 31)
_PLACEMENT_ORDERS_SINCE = date(2005, 12, 1)
_LONGEST_SHORT_BREAK = timedelta(days=17)
_MOST_SHORT_BREAKS = 75


_DATES = (episodes.LS, episodes.DECOM, episodes.DEC)
_WHAT_FOLLOWED = "Correct the dates, or record the legal status that followed."


def _under(status: str, census: Census) -> pl.LazyFrame:
    """Put a child's dated episodes under one legal status in order, each with its `last day`."""
    own = census.rows(episodes).filter(pl.col("LS") == status)
    ended = own.with_columns(last_day(census.period.end).alias("last day"))
    return neighbours(ended, order=("DECOM", "last day"), undated=False)


def _longer(rows: pl.LazyFrame, new_run: pl.Expr, length: pl.Expr, most: int) -> pl.LazyFrame:
    """Keep the runs of episodes whose `length` is over `most` days; a run is one issue."""
    begins = previous("Episodes").is_null() | new_run
    runs = rows.with_columns(run=begins.cum_sum())
    return runs.filter(length.dt.total_days().over("run") > most).select("Episodes", issue="run")


def _end_to_end(rows: pl.LazyFrame, most: int) -> pl.LazyFrame:
    goes_on = (pl.col("DECOM") == previous("last day")).fill_null(value=False)
    return _longer(rows, ~goes_on, pl.col("last day").last() - pl.col("DECOM").first(), most)


def _added_up(rows: pl.LazyFrame, most: int) -> pl.LazyFrame:
    after_gap = (pl.col("DECOM") > previous("last day")).fill_null(value=False)
    return _longer(rows, after_gap, (pl.col("last day") - pl.col("DECOM")).sum(), most)


@linked_rule("361", *_DATES, summary="Police protection (L1) lasts longer than 3 days.", hint=_WHAT_FOLLOWED)
def police_protection_too_long(census: Census) -> pl.LazyFrame:
    """3 days pass, from the first day of episodes that join to the last; an open one lasts to 31 March."""
    return _end_to_end(_under("L1", census), 3)


@linked_rule(
    "362", *_DATES, summary="An emergency protection order (L2) lasts longer than 21 days.", hint=_WHAT_FOLLOWED
)
def emergency_protection_too_long(census: Census) -> pl.LazyFrame:
    """21 days pass, from the first day of episodes that join to the last; an open one lasts to 31 March."""
    return _end_to_end(_under("L2", census), 21)


@linked_rule("363", *_DATES, summary="A child assessment order (L3) lasts longer than 7 days.", hint=_WHAT_FOLLOWED)
def assessment_too_long(census: Census) -> pl.LazyFrame:
    """7 days pass, those of episodes without a gap added up; an open one lasts to 31 March."""
    return _added_up(_under("L3", census), 7)


@linked_rule("364", *_DATES, summary="Detention by the police (J2) lasts longer than 21 days.", hint=_WHAT_FOLLOWED)
def detention_too_long(census: Census) -> pl.LazyFrame:
    """21 days pass, counted as in rule 363. Unconfirmed: the limit, for which the statute gives no figure."""
    return _added_up(_under("J2", census), 21)


@rule(
    "358",
    episodes.LS,
    episodes.DECOM,
    header.DOB,
    summary="A child under the age of 10 has a legal status of youth justice.",
    hint="Correct the legal status, the start of the episode or the date of birth.",
)
def youth_justice_too_young(episode: Row) -> pl.Expr:
    """The 10th birthday passes."""
    return among(episode.LS, YOUTH_JUSTICE) & (episode.DECOM < years_after(episode.of(header).DOB, 10))


@rule(
    "365",
    episodes.LS,
    episodes.DECOM,
    episodes.DEC,
    summary="A short break (V3) lasts longer than 17 days.",
    hint="Correct the dates, or record a single period of care (V2).",
)
def short_break_too_long(episode: Row) -> pl.Expr:
    """17 days pass; an open break lasts to 31 March."""
    return (episode.LS == "V3") & (last_day(episode.period.end) > episode.DECOM + _LONGEST_SHORT_BREAK)


@rule(
    "366",
    episodes.LS,
    episodes.RNE,
    summary="A short break (V3) does not start with S.",
    hint="Every short break starts care anew: use S.",
)
def short_break_continues(episode: Row) -> pl.Expr:
    """A blank reason fails too."""
    return (episode.LS == "V3") & episode.RNE.ne_missing(STARTED)


@linked_rule(
    "367",
    episodes.LS,
    episodes.DECOM,
    episodes.DEC,
    summary="A child's short breaks (V3) come to more than 75 days in the year.",
    hint="Correct the dates, or record a single period of care (V2) from the day on which the child stayed longer.",
)
def too_many_short_breaks(census: Census) -> pl.LazyFrame:
    """75 days pass. Only days within the year count; the child's breaks with such days are one finding."""
    breaks = census.rows(episodes).filter(pl.col(CHILD).is_not_null(), pl.col("LS") == "V3")
    first = pl.max_horizontal("DECOM", pl.lit(census.period.start))
    last = pl.min_horizontal("last day", pl.lit(census.period.end))
    ended = breaks.with_columns(last_day(census.period.end).alias("last day")).drop_nulls(["DECOM", "last day"])
    counted = ended.with_columns(days=(last - first).dt.total_days()).filter(pl.col("days") > 0)
    return counted.filter(pl.col("days").sum().over(CHILD) > _MOST_SHORT_BREAKS).select("Episodes", issue=CHILD)


@rule(
    "378",
    episodes.PLACE,
    episodes.LS,
    summary="A child is placed with parents (P1) under section 20 (V2).",
    hint="Correct the placement or the legal status: a child at home by agreement is not looked after.",
)
def with_parents_by_agreement(episode: Row) -> pl.Expr:
    """Any other legal status passes."""
    return (episode.PLACE == "P1") & (episode.LS == "V2")


@rule(
    "382",
    episodes.LS,
    episodes.PLACE,
    summary="A short break is in a temporary placement.",
    hint="Record where the child stays during the break.",
)
def short_break_in_temporary_placement(episode: Row) -> pl.Expr:
    """V3 and V4 in T0 to T4 fail."""
    return on_short_break(episode.LS) & among(episode.PLACE, TEMPORARY)


@rule(
    "384",
    episodes.PLACE,
    episodes.LS,
    summary="A short break is in long-term fostering.",
    hint="Use U3 or U6, or correct the legal status.",
)
def short_break_in_long_term_fostering(episode: Row) -> pl.Expr:
    """V3 and V4 in U1 or U4 fail."""
    return on_short_break(episode.LS) & among(episode.PLACE, ["U1", "U4"])


@rule(
    "408",
    episodes.PLACE,
    episodes.LS,
    summary="A child is placed for adoption under a placement order (A5, A6) without that legal status.",
    hint="Use E1 as legal status, or A3 or A4 for a placement with consent.",
)
def placed_without_order(episode: Row) -> pl.Expr:
    """E1 passes; a blank legal status does not."""
    return among(episode.PLACE, ["A5", "A6"]) & episode.LS.ne_missing(PLACEMENT_ORDER)


@linked_rule(
    "426",
    episodes.LS,
    summary="A child has short breaks of both kinds (V3 and V4) in the year.",
    hint="Use one of the two for all of the child's short breaks.",
)
def both_kinds_of_short_breaks(census: Census) -> pl.LazyFrame:
    """Several of one kind pass; all short breaks of the child are one finding."""
    breaks = census.rows(episodes).filter(pl.col(CHILD).is_not_null(), on_short_break(pl.col("LS")))
    return breaks.filter(pl.col("LS").n_unique().over(CHILD) > 1).select("Episodes", issue=CHILD)


@rule(
    "445",
    episodes.LS,
    episodes.DECOM,
    until=2024,
    summary="An episode under a freeing order (D1) starts after 2005.",
    hint="Use the legal status that the child had: freeing orders ended in 2005.",
)
def freed_after_2005(episode: Row) -> pl.Expr:
    """31 December 2005 passes."""
    return (episode.LS == FREEING_ORDER) & (episode.DECOM > _NO_FREEING_AFTER)


@rule(
    "446",
    episodes.LS,
    episodes.DECOM,
    summary="An episode under a placement order (E1) starts before there were such orders.",
    hint="Correct the legal status or the start of the episode.",
)
def placement_order_too_early(episode: Row) -> pl.Expr:
    """1 December 2005 passes. Unconfirmed: the day within that month."""
    return (episode.LS == PLACEMENT_ORDER) & (episode.DECOM < _PLACEMENT_ORDERS_SINCE)


@rule(
    "451",
    episodes.DEC,
    episodes.REC,
    episodes.LS,
    until=2024,
    summary="An episode under a freeing order (D1) is open.",
    hint="Give the legal status that the child has now, or end the episode.",
)
def freeing_order_still_open(episode: Row) -> pl.Expr:
    """An end or a reason for it is enough to pass; an end that cannot be read is none."""
    return (episode.LS == FREEING_ORDER) & episode.DEC.is_null() & episode.REC.is_null()
