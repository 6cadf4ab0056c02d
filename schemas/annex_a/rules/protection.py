"""List 7: child protection plans."""

from __future__ import annotations

import polars as pl

from schemas.annex_a.rules.shapes import of_child, of_list, of_window
from schemas.annex_a.rules.terms import absent_from, beside, marked, months_before
from schemas.annex_a.tables import in_need, protection
from schemas.rules import Census, Row, linked_rule, rule
from schemas.vocabulary import missing, present

LONGEST_BETWEEN_VISITS = "28d"
FIRST_REVIEW, LATER_REVIEWS = 3, 6
_CLOSED = "CLOSED"

blank, unreadable, unknown_choice, after_the_day, twice = of_list(protection, __name__)
out_of_scope = of_window(protection, __name__)
age_differs, before_birth = of_child(protection, __name__)


@rule(
    "AX0710",
    protection.start_date,
    protection.end_date,
    summary="A protection plan ended before it started.",
    hint="Correct one of the dates.",
)
def ended_before_start(row: Row) -> pl.Expr:
    """The same day passes."""
    return row.end_date < row.start_date


@rule(
    "AX0711",
    protection.start_date,
    protection.end_date,
    protection.visit_date,
    protection.review_date,
    summary="The last visit or review of a protection plan is not within the plan.",
    hint="Give the last visit and review between the start and the end of this plan.",
)
def outside_of_plan(row: Row) -> pl.Expr:
    """The first and the last day of the plan pass."""
    days = (row.visit_date, row.review_date)
    return pl.any_horizontal(((day < row.start_date) | (day > row.end_date)).fill_null(value=False) for day in days)


@rule(
    "AX0712Q",
    protection.visit_date,
    protection.seen_alone,
    summary="There was a visit under a protection plan, and the list does not say whether the child was seen alone.",
    hint="Say whether the child was seen alone at the last visit.",
)
def visit_without_answer(row: Row) -> pl.Expr:
    """Unknown is an answer."""
    return present(row.visit_date) & missing(row.seen_alone)


@rule(
    "AX0713Q",
    protection.visit_date,
    protection.start_date,
    summary="A child on an open protection plan has had no visit for more than four weeks.",
    hint="Record the visit, or be ready to say why there was none.",
)
def visit_overdue(row: Row) -> pl.Expr:
    """Four weeks to the day pass; without a visit they run from the start of the plan."""
    last = pl.coalesce(row.visit_date, row.start_date)
    return missing(row.end_date) & (last.dt.offset_by(LONGEST_BETWEEN_VISITS) < row.at)


@rule(
    "AX0714Q",
    protection.review_date,
    protection.start_date,
    summary="The review conference of an open protection plan is overdue.",
    hint="Record the review, or be ready to say why there was none.",
)
def review_overdue(row: Row) -> pl.Expr:
    """The first is due three months after the start of the plan, each other six months after the one before."""
    never = missing(row.review_date) & (row.start_date < months_before(row.at, FIRST_REVIEW))
    return missing(row.end_date) & (never | (row.review_date < months_before(row.at, LATER_REVIEWS)))


@linked_rule(
    "AX0720",
    protection.child_id,
    summary="A child has a protection plan and is not among the children in need (List 6).",
    hint="Put the child in List 6, or correct the identifier.",
    needs=(in_need,),
)
def not_in_need(census: Census) -> pl.LazyFrame:
    """Plans that have ended count too: the episode then ended in the same six months or is open."""
    return marked(absent_from(census, protection, in_need), protection.child_id)


@linked_rule(
    "AX0721",
    protection.end_date,
    in_need.closure_date,
    summary="A protection plan is open, and the child's episode of need (List 6) is closed.",
    hint="End the plan, or open the episode.",
    needs=(in_need,),
)
def open_plan_of_closed_case(census: Census) -> pl.LazyFrame:
    """A plan that has ended passes."""
    pairs = beside(census, protection, in_need, "status")
    found = pairs.filter(pl.col("end_date").is_null() & (pl.col("status_there") == _CLOSED))
    return marked(found, protection.end_date, in_need.closure_date)


@linked_rule(
    "AX0722Q",
    protection.start_date,
    in_need.start_date,
    summary="A protection plan started before the child's episode of need (List 6).",
    hint="Correct one of the dates; a plan that moved in with the child keeps its date here.",
    needs=(in_need,),
)
def plan_before_case(census: Census) -> pl.LazyFrame:
    """The same day passes; plans that ended are not looked at, since List 6 has the latest episode alone."""
    pairs = beside(census, protection, in_need, "start_date")
    found = pairs.filter(pl.col("end_date").is_null() & (pl.col("start_date") < pl.col("start_date_there")))
    return marked(found, protection.start_date, in_need.start_date)
