"""Header: children who are mothers."""

import polars as pl

from schemas.rules import Census, Row, linked_rule, rule
from schemas.ssda903.rules.last_year import beside_last_year, last
from schemas.ssda903.rules.sequences import latest
from schemas.ssda903.rules.terms import (
    ANOTHER_EPISODE,
    LEAVER_ITEMS,
    any_given,
    female,
    in_year,
    male,
    on_short_break,
)
from schemas.ssda903.tables import children, episodes, header, header_last, oc3, reviews
from schemas.vocabulary import missing, present, with_any, within, without_any, years_after

_MOTHER, _NO_MOTHER = "1", "0"
_YOUNGEST_MOTHER = 11


@linked_rule(
    "165",
    header.MOTHER,
    header.SEX,
    episodes.DECOM,
    *LEAVER_ITEMS,
    summary="Whether the child is a mother is not said, said in no code of the list, or said where it must not be.",
    hint="Give 0 or 1 for each girl looked after in the year, and leave it blank for boys and for care leavers.",
)
def mother_flag_wrong(census: Census) -> pl.LazyFrame:
    """A girl needs the flag where an episode in the year, open or not, is no short break.

    A girl without one passes with a flag unless she has care leaver details, and a boy without a flag.
    A file of care leavers that was not given counts as empty.
    """
    in_care = census.rows(episodes).filter(in_year(census.period) & ~on_short_break(pl.col("LS")))
    leavers = census.rows_if_given(oc3).select("OC3", "Children", leaver=any_given(LEAVER_ITEMS))
    cared_for = in_care.select("Children", cared_for=pl.lit(value=True)).unique()
    rows = census.rows(header).join(cared_for, on="Children", how="left").join(leavers, on="Children", how="left")
    return rows.filter(_mother_flag_wrong(census.period.year)).select("Header", "OC3", issue="Header")


def _mother_flag_wrong(year: int) -> pl.Expr:
    given, girl = pl.col("MOTHER").is_not_null(), pl.col("SEX") == female(year)
    no_code = ~pl.col("MOTHER").is_in([_MOTHER, _NO_MOTHER])
    left_care = pl.col("cared_for").is_null() & pl.col("leaver")
    boy = given & (pl.col("SEX") == male(year))
    return no_code | boy | (~given & girl & pl.col("cared_for")) | (given & girl & left_care)


@linked_rule(
    "393",
    header.MOTHER,
    header.SEX,
    episodes.LS,
    summary="A girl is looked after and it is not said whether she is a mother.",
    hint="Give 1 if she is a mother and 0 if not.",
)
def mother_flag_missing(census: Census) -> pl.LazyFrame:
    """A girl with short breaks alone (V3, V4) passes; female is 2 up to 2024 and F from 2025."""
    in_care = census.rows(episodes).filter(~on_short_break(pl.col("LS")))
    girls = census.rows(header).filter(pl.col("SEX") == female(census.period.year), pl.col("MOTHER").is_null())
    return with_any(girls, in_care, children).select("Header")


@linked_rule(
    "399",
    episodes.LS,
    header.MOTHER,
    reviews.REVIEW,
    reviews.REVIEW_CODE,
    summary="A child with short breaks alone has a review, or is said to be a mother or not.",
    hint="Clear the mother flag and the reviews, or correct the legal status.",
)
def more_than_short_breaks(census: Census) -> pl.LazyFrame:
    """One episode of another legal status, or of none, is enough to pass.

    A file of headers or reviews that was not given counts as empty.
    """
    rows, held = census.rows(episodes), census.rows_if_given(reviews)
    known = census.rows_if_given(header)
    breaks = without_any(rows, rows.filter(~on_short_break(pl.col("LS"))), children)
    reviewed = held.filter(any_given((reviews.REVIEW, reviews.REVIEW_CODE))).select("Children")
    told = pl.concat([reviewed, known.filter(pl.col("MOTHER").is_not_null()).select("Children")])
    failing = with_any(breaks, told, children).select("Children").unique()
    cells = [
        with_any(frame, failing, children).select(table.name, issue="Children")
        for table, frame in ((episodes, rows), (header, known), (reviews, held))
    ]
    return pl.concat(cells, how="diagonal")


@rule(
    "607",
    episodes.DEC,
    episodes.REC,
    episodes.LS,
    header.MOTHER,
    header.SEX,
    summary="A girl left care in the year and it is not said whether she is a mother.",
    hint="Give 1 if she is a mother and 0 if not.",
)
def left_care_without_mother_flag(episode: Row) -> pl.Expr:
    """The end of an episode that goes on as another (X1), a short break and an end outside the year pass."""
    child = episode.of(header)
    left = within(episode.DEC, episode.period) & (episode.REC != ANOTHER_EPISODE)
    return left & ~on_short_break(episode.LS) & (child.SEX == female(episode.period.year)) & missing(child.MOTHER)


