"""List 6: children in need."""

from __future__ import annotations

import polars as pl

from schemas.annex_a.rules.shapes import of_child, of_list, of_window
from schemas.annex_a.tables import in_need
from schemas.rules import Row, rule
from schemas.vocabulary import missing, present

_CLOSED = "CLOSED"

blank, unreadable, unknown_choice, after_the_day, twice = of_list(in_need, __name__)
out_of_scope = of_window(in_need, __name__)
age_differs, before_birth = of_child(in_need, __name__)


@rule(
    "AX0610",
    in_need.start_date,
    in_need.closure_date,
    summary="An episode of need closed before it started.",
    hint="Correct one of the dates.",
)
def closed_before_start(row: Row) -> pl.Expr:
    """The same day passes."""
    return row.closure_date < row.start_date


@rule(
    "AX0611",
    in_need.closure_reason,
    in_need.closure_date,
    summary="An episode of need has a date of closure without a reason, or a reason without a date.",
    hint="Give both, or neither while the episode is open.",
)
def closure_incomplete(row: Row) -> pl.Expr:
    """Both, or neither, pass."""
    return present(row.closure_date) != present(row.closure_reason)


@rule(
    "AX0612",
    in_need.status,
    in_need.closure_date,
    summary="The case status says that the episode is closed and there is no date of closure, or the other way round.",
    hint="Correct the case status or the date of closure.",
)
def status_against_closure(row: Row) -> pl.Expr:
    """A blank status is another rule's."""
    return present(row.status) & ((row.status == _CLOSED) != present(row.closure_date))


@rule(
    "AX0613Q",
    in_need.seen_date,
    in_need.start_date,
    summary="The child was last seen before the episode started.",
    hint="Give the last visit within the episode, or leave the date blank.",
)
def seen_before_start(row: Row) -> pl.Expr:
    """A visit on the first day passes."""
    return row.seen_date < row.start_date


@rule(
    "AX0614Q",
    in_need.start_date,
    summary="A child in need has no start date.",
    hint="Give the date of the referral that began the episode.",
)
def no_start(row: Row) -> pl.Expr:
    """Any date passes."""
    return missing(row.start_date)
