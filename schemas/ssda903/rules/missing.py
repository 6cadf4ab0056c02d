"""Missing: children missing or away."""

import polars as pl

from schemas.rules import Census, Row, linked_rule, rule
from schemas.ssda903.rules.sequences import periods_of_care
from schemas.ssda903.rules.spells import last_of_each, not_ended_with_care, not_repeated, outside_care, overlapping
from schemas.ssda903.rules.terms import unreadable
from schemas.ssda903.tables import episodes, missing_spells, missing_spells_last
from schemas.vocabulary import missing, outside, present, years_after

_SPELL = ("MIS_START", "MIS_END")
_DATES = (missing_spells.MIS_START, missing_spells.MIS_END)
_ADULT = 18
_OTHER_REASON = "E8"


def _started(census: Census) -> pl.LazyFrame:
    return census.rows(missing_spells).filter(present(pl.col("MIS_START")))


@rule(
    "564",
    missing_spells.MISSING,
    missing_spells.MIS_START,
    summary="The child was missing or away and there is no readable first day.",
    hint="Give the first day as dd/mm/yyyy.",
)
def no_first_day(spell: Row) -> pl.Expr:
    """A kind that is no code of the list passes here: rule 1006 is about that."""
    return spell.valid_code("MISSING") & missing(spell.MIS_START)


@rule(
    "565",
    missing_spells.MISSING,
    missing_spells.MIS_START,
    summary="There is a first day and it is not said whether the child was missing or away.",
    hint="Use M for missing and A for away without authorisation.",
)
def first_day_without_kind(spell: Row) -> pl.Expr:
    """A day that cannot be read passes."""
    return present(spell.MIS_START) & missing(spell.MISSING)


@rule(
    "566",
    missing_spells.MISSING,
    missing_spells.MIS_END,
    summary="There is a last day and it is not said whether the child was missing or away.",
    hint="Use M for missing and A for away without authorisation.",
)
def last_day_without_kind(spell: Row) -> pl.Expr:
    """A day that cannot be read passes."""
    return present(spell.MIS_END) & missing(spell.MISSING)


@rule(
    "567",
    *_DATES,
    summary="The child was back before it went missing.",
    hint="Correct one of the two days.",
)
def back_before_missing(spell: Row) -> pl.Expr:
    """The same day passes, and so does an open end."""
    return spell.MIS_END < spell.MIS_START


@rule(
    "570",
    missing_spells.MIS_START,
    summary="The child went missing after the end of the year.",
    hint="Correct the first day, or leave the row for next year's return.",
)
def missing_after_the_year(spell: Row) -> pl.Expr:
    """31 March passes."""
    return spell.MIS_START > spell.period.end


@rule(
    "571",
    missing_spells.MIS_END,
    summary="The child was back before or after the year.",
    hint="Correct the last day; leave it blank if the child was missing at the end of the year.",
)
def back_outside_the_year(spell: Row) -> pl.Expr:
    """1 April and 31 March pass, and so does an open end."""
    return outside(spell.MIS_END, spell.period)


@linked_rule(
    "574",
    *_DATES,
    summary="The child went missing before it was back from the time before.",
    hint="Give the last day of the earlier row, or correct the days.",
)
def missing_while_missing(census: Census) -> pl.LazyFrame:
    """A start on the earlier last day passes. Rows stand in the order of their last days, or first days while open."""
    return overlapping(census, missing_spells, *_SPELL)


@linked_rule(
    "575",
    missing_spells.MIS_END,
    missing_spells.MIS_START,
    episodes.DEC,
    summary="The child is still missing although the episode in which it went missing has ended.",
    hint="Give the last day, or correct the episodes.",
)
def missing_after_episode(census: Census) -> pl.LazyFrame:
    """Only an open episode passes, or one that starts later or ended earlier than the child went missing.

    Unconfirmed: that an episode that goes on in the same placement counts, and that its last day does.
    """
    still = _started(census).filter(missing(pl.col("MIS_END"))).select("Children", "Missing", "MIS_START")
    pairs = still.join(census.rows(episodes).select("Children", "DECOM", "DEC"), on="Children")
    return pairs.filter(pl.col("MIS_START").is_between("DECOM", "DEC")).select("Missing").unique()