@rule(
    "611",
    header.MOTHER,
    header.MC_DOB,
    summary="The child is a mother and the date of birth of her child is missing.",
    hint="Give the date of birth of her child, of the eldest where there are several.",
)
def birth_date_of_her_child_missing(child: Row) -> pl.Expr:
    """A date that cannot be read is as good as none."""
    return (child.MOTHER == _MOTHER) & missing(child.MC_DOB)


@rule(
    "612",
    header.SEX,
    header.MOTHER,
    header.MC_DOB,
    summary="There is a date of birth of her child for a girl who is not said to be a mother.",
    hint="Clear the date, or say that she is a mother.",
)
def birth_date_without_mother(child: Row) -> pl.Expr:
    """Female is 2 up to 2024 and F from 2025; a date that cannot be read counts as none."""
    no_mother = missing(child.MOTHER) | (child.MOTHER == _NO_MOTHER)
    return (child.SEX == female(child.period.year)) & no_mother & present(child.MC_DOB)


@rule(
    "620",
    header.DOB,
    header.MOTHER,
    summary="A mother was not yet 11 when the year started.",
    hint="Correct the date of birth, or the mother flag.",
)
def mother_under_11(child: Row) -> pl.Expr:
    """An 11th birthday on 1 April passes."""
    return (child.MOTHER == _MOTHER) & (years_after(child.DOB, _YOUNGEST_MOTHER) > child.period.start)


@rule(
    "621",
    header.DOB,
    header.MC_DOB,
    summary="A mother is not older than her child.",
    hint="Correct one of the two dates of birth.",
)
def mother_no_older_than_child(child: Row) -> pl.Expr:
    """A child born the day after its mother passes; a date that is missing or cannot be read passes too."""
    return child.MC_DOB <= child.DOB


@linked_rule(
    "624",
    header.MC_DOB,
    header_last.MC_DOB,
    summary="The date of birth of the mother's child differs from last year's return.",
    hint="Keep the date of her eldest child, or correct last year's return.",
)
def birth_date_of_her_child_changed(census: Census) -> pl.LazyFrame:
    """No date last year passes; one last year and none now does not."""
    both = beside_last_year(census.rows(header), census.rows(header_last))
    differs = last("MC_DOB").is_not_null() & pl.col("MC_DOB").ne_missing(last("MC_DOB"))
    return both.filter(differs).select("Header", last("Header_last").alias("Header_last"))


@linked_rule(
    "625",
    header.MC_DOB,
    episodes.DEC,
    summary="The mother's child is born after the year or after the end of her last episode.",
    hint="Correct the date of birth, or clear it and the mother flag.",
)
def her_child_born_too_late(census: Census) -> pl.LazyFrame:
    """A birth on 31 March and one on the last day of the last episode pass; while that is open, the year counts."""
    ending = latest(census.rows(episodes)).select("Children", "Episodes", "DEC")
    rows = census.rows(header).join(ending, on="Children", how="left")
    too_late = (pl.col("MC_DOB") > census.period.end) | (pl.col("MC_DOB") > pl.col("DEC"))
    return rows.filter(too_late).select("Header", "Episodes")


@linked_rule(
    "626",
    header.MOTHER,
    header.MC_DOB,
    header_last.MOTHER,
    summary="A mother of a child born before the year was said to be none in last year's return.",
    hint="Correct the date of birth of her child, or last year's return.",
)
def mother_before_the_year(census: Census) -> pl.LazyFrame:
    """A birth on 1 April passes, and so does no answer last year."""
    both = beside_last_year(census.rows(header), census.rows(header_last))
    became = (pl.col("MOTHER") == _MOTHER) & (last("MOTHER") == _NO_MOTHER)
    born_before = pl.col("MC_DOB") < census.period.start
    return both.filter(became & born_before).select("Header", last("Header_last").alias("Header_last"))


@linked_rule(
    "628",
    header.MOTHER,
    summary="It is said whether a care leaver without episodes is a mother.",
    hint="Clear the mother flag, or give the episodes.",
)
def mother_flag_of_care_leaver(census: Census) -> pl.LazyFrame:
    """Either answer fails; one episode, whatever its dates, is enough to pass."""
    leavers = census.rows(oc3).filter(any_given(LEAVER_ITEMS))
    told = with_any(census.rows(header).filter(pl.col("MOTHER").is_not_null()), leavers, children)
    return without_any(told, census.rows(episodes), children).select("Header")
