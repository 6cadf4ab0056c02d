"""Child in need plans."""

import polars as pl

from schemas.cin.tables import cin_plans, details, identifiers, protection_plans
from schemas.rules import Census, Row, linked_rule, rule
from schemas.vocabulary import (
    first_day_without,
    missing,
    more_than_one,
    outside,
    present,
    ran_at_start,
    started_during_another,
)


@linked_rule(
    "4001",
    cin_plans.CINPlanEndDate,
    protection_plans.CPPendDate,
    summary="A child in need plan and a protection plan are open at the same time.",
    hint="End the child in need plan on the day on which the protection plan started.",
)
def open_beside_protection_plan(census: Census) -> pl.LazyFrame:
    """One finding for the episode, at every open plan of both kinds."""
    open_plans = census.rows(cin_plans).filter(present(pl.col("CINPlanStartDate")) & missing(pl.col("CINPlanEndDate")))
    protecting = census.rows(protection_plans).filter(missing(pl.col("CPPendDate")))
    both = open_plans.select("CINdetails").join(protecting.select("CINdetails"), on="CINdetails", how="semi").unique()
    found = pl.concat(
        [open_plans.select("CINdetails", "CINplanDates"), protecting.select("CINdetails", "ChildProtectionPlans")],
        how="diagonal",
    )
    return found.join(both, on="CINdetails", how="semi").rename({"CINdetails": "issue"})


@linked_rule(
    "4004",
    cin_plans.CINPlanEndDate,
    summary="The episode has more than one open child in need plan.",
    hint="Enter the end date of every plan except the one that is still running.",
)
def several_open(census: Census) -> pl.LazyFrame:
    """Ended plans are not marked."""
    open_plans = census.rows(cin_plans).filter(missing(pl.col("CINPlanEndDate")))
    return more_than_one(open_plans, details).select("issue", "CINplanDates")


@rule(
    "4010",
    cin_plans.CINPlanStartDate,
    summary="The start of the child in need plan is missing or after the census end.",
    hint="Record when the plan started; leave out plans that start after 31 March.",
)
def start_missing_or_late(plan: Row) -> pl.Expr:
    """A start on 31 March passes."""
    return missing(plan.CINPlanStartDate) | (plan.CINPlanStartDate > plan.period.end)


@rule(
    "4011",
    cin_plans.CINPlanStartDate,
    cin_plans.CINPlanEndDate,
    summary="The child in need plan has an end date before its start date.",
    hint="Correct the start or the end of the plan.",
)
def ends_before_start(plan: Row) -> pl.Expr:
    """Plans of one day are left to rule 4012Q."""
    return plan.CINPlanEndDate < plan.CINPlanStartDate


@rule(
    "4012Q",
    cin_plans.CINPlanStartDate,
    cin_plans.CINPlanEndDate,
    summary="The child in need plan starts and ends on the same day.",
    hint="Correct the dates, or explain why the plan lasted one day.",
)
def lasts_one_day(plan: Row) -> pl.Expr:
    """A plan to the next day passes."""
    return plan.CINPlanStartDate == plan.CINPlanEndDate


@rule(
    "4013",
    cin_plans.CINPlanEndDate,
    summary="The end of the child in need plan lies outside the census year.",
    hint="Leave the plan out if it ended before 1 April; send it without the date if it ended after 31 March.",
)
def ended_outside_the_year(plan: Row) -> pl.Expr:
    """Both ends of the year pass."""
    return outside(plan.CINPlanEndDate, plan.period)


@linked_rule(
    "4014",
    cin_plans.CINPlanStartDate,
    cin_plans.CINPlanEndDate,
    summary="Two child in need plans of the child overlap.",
    hint="Correct the dates so that each plan starts after the one before it has ended.",
)
def overlap(census: Census) -> pl.LazyFrame:
    """Over all episodes; both ends count.

    Unconfirmed: whether a plan may start on the day on which another ends; here it may not.
    """
    return started_during_another(census, cin_plans, identifiers, "CINPlanStartDate", "CINPlanEndDate")


@rule(
    "4015",
    cin_plans.CINPlanStartDate,
    details.CINreferralDate,
    summary="The child in need plan starts before its referral.",
    hint="Correct the start or the referral date; if both are right, the plan belongs to an earlier episode.",
)
def starts_before_referral(plan: Row) -> pl.Expr:
    """Starting on the day of the referral passes."""
    return plan.CINPlanStartDate < plan.of(details).CINreferralDate


@linked_rule(
    "4016",
    cin_plans.CINPlanStartDate,
    protection_plans.CPPstartDate,
    protection_plans.CPPendDate,
    summary="A child in need plan starts although the child is still on a protection plan.",
    hint="Start the child in need plan on the day on which the protection plan ends, or later.",
)
def starts_during_protection_plan(census: Census) -> pl.LazyFrame:
    """The day on which the protection plan ends passes. Unconfirmed: all episodes are compared, not just one."""
    pairs = ran_at_start(
        census.rows(cin_plans),
        census.rows(protection_plans),
        identifiers,
        ("CINplanDates", "CINPlanStartDate"),
        ("ChildProtectionPlans", "CPPstartDate", "CPPendDate"),
        first_day_without(pl.col("CPPendDate"), census.period),
        include_end=False,
    )
    return pairs.with_columns(issue=pl.col("CINplanDates.CINPlanStartDate"))
