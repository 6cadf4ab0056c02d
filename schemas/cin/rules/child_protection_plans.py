"""Child protection plans."""

import polars as pl

from schemas.cin.tables import details, identifiers, protection_plans
from schemas.rules import Census, Row, linked_rule, rule
from schemas.vocabulary import missing, more_than_one, started_during_another


@rule(
    "1105",
    protection_plans.CPPstartDate,
    details.CINreferralDate,
    summary="The protection plan starts before its referral.",
    hint="Correct the plan's start or the referral date, or move the plan to the episode that it belongs to.",
)
def starts_before_referral(plan: Row) -> pl.Expr:
    """Equal dates pass, as does a missing date on either side."""
    return plan.CPPstartDate < plan.of(details).CINreferralDate


@rule(
    "8925",
    protection_plans.CPPstartDate,
    protection_plans.CPPendDate,
    summary="The protection plan ends before it starts.",
    hint="Correct the plan's start or end date in the case system, then export again.",
)
def ends_before_start(plan: Row) -> pl.Expr:
    """Same-day plans are left to rule 8840."""
    return plan.CPPendDate < plan.CPPstartDate


@linked_rule(
    "8935",
    protection_plans.CPPendDate,
    summary="The child has more than one open protection plan.",
    hint="Enter the end date of every plan except the one that is still running.",
)
def several_open(census: Census) -> pl.LazyFrame:
    """Counted over all episodes of the child."""
    running = census.rows(protection_plans).filter(missing(pl.col("CPPendDate")))
    return more_than_one(running, identifiers).select("issue", "ChildProtectionPlans")


@linked_rule(
    "8940",
    protection_plans.CPPstartDate,
    protection_plans.CPPendDate,
    summary="Two protection plans of the child overlap.",
    hint="Correct the dates so that each plan starts after the one before it has ended.",
)
def overlap(census: Census) -> pl.LazyFrame:
    """Both ends count: a plan may not start on the day on which another ends."""
    return started_during_another(census, protection_plans, identifiers, "CPPstartDate", "CPPendDate")
