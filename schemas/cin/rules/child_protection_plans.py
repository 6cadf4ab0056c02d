"""Child protection plans."""

import polars as pl

from schemas.cin.tables import cin_plans, details, identifiers, protection_plans, section_47
from schemas.rules import Census, Row, linked_rule, rule
from schemas.vocabulary import (
    first_day_without,
    missing,
    more_than_one,
    outside,
    ran_at_start,
    started_during_another,
    with_any,
    within,
    yes,
)


@rule(
    "1105",
    protection_plans.CPPstartDate,
    details.CINreferralDate,
    summary="The protection plan starts earlier than the referral of its episode.",
    hint="Correct the plan's start or the referral date, or move the plan to the episode that it belongs to.",
)
def starts_before_referral(plan: Row) -> pl.Expr:
    """Equal dates pass, as does a missing date on either side."""
    return plan.CPPstartDate < plan.of(details).CINreferralDate


@linked_rule(
    "2883",
    protection_plans.CPPstartDate,
    details.DateOfInitialCPC,
    section_47.DateOfInitialCPC,
    summary="The return has more protection plans that started in the year than initial conferences.",
    hint="Look for plans whose conference has no date, a date outside the year, or is not in the file.",
)
def more_plans_than_conferences(census: Census) -> pl.LazyFrame:
    """Counted over the whole return, in enquiries and in episodes."""

    def dated(table: pl.LazyFrame, field: str, name: str) -> pl.LazyFrame:
        return table.select(within(pl.col(field), census.period).sum().cast(pl.Int64).alias(name))

    counted = pl.concat(
        [
            dated(census.rows(protection_plans), "CPPstartDate", "plans"),
            dated(census.rows(section_47), "DateOfInitialCPC", "enquiries"),
            dated(census.rows(details), "DateOfInitialCPC", "episodes"),
        ],
        how="horizontal",
    )
    told = pl.format(
        "{} plans started; {} conferences stand with enquiries and {} with episodes.", "plans", "enquiries", "episodes"
    )
    return counted.filter(pl.col("plans") > pl.col("enquiries") + pl.col("episodes")).select(detail=told)


@linked_rule(
    "2885",
    protection_plans.CPPstartDate,
    section_47.DateOfInitialCPC,
    details.DateOfInitialCPC,
    summary="A protection plan does not start on the day of its initial conference.",
    hint="Correct the start of the plan or the date of the conference, or record the conference that is missing.",
)
def not_started_at_conference(census: Census) -> pl.LazyFrame:
    """Plans that start in the year are compared with the enquiries of their episode that needed a conference.

    Where there is none, the conference of the episode itself counts. Unconfirmed: whether that one
    is enough where an enquiry exists; here it is not.
    """
    plans = census.rows(protection_plans).filter(within(pl.col("CPPstartDate"), census.period))
    enquiries = census.rows(section_47).filter(~yes(pl.col("ICPCnotRequired")))
    conferences = enquiries.select("CINdetails", pl.col("DateOfInitialCPC").alias("CPPstartDate"))
    after_enquiry = with_any(plans, enquiries, details).join(conferences, on=["CINdetails", "CPPstartDate"], how="anti")
    own = census.rows(details).select("CINdetails", "DateOfInitialCPC")
    transferred = plans.join(enquiries, on="CINdetails", how="anti").join(own, on="CINdetails")
    unmatched = pl.col("DateOfInitialCPC").ne_missing(pl.col("CPPstartDate"))
    alone = transferred.filter(unmatched).select(
        pl.col("CINdetails").alias("issue"), "ChildProtectionPlans", "CINdetails"
    )
    any_plan = census.rows(protection_plans).select("CINdetails", pl.col("CPPstartDate").alias("DateOfInitialCPC"))
    matching = enquiries.join(any_plan, on=["CINdetails", "DateOfInitialCPC"])
    unused = with_any(enquiries, after_enquiry, details).join(matching, on="CINdetails", how="anti")
    found = [
        after_enquiry.select(pl.col("CINdetails").alias("issue"), "ChildProtectionPlans"),
        unused.select(pl.col("CINdetails").alias("issue"), "Section47"),
        alone,
    ]
    return pl.concat(found, how="diagonal")


