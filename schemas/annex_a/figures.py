"""The figures that an inspector looks at first, list by list."""

from __future__ import annotations

import polars as pl

from schemas.annex_a.layout import CHILDREN, SCOPES
from schemas.annex_a.rules.in_care import LONGEST_BETWEEN_VISITS, MONTHS_BETWEEN_REVIEWS
from schemas.annex_a.rules.protection import LONGEST_BETWEEN_VISITS as LONGEST_ON_A_PLAN
from schemas.annex_a.rules.terms import MONTHS_IN_YEAR, YES, months_before
from schemas.annex_a.tables import (
    adopters,
    adoption,
    assessments,
    contacts,
    early_help,
    enquiries,
    in_care,
    in_need,
    leavers,
    protection,
    referrals,
)
from schemas.figures import AGES, banded, breakdown, figure, labels, part, total, whole_years
from schemas.rules import Census, TableRef
from schemas.working_days import bank_holidays

_ASSESSMENT_DAYS, _CONFERENCE_DAYS = 45, 15
_MANY_PLACEMENTS = 3


def _open(census: Census, table: TableRef) -> pl.LazyFrame:
    return census.rows(table).filter(pl.col(SCOPES[table.name].end).is_null())


def _children(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.select(CHILDREN).drop_nulls().unique()


def _within_working_days(start: str, end: str, days: int) -> pl.Expr:
    due = pl.col(start).dt.add_business_days(days, holidays=sorted(bank_holidays()), roll="forward")
    return pl.col(end) <= due


@figure("List 1: contacts", "contacts", contacts)
def contacts_received(census: Census) -> pl.LazyFrame:
    """Received in the last six months, and the children they were about."""
    rows = census.rows(contacts)
    return pl.concat([total(rows, "Contacts"), total(_children(rows), "Children")])


@figure("List 2: early help", "assessments", early_help)
def helped_early(census: Census) -> pl.LazyFrame:
    """In the last six months, and open on the day of the data."""
    rows = census.rows(early_help)
    return pl.concat([total(rows, "Early help"), part(rows, "Open", pl.col("completion_date").is_null())])


@figure("List 3: referrals", "referrals", referrals)
def referred(census: Census) -> pl.LazyFrame:
    """Received in the last six months; again within 12 months of an earlier one."""
    rows = census.rows(referrals)
    return pl.concat(
        [
            total(rows, "Referrals"),
            part(rows, "No further action", pl.col("no_further_action") == YES),
            part(rows, "Within 12 months of an earlier one", pl.col("earlier_referrals") > 0),
        ]
    )


@figure("List 4: assessments", "assessments", assessments)
def assessed(census: Census) -> pl.LazyFrame:
    """Open on the day of the data or authorised in the last six months; on time is within 45 working days."""
    rows = census.rows(assessments)
    done = rows.filter(pl.col("authorised_date").is_not_null())
    return pl.concat(
        [
            total(rows, "Assessments"),
            part(rows, "Open", pl.col("authorised_date").is_null()),
            part(done, "Authorised on time", _within_working_days("start_date", "authorised_date", _ASSESSMENT_DAYS)),
            part(done, "Child seen", pl.col("child_seen") == YES),
            part(done, "Needs support", pl.col("needs_support") == YES),
        ]
    )


@figure("List 5: section 47 enquiries", "enquiries", enquiries)
def enquired(census: Census) -> pl.LazyFrame:
    """Conferences on time are those within 15 working days of the start."""
    rows = census.rows(enquiries)
    held = rows.filter(pl.col("conference_date").is_not_null())
    return pl.concat(
        [
            total(rows, "Enquiries"),
            part(rows, "With a conference", pl.col("conference_date").is_not_null()),
            part(held, "Conference on time", _within_working_days("start_date", "conference_date", _CONFERENCE_DAYS)),
            part(held, "Conference made a plan", pl.col("plan_made") == YES),
        ]
    )


@figure("List 6: children in need by case status", "children", in_need)
def in_need_by_status(census: Census) -> pl.LazyFrame:
    """Open on the day of the data or closed in the last six months."""
    return breakdown(census.rows(in_need), pl.col("status"), labels(in_need, "status", census.period.year))


@figure("List 6: open cases by primary need", "children", in_need)
def in_need_by_need(census: Census) -> pl.LazyFrame:
    """Open on the day of the data."""
    return breakdown(
        _open(census, in_need), pl.col("primary_need"), labels(in_need, "primary_need", census.period.year)
    )


@figure("List 7: children on a protection plan", "children", protection)
def on_a_plan(census: Census) -> pl.LazyFrame:
    """On the day of the data; visited in the four weeks before it."""
    rows = _open(census, protection)
    visited = pl.col("visit_date").dt.offset_by(LONGEST_ON_A_PLAN) >= census.at
    return pl.concat(
        [
            total(rows, "On a plan"),
            part(rows, "Visited in the last four weeks", visited),
            part(rows, "Seen alone at the last visit", pl.col("seen_alone") == YES),
            part(rows, "For the second time or more", pl.col("previous_plans") > 0),
            total(census.rows(protection).filter(pl.col("end_date").is_not_null()), "Ended in the last six months"),
        ]
    )


@figure("List 7: protection plans by category", "children", protection)
def by_category(census: Census) -> pl.LazyFrame:
    """Latest category of the plans that are open on the day of the data."""
    shown = labels(protection, "latest_category", census.period.year)
    return breakdown(_open(census, protection), pl.col("latest_category"), shown)


@figure("List 8: children in care", "children", in_care)
def looked_after(census: Census) -> pl.LazyFrame:
    """On the day of the data; visits within six weeks of it, reviews within six months, health within a year."""
    rows, day = _open(census, in_care), census.at
    return pl.concat(
        [
            total(rows, "In care"),
            part(rows, "Unaccompanied asylum seekers", pl.col("unaccompanied") == YES),
            part(
                rows, "Visited in the last six weeks", pl.col("visit_date").dt.offset_by(LONGEST_BETWEEN_VISITS) >= day
            ),
            part(
                rows,
                "Reviewed in the last six months",
                pl.col("review_date") >= months_before(day, MONTHS_BETWEEN_REVIEWS),
            ),
            part(
                rows, "Health assessment in the last year", pl.col("health_date") >= months_before(day, MONTHS_IN_YEAR)
            ),
            part(rows, "Dental check in the last year", pl.col("dental_date") >= months_before(day, MONTHS_IN_YEAR)),
            part(rows, "Three placements or more in the last year", pl.col("placements") >= _MANY_PLACEMENTS),
            part(rows, "Placed outside the authority", pl.col("placement_location") == "OUT"),
            part(rows, "Missing in the last year", pl.col("missing") > 0),
            total(census.rows(in_care).filter(pl.col("ceased_date").is_not_null()), "Ceased in the last six months"),
        ]
    )


@figure("List 8: children in care by age", "children", in_care)
def in_care_by_age(census: Census) -> pl.LazyFrame:
    """Age in whole years on the day of the data."""
    age = banded(whole_years(pl.col("birth_date"), pl.lit(census.at)), AGES)
    return breakdown(_open(census, in_care), age, {label: label for label in AGES.values()})


@figure("List 8: children in care by placement", "children", in_care)
def in_care_by_placement(census: Census) -> pl.LazyFrame:
    """The latest placement of children who are looked after on the day of the data."""
    shown = labels(in_care, "placement_type", census.period.year)
    return breakdown(_open(census, in_care), pl.col("placement_type"), shown)


@figure("List 9: care leavers", "young people", leavers)
def left_care(census: Census) -> pl.LazyFrame:
    """Everybody in the list."""
    rows = census.rows(leavers)
    return pl.concat(
        [
            total(rows, "Care leavers"),
            part(rows, "In touch", pl.col("in_touch") == "YES"),
            part(rows, "In suitable accommodation", pl.col("suitable") == "1"),
            part(rows, "In education, employment or training", pl.col("activity").str.contains("^[FP]")),
            part(rows, "With a pathway plan reviewed", pl.col("plan_review_date").is_not_null()),
        ]
    )


@figure("List 10: children on the way to adoption", "children", adoption)
def to_adoption(census: Census) -> pl.LazyFrame:
    """Of the last 12 months."""
    rows = census.rows(adoption)
    return pl.concat(
        [
            total(rows, "Children"),
            part(rows, "With a placement order", pl.col("placement_order_date").is_not_null()),
            part(rows, "Placed with adopters", pl.col("placed_date").is_not_null()),
            part(rows, "Adopted", pl.col("order_date").is_not_null()),
            part(rows, "Decision reversed", pl.col("reversed_date").is_not_null()),
        ]
    )


@figure("List 11: adopters", "adopters", adopters)
def in_the_process(census: Census) -> pl.LazyFrame:
    """In contact with the service in the last 12 months."""
    rows = census.rows(adopters)
    return pl.concat(
        [
            total(rows, "Adopters"),
            part(rows, "Approved", pl.col("approved_date").is_not_null()),
            part(rows, "Matched with a child", pl.col("matched_date").is_not_null()),
            part(rows, "Left the process", pl.col("leaving_date").is_not_null()),
        ]
    )
