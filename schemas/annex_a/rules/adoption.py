"""List 10: children on the way to adoption."""

from __future__ import annotations

import polars as pl

from schemas.annex_a.rules.shapes import of_child, of_list
from schemas.annex_a.rules.terms import MONTHS_IN_YEAR, absent_from, marked, months_before
from schemas.annex_a.tables import adoption, in_care
from schemas.rules import Census, Row, linked_rule, rule
from schemas.vocabulary import missing, present

blank, unreadable, unknown_choice, after_the_day, twice = of_list(adoption, __name__)
age_differs, before_birth = of_child(adoption, __name__)


@rule(
    "AX1010",
    adoption.order_date,
    adoption.reversed_date,
    summary="A child was adopted, and the decision to place the child for adoption was reversed.",
    hint="Take out the date of the order or of the reversal.",
)
def adopted_and_reversed(row: Row) -> pl.Expr:
    """One of the two passes."""
    return present(row.order_date) & present(row.reversed_date)


@rule(
    "AX1011",
    adoption.reversed_date,
    adoption.reversed_reason,
    summary="A decision was reversed without a reason, or there is a reason without a date.",
    hint="Give both, or neither while the decision is in force.",
)
def reversal_incomplete(row: Row) -> pl.Expr:
    """Both, or neither, pass."""
    return present(row.reversed_date) != present(row.reversed_reason)


@rule(
    "AX1012",
    adoption.matched_date,
    adoption.placed_date,
    adoption.order_date,
    summary="The steps to adoption are not in order: match, placement, order.",
    hint="Correct the dates.",
)
def steps_out_of_order(row: Row) -> pl.Expr:
    """Two steps on one day pass; a step that is not there yet is left out."""
    placed_first = row.placed_date < row.matched_date
    ordered_first = row.order_date < pl.coalesce(row.placed_date, row.matched_date)
    return placed_first.fill_null(value=False) | ordered_first.fill_null(value=False)


@rule(
    "AX1013",
    adoption.entered_care_date,
    adoption.decision_date,
    summary="The decision that a child should be placed for adoption was made before the child entered care.",
    hint="Give the start of the time in care in which the decision was made.",
)
def decided_before_care(row: Row) -> pl.Expr:
    """The same day passes."""
    return row.decision_date < row.entered_care_date


@rule(
    "AX1014",
    adoption.decision_date,
    adoption.placed_date,
    adoption.order_date,
    adoption.reversed_date,
    summary="A child was placed or adopted, or the decision reversed, before the decision was made.",
    hint="Correct the dates.",
)
def before_decision(row: Row) -> pl.Expr:
    """The day of the decision passes."""
    later = (row.placed_date, row.order_date, row.reversed_date)
    return pl.any_horizontal((day < row.decision_date).fill_null(value=False) for day in later)


@rule(
    "AX1015",
    adoption.order_date,
    adoption.reversed_date,
    summary="A child was adopted, or the decision reversed, before the last 12 months, which the list covers.",
    hint="Leave the child out of the list, or correct the date.",
)
def out_of_scope(row: Row) -> pl.Expr:
    """The same day a year before passes; a decision that is in force is always in."""
    since = months_before(row.at, MONTHS_IN_YEAR)
    last = pl.max_horizontal(row.order_date, row.reversed_date)
    return last < since


@linked_rule(
    "AX1020Q",
    adoption.child_id,
    summary="A child is to be placed for adoption and is not among the children in care (List 8).",
    hint="Put the child in List 8, or say when the child was adopted or the decision reversed.",
    needs=(in_care,),
)
def not_in_care(census: Census) -> pl.LazyFrame:
    """A child who was adopted, or whose decision was reversed, passes."""
    found = absent_from(census, adoption, in_care)
    return marked(found.filter(missing(pl.col("order_date")), missing(pl.col("reversed_date"))), adoption.child_id)