@linked_rule(
    "4017",
    protection_plans.CPPstartDate,
    cin_plans.CINPlanStartDate,
    cin_plans.CINPlanEndDate,
    needs=(cin_plans,),
    summary="The child went onto a protection plan while a child in need plan was still running.",
    hint="End the child in need plan on the first day of the protection plan, or earlier.",
)
def starts_during_cin_plan(census: Census) -> pl.LazyFrame:
    """The day on which the child in need plan ends passes. Unconfirmed: all episodes are compared, not just one."""
    pairs = ran_at_start(
        census.rows(protection_plans),
        census.rows(cin_plans),
        identifiers,
        ("ChildProtectionPlans", "CPPstartDate"),
        ("CINplanDates", "CINPlanStartDate", "CINPlanEndDate"),
        first_day_without(pl.col("CINPlanEndDate"), census.period),
        include_end=False,
    )
    return pairs.with_columns(issue=pl.col("ChildProtectionPlans.CPPstartDate"))


@rule(
    "8720",
    protection_plans.CPPstartDate,
    summary="The start of the protection plan is missing or after the census end.",
    hint="Record when the plan started; leave out plans that start after 31 March.",
)
def start_missing_or_late(plan: Row) -> pl.Expr:
    """A start on 31 March passes."""
    return missing(plan.CPPstartDate) | (plan.CPPstartDate > plan.period.end)


@rule(
    "8730",
    protection_plans.NumberOfPreviousCPP,
    summary="The number of earlier protection plans is missing or no whole number.",
    hint="Record how many plans the child had before this one, 0 for none.",
)
def earlier_plans_uncounted(plan: Row) -> pl.Expr:
    """0 passes, as does any other row of digits; negative numbers and fractions fail."""
    return ~plan.text("NumberOfPreviousCPP").str.contains("^[0-9]+$").fill_null(value=False)


@rule(
    "8840",
    protection_plans.CPPstartDate,
    protection_plans.CPPendDate,
    summary="The protection plan begins and finishes on one and the same day.",
    hint="Check both dates; a plan that never came into force should not be in the return.",
)
def lasts_one_day(plan: Row) -> pl.Expr:
    """A plan to the next day passes."""
    return plan.CPPstartDate == plan.CPPendDate


@rule(
    "8905",
    protection_plans.InitialCategoryOfAbuse,
    summary="The first category of abuse is missing or not a code of the list.",
    hint="Record the category that applied when the plan started.",
)
def initial_category_unknown(plan: Row) -> pl.Expr:
    """Capital letters count."""
    return ~plan.valid_code("InitialCategoryOfAbuse").fill_null(value=False)


@rule(
    "8910",
    protection_plans.LatestCategoryOfAbuse,
    summary="The latest category of abuse is missing or not a code of the list.",
    hint="Record the category that applies now, or applied when the plan ended.",
)
def latest_category_unknown(plan: Row) -> pl.Expr:
    """Capital letters count."""
    return ~plan.valid_code("LatestCategoryOfAbuse").fill_null(value=False)


@rule(
    "8915",
    protection_plans.CPPstartDate,
    identifiers.PersonDeathDate,
    summary="The start of the protection plan is later than the child's death.",
    hint="See which of the two dates is wrong; remove the plan if it was opened by mistake.",
)
def starts_after_death(plan: Row) -> pl.Expr:
    """A start on the day of death passes."""
    return plan.CPPstartDate > plan.of(identifiers).PersonDeathDate


@rule(
    "8920",
    protection_plans.CPPendDate,
    identifiers.PersonDeathDate,
    summary="The protection plan ends after the child died.",
    hint="End the plan on the date of death at the latest.",
)
def ends_after_death(plan: Row) -> pl.Expr:
    """An open plan passes. Unconfirmed: whether a plan left open after a death should fail."""
    return plan.CPPendDate > plan.of(identifiers).PersonDeathDate


@rule(
    "8925",
    protection_plans.CPPstartDate,
    protection_plans.CPPendDate,
    summary="The protection plan has an end date before its start date.",
    hint="Correct the plan's start or end date in the case system, then export again.",
)
def ends_before_start(plan: Row) -> pl.Expr:
    """Same-day plans are left to rule 8840."""
    return plan.CPPendDate < plan.CPPstartDate


@rule(
    "8930",
    protection_plans.CPPendDate,
    summary="The end of the protection plan lies outside the census year.",
    hint="Leave the plan out if it ended before 1 April; send it without the date if it ended after 31 March.",
)
def ended_outside_the_year(plan: Row) -> pl.Expr:
    """Both ends of the year pass."""
    return outside(plan.CPPendDate, plan.period)


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
    summary="The child is on two protection plans at once.",
    hint="Correct the dates so that each plan starts after the one before it has ended.",
)
def overlap(census: Census) -> pl.LazyFrame:
    """Both ends count: a plan may not start on the day on which another ends."""
    return started_during_another(census, protection_plans, identifiers, "CPPstartDate", "CPPendDate")
