"""Header: who the child is."""

from datetime import date

import polars as pl

from schemas.rules import Census, Row, linked_rule, rule
from schemas.ssda903.rules.pupil_numbers import BELOW_SCHOOL_AGE, NOT_YET_KNOWN, is_number, stands_for_none
from schemas.ssda903.rules.terms import male, on_short_break, raw, unreadable
from schemas.ssda903.tables import children, episodes, header
from schemas.vocabulary import missing, repeated, with_any, years_after, yes

_OLDEST_AT_START = 25
_NO_SCHOOL_BEFORE = 4
_UNKNOWN_SEX = "U"


@rule(
    "101",
    header.SEX,
    summary="The child's sex is missing or is no code of the year.",
    hint="Use 1 or 2 up to 2024, and M, F or U from 2025.",
)
def sex_missing_or_unknown_code(child: Row) -> pl.Expr:
    """Up to 2024 the codes are 1 and 2, from 2025 M, F and U; small letters pass."""
    return ~yes(child.valid_code("SEX"))


@rule(
    "102",
    header.DOB,
    summary="The child's date of birth is missing or cannot be read.",
    hint="Give the date of birth as dd/mm/yyyy.",
)
def birth_date_missing(child: Row) -> pl.Expr:
    """Any real date written dd/mm/yyyy passes."""
    return missing(child.DOB)


@rule(
    "103",
    header.ETHNIC,
    summary="The child's ethnicity is missing or is no code of the list.",
    hint="Use a code of the list: REFU where it was refused, NOBT where it is not yet known.",
)
def ethnicity_missing_or_unknown_code(child: Row) -> pl.Expr:
    """REFU and NOBT pass."""
    return ~yes(child.valid_code("ETHNIC"))


@rule(
    "168",
    header.UPN,
    summary="The unique pupil number does not have the form of one.",
    hint="Give a letter and 12 digits (the last may be a letter), or one of UN1 to UN5.",
)
def pupil_number_malformed(child: Row) -> pl.Expr:
    """The first letter is not I, O or S; the check letter is not worked out; a blank number passes."""
    return ~(is_number(child.UPN) | stands_for_none(child.UPN, child.period))


@rule(
    "171",
    header.MC_DOB,
    summary="The date of birth of the mother's child cannot be read.",
    hint="Give the date as dd/mm/yyyy, or leave it blank.",
)
def birth_date_of_her_child_unreadable(_child: Row) -> pl.Expr:
    """A blank date passes."""
    return unreadable(header.MC_DOB)


@rule(
    "174",
    header.SEX,
    header.MC_DOB,
    summary="A boy has a date of birth of a mother's child.",
    hint="Clear the date, or correct the sex.",
)
def boy_with_birth_date_of_child(child: Row) -> pl.Expr:
    """Male is 1 up to 2024 and M from 2025; a date that cannot be read counts as given."""
    return (child.SEX == male(child.period.year)) & raw(header.MC_DOB).is_not_null()


@rule(
    "209",
    header.UPN,
    header.DOB,
    summary="A child of school age is said to be too young for a unique pupil number (UN1).",
    hint="Give the child's number, or another of the codes UN2 to UN5.",
)
def school_age_without_number(child: Row) -> pl.Expr:
    """A fourth birthday on 1 September of the year before the collection starts passes, one on 31 August does not."""
    at_school_since = date(child.period.start.year - 1, 8, 31)
    return (child.UPN == BELOW_SCHOOL_AGE) & (years_after(child.DOB, _NO_SCHOOL_BEFORE) <= at_school_since)


@linked_rule(
    "210",
    header.UPN,
    episodes.DECOM,
    summary="The pupil number is said to be not yet known (UN4) although care started over a week before 31 March.",
    hint="Find the child's number, or use another of the codes UN1 to UN5.",
)
def number_still_not_known(census: Census) -> pl.LazyFrame:
    """An episode that starts on 24 March passes, one of the day before does not. Unconfirmed: the direction."""
    newly = date(census.period.end.year, 3, 24)
    waiting = census.rows(header).filter(pl.col("UPN") == NOT_YET_KNOWN).select("Header", "Children")
    earlier = census.rows(episodes).filter(pl.col("DECOM") < newly).select("Episodes", "Children")
    return waiting.join(earlier, on="Children").select("Header", "Episodes", issue="Header")


@rule(
    "232",
    header.SEX,
    since=2025,
    summary="The child's sex is given as unknown.",
    hint="Use M or F where it is known.",
)
def sex_unknown(child: Row) -> pl.Expr:
    """A blank sex passes: rule 101 is about that."""
    return child.SEX == _UNKNOWN_SEX


@rule(
    "301",
    header.DOB,
    summary="The child is born after the end of the year.",
    hint="Correct the date of birth, or take the child out of the return.",
)
def born_after_the_year(child: Row) -> pl.Expr:
    """A birth on 31 March passes."""
    return child.DOB > child.period.end


@rule(
    "351",
    header.DOB,
    summary="The person was over 25 when the year started.",
    hint="Correct the date of birth, or take the person out of the return.",
)
def over_25_at_start(child: Row) -> pl.Expr:
    """A 25th birthday on 1 April passes."""
    return years_after(child.DOB, _OLDEST_AT_START) < child.period.start


@linked_rule(
    "442",
    header.UPN,
    episodes.LS,
    summary="A child who is looked after has no unique pupil number.",
    hint="Give the number, or one of UN1 to UN5 to say why there is none.",
)
def pupil_number_missing(census: Census) -> pl.LazyFrame:
    """A child with short breaks alone (V3, V4) passes; an episode without a legal status is none."""
    in_care = census.rows(episodes).filter(~on_short_break(pl.col("LS")))
    return with_any(census.rows(header).filter(pl.col("UPN").is_null()), in_care, children).select("Header")


@linked_rule(
    "444",
    header.UPN,
    since=2026,
    summary="Several rows of Header have the same unique pupil number.",
    hint="Give each child their own number, and keep one row for each child.",
)
def pupil_number_repeated(census: Census) -> pl.LazyFrame:
    """The codes UN1 to UN5 may repeat."""
    numbered = census.rows(header).filter(~stands_for_none(pl.col("UPN"), census.period))
    return repeated(numbered, "UPN").select("Header", "issue")
