"""List 2: early help assessments."""

from __future__ import annotations

import polars as pl

from schemas.annex_a.rules.shapes import of_child, of_list, of_window
from schemas.annex_a.tables import early_help
from schemas.rules import Row, rule

blank, unreadable, unknown_choice, after_the_day, twice = of_list(early_help, __name__)
out_of_scope = of_window(early_help, __name__)
age_differs, before_birth = of_child(early_help, __name__)


@rule(
    "AX0210",
    early_help.start_date,
    early_help.completion_date,
    summary="An early help assessment was completed before it started.",
    hint="Correct one of the dates.",
)
def completed_before_start(row: Row) -> pl.Expr:
    """The same day passes."""
    return row.completion_date < row.start_date
