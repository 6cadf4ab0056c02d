"""List 9: care leavers."""

from __future__ import annotations

import polars as pl

from schemas.annex_a.rules.shapes import of_child, of_list
from schemas.annex_a.rules.terms import beside, marked
from schemas.annex_a.tables import in_care, leavers
from schemas.rules import Census, Row, linked_rule, rule
from schemas.vocabulary import missing, present, years_after

YOUNGEST, NO_LONGER = 16, 25
_LEFT = ("RELEVANT", "FORMER_RELEVANT", "QUALIFYING")

blank, unreadable, unknown_choice, after_the_day, twice = of_list(leavers, __name__)
age_differs, before_birth = of_child(leavers, __name__)


@rule(
    "AX0910",
    leavers.birth_date,
    summary="A care leaver is younger than 16.",
    hint="Correct the date of birth, or leave the child out.",
)
def too_young(row: Row) -> pl.Expr:
    """The sixteenth birthday passes."""
    return years_after(row.birth_date, YOUNGEST) > row.at


@rule(
    "AX0911Q",
    leavers.birth_date,
    summary="A care leaver is 25 or older.",
    hint="Leave the young person out, unless they still have a right to a service.",
)
def too_old(row: Row) -> pl.Expr:
    """The day before the twenty-fifth birthday passes."""
    return years_after(row.birth_date, NO_LONGER) <= row.at


@rule(
    "AX0912Q",
    leavers.accommodation,
    leavers.suitable,
    summary="It is said where a care leaver lives, not whether it suits, or the other way round.",
    hint="Give both.",
)
def accommodation_incomplete(row: Row) -> pl.Expr:
    """Both, or neither, pass."""
    return present(row.accommodation) != present(row.suitable)


@rule(
    "AX0913Q",
    leavers.in_touch,
    leavers.contact_date,
    summary="The authority is in touch with a care leaver, and the list does not say when.",
    hint="Give the date of the latest contact.",
)
def in_touch_without_date(row: Row) -> pl.Expr:
    """Every other answer passes without a date."""
    return (row.in_touch == "YES") & missing(row.contact_date)


@linked_rule(
    "AX0920Q",
    leavers.eligibility,
    in_care.ceased_date,
    summary="A young person is in care (List 8) and is called a relevant, former relevant or qualifying care leaver.",
    hint="Somebody who is still looked after is an eligible child.",
    needs=(in_care,),
)
def still_in_care(census: Census) -> pl.LazyFrame:
    """A young person whose care has ended passes."""
    pairs = beside(census, leavers, in_care, "ceased_date")
    found = pairs.filter(pl.col("ceased_date_there").is_null() & pl.col("eligibility").is_in(_LEFT))
    return marked(found, leavers.eligibility, in_care.ceased_date)
