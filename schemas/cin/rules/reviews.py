"""Reviews of protection plans."""

import polars as pl

from schemas.cin.tables import cin_plans, protection_plans, reviews
from schemas.rules import Census, Row, linked_rule, rule
from schemas.vocabulary import first_day_without, missing


@linked_rule(
    "4003",
    reviews.CPPreviewDate,
    cin_plans.CINPlanStartDate,
    cin_plans.CINPlanEndDate,
    protection_plans.CPPendDate,
    needs=(cin_plans,),
    summary="A review of a protection plan falls into a child in need plan.",
    hint="Correct the date of the review or of the child in need plan: the two kinds of plan do not overlap.",
)
def review_during_cin_plan(census: Census) -> pl.LazyFrame:
    """Passing: the first and last day of the child in need plan, and the day on which the protection plan ends.

    Unconfirmed: a review on the first day, and plans that are still open.
    """
    plans = census.rows(protection_plans).select("ChildProtectionPlans", "CPPendDate")
    dated = census.rows(reviews).join(plans, on="ChildProtectionPlans")
    until = first_day_without(pl.col("CINPlanEndDate"), census.period)
    cin = census.rows(cin_plans).select("CINdetails", "CINplanDates", "CINPlanStartDate", until.alias("until"))
    day = pl.col("CPPreviewDate")
    inside = (pl.col("CINPlanStartDate") < day) & (day < pl.col("until")) & day.ne_missing(pl.col("CPPendDate"))
    found = dated.join(cin, on="CINdetails").filter(inside)
    return found.select("Reviews", "CINplanDates", "ChildProtectionPlans", issue=pl.col("Reviews"))


@rule(
    "8841",
    reviews.CPPreviewDate,
    protection_plans.CPPstartDate,
    summary="A review is dated on or before the day on which the protection plan started.",
    hint="Correct the date of the review; the initial conference is not a review.",
)
def review_before_start(review: Row) -> pl.Expr:
    """The day after the start passes."""
    return review.CPPreviewDate <= review.of(protection_plans).CPPstartDate


@rule(
    "8842Q",
    reviews.CPPreviewDate,
    summary="A review has no date that can be read.",
    hint="Record the date of the review, or remove the empty entry.",
)
def review_without_date(review: Row) -> pl.Expr:
    """A plan whose list of reviews is empty passes."""
    return missing(review.CPPreviewDate)
