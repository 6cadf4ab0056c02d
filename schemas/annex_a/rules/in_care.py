"""List 8: children in care."""

from __future__ import annotations

import polars as pl

from schemas.annex_a.rules.shapes import of_child, of_list, of_window
from schemas.annex_a.rules.terms import NO, YES, absent_from, beside, marked, months_before
from schemas.annex_a.tables import adoption, in_care, in_need
from schemas.rules import Census, Row, linked_rule, rule
from schemas.vocabulary import missing, present, years_after

LONGEST_BETWEEN_VISITS = "42d"
MONTHS_BETWEEN_REVIEWS = 6
_SHORT_BREAKS = ("V3", "V4")
_ADOPTED = ("E11", "E12")
_CLOSED = "CLOSED"
_GROWN = 18

blank, unreadable, unknown_choice, after_the_day, twice = of_list(in_care, __name__)
out_of_scope = of_window(in_care, __name__)
age_differs, before_birth = of_child(in_care, __name__)


@rule(
    "AX0810",
    in_care.start_date,
    in_care.ceased_date,
    summary="A child ceased to be looked after before it started.",
    hint="Correct one of the dates.",
)
def ceased_before_start(row: Row) -> pl.Expr:
    """The same day passes."""
    return row.ceased_date < row.start_date


@rule(
    "AX0811",
    in_care.ceased_date,
    in_care.ceased_reason,
    summary="A child in care has a date of ceasing without a reason, or a reason without a date.",
    hint="Give both, or neither while the child is looked after.",
)
def ceasing_incomplete(row: Row) -> pl.Expr:
    """Both, or neither, pass."""
    return present(row.ceased_date) != present(row.ceased_reason)


@rule(
    "AX0812",
    in_care.legal_status,
    summary="A child who has short breaks alone (V3, V4) is in the list of children in care.",
    hint="Leave the child out, or correct the legal status.",
)
def short_break(row: Row) -> pl.Expr:
    """Every other status passes."""
    return row.legal_status.is_in(_SHORT_BREAKS)


@rule(
    "AX0813",
    in_care.start_date,
    in_care.placement_date,
    in_care.ceased_date,
    summary="The latest placement of a child does not lie within the time in care.",
    hint="Correct the start of the placement, or that of the time in care.",
)
def placement_outside(row: Row) -> pl.Expr:
    """The first and the last day pass."""
    return (row.placement_date < row.start_date) | (row.placement_date > row.ceased_date).fill_null(value=False)


@rule(
    "AX0814",
    in_care.start_date,
    in_care.ceased_date,
    in_care.review_date,
    in_care.visit_date,
    summary="The latest review or visit of a child does not lie within the time in care.",
    hint="Give the latest review and visit of this time in care.",
)
def review_or_visit_outside(row: Row) -> pl.Expr:
    """The first and the last day pass."""
    days = (row.review_date, row.visit_date)
    return pl.any_horizontal(((day < row.start_date) | (day > row.ceased_date)).fill_null(value=False) for day in days)


@rule(
    "AX0815",
    in_care.interview_offered,
    in_care.interview_accepted,
    summary="A child accepted a return interview that was not offered.",
    hint="Correct one of the answers.",
)
def accepted_without_offer(row: Row) -> pl.Expr:
    """Only a plain No to the offer fails."""
    return (row.interview_offered == NO) & (row.interview_accepted == YES)


@rule(
    "AX0816",
    in_care.birth_date,
    in_care.ceased_date,
    summary="A young person of 18 or over is still looked after.",
    hint="Give the date on which the young person ceased to be looked after, or correct the date of birth.",
)
def grown_and_in_care(row: Row) -> pl.Expr:
    """The day of the data may be the eighteenth birthday itself."""
    return missing(row.ceased_date) & (years_after(row.birth_date, _GROWN) < row.at)


@rule(
    "AX0817Q",
    in_care.visit_date,
    in_care.start_date,
    summary="A child in care has had no visit for more than six weeks.",
    hint="Record the visit, or be ready to say why there was none.",
)
def visit_overdue(row: Row) -> pl.Expr:
    """Six weeks to the day pass; without a visit they run from the start. A settled placement may have fewer."""
    last = pl.coalesce(row.visit_date, row.start_date)
    return missing(row.ceased_date) & (last.dt.offset_by(LONGEST_BETWEEN_VISITS) < row.at)


@rule(
    "AX0818Q",
    in_care.review_date,
    in_care.start_date,
    summary="A child in care has had no review for more than six months.",
    hint="Record the review, or be ready to say why there was none.",
)
def review_overdue(row: Row) -> pl.Expr:
    """Six months to the day pass; without a review they run from the start."""
    last = pl.coalesce(row.review_date, row.start_date)
    return missing(row.ceased_date) & (last < months_before(row.at, MONTHS_BETWEEN_REVIEWS))


@rule(
    "AX0819Q",
    in_care.placements,
    summary="A child in care has had no placement in the last 12 months.",
    hint="Count at least the placement in which the child is.",
)
def no_placement(row: Row) -> pl.Expr:
    """One passes."""
    return row.placements < 1


@rule(
    "AX0820Q",
    in_care.placement_location,
    in_care.placement_authority,
    summary="The list does not say where the child is placed: Placement Location, LA of Placement.",
    hint="The dataset does not hold it: make the directory of postcodes and build the list again, or fill it in.",
)
def place_not_told(row: Row) -> pl.Expr:
    """Both given pass."""
    return missing(row.placement_location) | missing(row.placement_authority)


@linked_rule(
    "AX0830",
    in_care.child_id,
    summary="A child in care is not among the children in need (List 6).",
    hint="Put the child in List 6, or correct the identifier.",
    needs=(in_need,),
)
def not_in_need(census: Census) -> pl.LazyFrame:
    """Children who ceased to be looked after in the last six months count too."""
    return marked(absent_from(census, in_care, in_need), in_care.child_id)


@linked_rule(
    "AX0831",
    in_care.ceased_date,
    in_need.closure_date,
    summary="A child is looked after, and the child's episode of need (List 6) is closed.",
    hint="Open the episode, or end the time in care.",
    needs=(in_need,),
)
def in_care_of_closed_case(census: Census) -> pl.LazyFrame:
    """A child who ceased to be looked after passes."""
    pairs = beside(census, in_care, in_need, "status")
    found = pairs.filter(pl.col("ceased_date").is_null() & (pl.col("status_there") == _CLOSED))
    return marked(found, in_care.ceased_date, in_need.closure_date)


@linked_rule(
    "AX0832",
    in_care.ceased_reason,
    summary="A child ceased to be looked after by adoption and is not in the list of adoptions (List 10).",
    hint="Put the child in List 10, or correct the reason.",
    needs=(adoption,),
)
def adopted_and_not_listed(census: Census) -> pl.LazyFrame:
    """Reasons E11 and E12 say that a child was adopted."""
    found = absent_from(census, in_care, adoption).filter(pl.col("ceased_reason").is_in(_ADOPTED))
    return marked(found, in_care.ceased_reason)
