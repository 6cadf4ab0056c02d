"""List 4: assessments."""

from __future__ import annotations

import polars as pl

from schemas.annex_a.rules.shapes import of_child, of_list, of_window
from schemas.annex_a.tables import assessments
from schemas.rules import Row, rule
from schemas.vocabulary import missing, present

blank, unreadable, unknown_choice, after_the_day, twice = of_list(assessments, __name__)
out_of_scope = of_window(assessments, __name__)
age_differs, before_birth = of_child(assessments, __name__)


@rule(
    "AX0410",
    assessments.start_date,
    assessments.authorised_date,
    summary="An assessment was authorised before it started.",
    hint="Correct one of the dates.",
)
def authorised_before_start(row: Row) -> pl.Expr:
    """The same day passes."""
    return row.authorised_date < row.start_date


@rule(
    "AX0411Q",
    assessments.needs_support,
    assessments.authorised_date,
    summary="An assessment was authorised, and the list does not say whether the child needs support.",
    hint="Say what the assessment found.",
)
def authorised_without_result(row: Row) -> pl.Expr:
    """An assessment that is still open needs no answer."""
    return present(row.authorised_date) & missing(row.needs_support)


@rule(
    "AX0412Q",
    assessments.child_seen,
    assessments.authorised_date,
    summary="An assessment was authorised, and the list does not say whether the child was seen.",
    hint="Say whether the child was seen.",
)
def authorised_without_seen(row: Row) -> pl.Expr:
    """An assessment that is still open needs no answer."""
    return present(row.authorised_date) & missing(row.child_seen)
