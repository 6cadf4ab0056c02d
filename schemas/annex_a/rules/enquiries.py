"""List 5: section 47 enquiries and initial child protection conferences."""

from __future__ import annotations

import polars as pl

from schemas.annex_a.layout import CHILDREN
from schemas.annex_a.rules.shapes import of_child, of_list
from schemas.annex_a.rules.terms import YES
from schemas.annex_a.tables import enquiries
from schemas.rules import Census, Row, linked_rule, rule
from schemas.vocabulary import missing, present

blank, unreadable, unknown_choice, after_the_day, twice = of_list(enquiries, __name__)
age_differs, before_birth = of_child(enquiries, __name__)


@rule(
    "AX0510",
    enquiries.start_date,
    enquiries.conference_date,
    summary="An initial conference was held before the enquiry that led to it started.",
    hint="Correct one of the dates.",
)
def conference_before_start(row: Row) -> pl.Expr:
    """The same day passes."""
    return row.conference_date < row.start_date


@rule(
    "AX0511",
    enquiries.conference_unnecessary,
    enquiries.conference_date,
    summary="An initial conference is said to be unnecessary and was held.",
    hint="Say that it was needed, or take its date out.",
)
def unnecessary_and_held(row: Row) -> pl.Expr:
    """Without a date of the conference either answer passes."""
    return (row.conference_unnecessary == YES) & present(row.conference_date)


@rule(
    "AX0512",
    enquiries.plan_made,
    enquiries.conference_date,
    summary="An initial conference made a plan, and the list does not say when it was held.",
    hint="Give the date of the conference.",
)
def plan_without_conference(row: Row) -> pl.Expr:
    """A conference that made no plan, or of which it is not known, passes without a date."""
    return (row.plan_made == YES) & missing(row.conference_date)


@rule(
    "AX0513Q",
    enquiries.plan_made,
    enquiries.conference_date,
    summary="An initial conference was held, and the list does not say whether it made a plan.",
    hint="Say what the conference decided.",
)
def conference_without_result(row: Row) -> pl.Expr:
    """Unknown is an answer."""
    return present(row.conference_date) & missing(row.plan_made)


@linked_rule(
    "AX0514Q",
    enquiries.enquiries,
    enquiries.conferences,
    summary="Two enquiries of a child count the enquiries or conferences of the last 12 months differently.",
    hint="Count once for each child, back from the latest enquiry, and repeat the number in every row.",
)
def counted_differently(census: Census) -> pl.LazyFrame:
    """A child with one enquiry passes."""
    rows = census.rows(enquiries).drop_nulls(CHILDREN)
    differ = pl.any_horizontal(
        pl.col(name).min().over(CHILDREN) != pl.col(name).max().over(CHILDREN) for name in ("enquiries", "conferences")
    )
    return rows.filter(differ).select(pl.col(CHILDREN).alias("issue"), enquiries.name)