@linked_rule(
    "576",
    missing_spells.CHILD,
    missing_spells.MIS_START,
    missing_spells_last.MIS_START,
    summary="The child was missing at the end of last year's return, and its first row now does not go on from that.",
    hint="Give the row again with its first day of last year, then its last day.",
)
def still_missing_not_carried_over(census: Census) -> pl.LazyFrame:
    """The same first day passes. Of last year's open rows the last counts; it is shown where there is none now."""
    open_before = census.rows(missing_spells_last).filter(missing(pl.col("MIS_END")))
    before = last_of_each(open_before, *_SPELL)
    return not_repeated(census.rows(missing_spells), before, missing_spells, missing_spells_last, *_SPELL)


@linked_rule(
    "577",
    missing_spells.MIS_END,
    summary="The child was back, or is still missing, at a time when it was not looked after.",
    hint="Give a last day on or before the day on which care ended, or correct the episodes.",
)
def missing_past_the_end_of_care(census: Census) -> pl.LazyFrame:
    """A last day on the first or the last day of a time in care passes; while missing, the child must be in care.

    A child without episodes passes, and so does a row without a first day.
    """
    return not_ended_with_care(census, missing_spells, *_SPELL)


@linked_rule(
    "578",
    missing_spells.MIS_START,
    summary="The child went missing after care had ended, or at another time when it was not looked after.",
    hint="Correct the first day, or the episodes.",
)
def missing_after_care(census: Census) -> pl.LazyFrame:
    """The first day of a time in care passes, its last day does not; a child without episodes passes."""
    begun = pl.col("MIS_START")
    fits = (begun >= pl.col("starts")) & (pl.col("ends").is_null() | (begun < pl.col("ends")))
    return outside_care(census, missing_spells, _started(census), fits)


@linked_rule(
    "580",
    episodes.REC,
    missing_spells.MIS_END,
    summary="The child was missing when care ended at 18, and the reason why it ended is not E8.",
    hint="Use E8, or correct the last day on which the child was missing.",
)
def missing_at_18(census: Census) -> pl.LazyFrame:
    """A last day other than the 18th birthday passes. Unconfirmed: that no other day counts. No reason fails."""
    at_18 = census.rows(missing_spells).filter(pl.col("MIS_END") == years_after(pl.col("DOB"), _ADULT))
    other = census.rows(episodes).filter(pl.col("REC").ne_missing(_OTHER_REASON))
    days = at_18.select("Children", DEC="MIS_END")
    return other.join(days, on=["Children", "DEC"], how="semi").select("Episodes")


@linked_rule(
    "581",
    missing_spells.MIS_START,
    summary="The child went missing before care started.",
    hint="Correct the first day, or the start of care.",
)
def missing_before_care(census: Census) -> pl.LazyFrame:
    """The first and the last day of an episode pass; so does a day after which no time in care starts."""
    dated = _started(census).select("Children", "Missing", "MIS_START")
    pairs = dated.join(census.rows(episodes).select("Children", "DECOM", "DEC"), on="Children")
    running = (pl.col("MIS_START") >= pl.col("DECOM")) & (
        pl.col("DEC").is_null() | (pl.col("MIS_START") <= pl.col("DEC"))
    )
    later = dated.join(periods_of_care(census), on="Children").filter(pl.col("MIS_START") < pl.col("starts"))
    early = dated.join(later, on="Missing", how="semi")
    return early.join(pairs.filter(running), on="Missing", how="anti").select("Missing")


@rule(
    "586",
    missing_spells.MIS_START,
    missing_spells.DOB,
    summary="The child went missing on or before the day of birth.",
    hint="Correct the first day or the date of birth.",
)
def missing_at_birth(spell: Row) -> pl.Expr:
    """The day after birth passes."""
    return spell.MIS_START <= spell.DOB


@rule(
    "1004",
    missing_spells.MIS_START,
    summary="The first day on which the child was missing is blank or cannot be read.",
    hint="Write the day as dd/mm/yyyy.",
)
def first_day_unreadable(spell: Row) -> pl.Expr:
    """Any day that can be read passes."""
    return missing(spell.MIS_START)


@rule(
    "1005",
    missing_spells.MIS_END,
    summary="The last day on which the child was missing cannot be read.",
    hint="Write the day as dd/mm/yyyy, or leave it blank while the child is missing.",
)
def last_day_unreadable(_spell: Row) -> pl.Expr:
    """A blank day passes."""
    return unreadable(missing_spells.MIS_END)


@rule(
    "1006",
    missing_spells.MISSING,
    summary="Whether the child was missing or away is no code of the list.",
    hint="Use M for missing and A for away without authorisation.",
)
def unknown_kind(spell: Row) -> pl.Expr:
    """A blank kind passes, and so does a small letter."""
    return ~spell.valid_code("MISSING")
