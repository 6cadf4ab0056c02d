"""The headline figures of the CIN census.

They count what the return holds: an episode that closed before the census year is not in it, so
that re-referrals are those that the return itself shows. Source: DfE, Characteristics of children in
need, main tables, for what is counted.
"""

from __future__ import annotations

import polars as pl

from schemas.cin.tables import assessments, details, identifiers, protection_plans, section_47
from schemas.figures import AGES, banded, breakdown, figure, labels, open_at, part, total, whole_months, whole_years
from schemas.rules import Census
from schemas.vocabulary import within, yes
from schemas.working_days import bank_holidays

ASSESSED_IN_TIME = 45
CONFERENCE_IN_TIME = 15
_UNBORN = "Unborn"
_LENGTHS = {
    0: "Under 3 months", 3: "3 months to under 6", 6: "6 months to under 1 year", 12: "1 year to under 2",
    24: "2 years and over",
}  # fmt: skip


def _open_episodes(census: Census) -> pl.LazyFrame:
    """Keep the episodes that are open on 31 March; a referral that led to nothing opened none."""
    taken_up = census.rows(details).filter(~yes(pl.col("ReferralNFA")))
    return open_at(taken_up, "CINreferralDate", "CINclosureDate", census.period.end)


def _open_plans(census: Census) -> pl.LazyFrame:
    return open_at(census.rows(protection_plans), "CPPstartDate", "CPPendDate", census.period.end)


def _dated(census: Census, rows: pl.LazyFrame, field: str) -> pl.LazyFrame:
    return rows.filter(within(pl.col(field), census.period))


def _working_days(start: str, end: str) -> pl.Expr:
    dated = pl.col(start).is_not_null() & pl.col(end).is_not_null()
    return pl.when(dated).then(pl.business_day_count(start, end, holidays=sorted(bank_holidays())))


@figure("Children in need", "children", details, identifiers)
def children(census: Census) -> pl.LazyFrame:
    """Children with an episode at any time in the year, and those with one open on 31 March."""
    open_now = _open_episodes(census).select("ChildIdentifiers").unique()
    anytime = census.rows(details).select("ChildIdentifiers").unique()
    return pl.concat([total(anytime, "At any time in the year"), total(open_now, "On 31 March")])


@figure("Children in need on 31 March by age", "children", details, identifiers)
def children_by_age(census: Census) -> pl.LazyFrame:
    """Age in whole years on 31 March. A child that is expected counts as unborn."""
    end = pl.lit(census.period.end)
    rows = _open_episodes(census).select("ChildIdentifiers").unique()
    rows = rows.join(census.rows(identifiers), on="ChildIdentifiers")
    years = whole_years(pl.col("PersonBirthDate"), end)
    expected = pl.col("PersonBirthDate").is_null() & pl.col("ExpectedPersonBirthDate").is_not_null()
    age = pl.when(expected).then(pl.lit(_UNBORN)).otherwise(banded(years, AGES))
    return breakdown(rows, age, {label: label for label in (_UNBORN, *AGES.values())})


@figure("Children in need on 31 March by primary need", "episodes", details)
def episodes_by_need(census: Census) -> pl.LazyFrame:
    """Episodes that are open on 31 March; of a referral that led to nothing there is none."""
    named = labels(details, "PrimaryNeedCode", census.period.year)
    return breakdown(_open_episodes(census), pl.col("PrimaryNeedCode"), named)


@figure("Referrals", "referrals", details)
def referrals(census: Census) -> pl.LazyFrame:
    """Referrals in the year; a re-referral has another referral of the child in the 12 months before."""
    every = census.rows(details).select("CINdetails", "ChildIdentifiers", "CINreferralDate", "ReferralNFA")
    rows = _dated(census, every, "CINreferralDate")
    earlier = every.select("ChildIdentifiers", earlier=pl.col("CINreferralDate"))
    since = pl.col("CINreferralDate").dt.offset_by("-1y")
    again = rows.join(earlier, on="ChildIdentifiers").filter(
        (pl.col("earlier") < pl.col("CINreferralDate")) & (pl.col("earlier") >= since)
    )
    marked = rows.join(again.select("CINdetails", again=pl.lit(value=True)).unique(), on="CINdetails", how="left")
    return pl.concat(
        [
            total(rows, "In the year"),
            part(marked, "Within 12 months of an earlier one", pl.col("again")),
            part(rows, "No further action", yes(pl.col("ReferralNFA"))),
        ]
    )


@figure("Assessments finished in the year", "assessments", assessments)
def finished_assessments(census: Census) -> pl.LazyFrame:
    """From the start of the assessment to its authorisation, in working days."""
    rows = _dated(census, census.rows(assessments), "AssessmentAuthorisationDate")
    days = _working_days("AssessmentActualStartDate", "AssessmentAuthorisationDate")
    return pl.concat(
        [
            total(rows, "Finished"),
            part(rows, f"Within {ASSESSED_IN_TIME} working days", days <= ASSESSED_IN_TIME),
        ]
    )


@figure("Section 47 enquiries", "enquiries", section_47)
def enquiries(census: Census) -> pl.LazyFrame:
    """Enquiries that started in the year, and initial conferences held in it."""
    rows = _dated(census, census.rows(section_47), "S47ActualStartDate")
    held = _dated(census, census.rows(section_47), "DateOfInitialCPC")
    days = _working_days("S47ActualStartDate", "DateOfInitialCPC")
    return pl.concat(
        [
            total(rows, "Started in the year"),
            total(held, "Initial conferences held"),
            part(held, f"Held within {CONFERENCE_IN_TIME} working days", days <= CONFERENCE_IN_TIME),
        ]
    )


@figure("Child protection plans", "plans", protection_plans)
def plans(census: Census) -> pl.LazyFrame:
    """Plans that started, ended, and are in force on 31 March."""
    rows = census.rows(protection_plans)
    started = _dated(census, rows, "CPPstartDate")
    return pl.concat(
        [
            total(started, "Started in the year"),
            part(started, "Second or later plan of the child", pl.col("NumberOfPreviousCPP") > 0),
            total(_dated(census, rows, "CPPendDate"), "Ended in the year"),
            total(_open_plans(census), "In force on 31 March"),
        ]
    )


@figure("Child protection plans on 31 March by category of abuse", "plans", protection_plans)
def plans_by_category(census: Census) -> pl.LazyFrame:
    """By the latest category."""
    named = labels(protection_plans, "LatestCategoryOfAbuse", census.period.year)
    return breakdown(_open_plans(census), pl.col("LatestCategoryOfAbuse"), named)


@figure("Child protection plans on 31 March by length", "plans", protection_plans)
def plans_by_length(census: Census) -> pl.LazyFrame:
    """Whole months from the start of the plan to 31 March."""
    months = whole_months(pl.col("CPPstartDate"), pl.lit(census.period.end))
    return breakdown(_open_plans(census), banded(months, _LENGTHS), {label: label for label in _LENGTHS.values()})


@figure("Child protection plans that ended, by length", "plans", protection_plans)
def ended_plans_by_length(census: Census) -> pl.LazyFrame:
    """Whole months from the start of the plan to its end."""
    ended = _dated(census, census.rows(protection_plans), "CPPendDate")
    months = whole_months(pl.col("CPPstartDate"), pl.col("CPPendDate"))
    return breakdown(ended, banded(months, _LENGTHS), {label: label for label in _LENGTHS.values()})
