"""List 11: adopters."""

from __future__ import annotations

import polars as pl

from schemas.annex_a.rules.shapes import of_list
from schemas.annex_a.rules.terms import marked
from schemas.annex_a.tables import adopters, adoption
from schemas.rules import Census, Row, linked_rule, rule
from schemas.vocabulary import present

blank, unreadable, unknown_choice, after_the_day, twice = of_list(adopters, __name__)


@rule(
    "AX1110",
    adopters.stage_1_start,
    adopters.stage_1_end,
    adopters.stage_2_start,
    adopters.stage_2_end,
    summary="A stage of the adopter's assessment ended before it started.",
    hint="Correct one of the dates.",
)
def stage_ends_first(row: Row) -> pl.Expr:
    """The same day passes."""
    first = (row.stage_1_end < row.stage_1_start).fill_null(value=False)
    return first | (row.stage_2_end < row.stage_2_start).fill_null(value=False)


@rule(
    "AX1111",
    adopters.leaving_date,
    adopters.leaving_reason,
    summary="An adopter left the process without a reason, or there is a reason without a date.",
    hint="Give both, or neither.",
)
def leaving_incomplete(row: Row) -> pl.Expr:
    """Both, or neither, pass."""
    return present(row.leaving_date) != present(row.leaving_reason)


@rule(
    "AX1112",
    adopters.application_date,
    adopters.approved_date,
    summary="An application was approved before it was submitted.",
    hint="Correct one of the dates.",
)
def approved_first(row: Row) -> pl.Expr:
    """The same day passes."""
    return row.approved_date < row.application_date


@rule(
    "AX1113Q",
    adopters.placed_date,
    adopters.children_placed,
    summary="A child was placed with an adopter, and the list does not say how many, or the other way round.",
    hint="Give the date and the number of children.",
)
def placing_incomplete(row: Row) -> pl.Expr:
    """No children and no date pass."""
    return present(row.placed_date) != (row.children_placed > 0).fill_null(value=False)


@linked_rule(
    "AX1120Q",
    adopters.family,
    summary="A family with which a child was placed is not among the children's families in List 10.",
    hint="Use one identifier of the family in both lists.",
    needs=(adoption,),
)
def family_without_child(census: Census) -> pl.LazyFrame:
    """Adopters with whom no child was placed pass."""
    known = census.rows(adoption).select("family").drop_nulls().unique()
    placed = census.rows(adopters).drop_nulls(("family", "placed_date"))
    return marked(placed.join(known, on="family", how="anti"), adopters.family)
