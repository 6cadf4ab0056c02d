"""Section 47 enquiries and initial child protection conferences."""

import polars as pl

from schemas.cin.rules.terms import unconcluded_enquiries
from schemas.cin.tables import assessments, details, section_47
from schemas.rules import Census, Row, linked_rule, rule
from schemas.vocabulary import (
    missing,
    more_than_one,
    no,
    outside,
    present,
    ran_at_start,
    weekend,
    without_any,
    yes,
)
from schemas.working_days import working_days_before

_DAYS_TO_CONFERENCE = 15


@rule(
    "1104",
    section_47.DateOfInitialCPC,
    details.CINreferralDate,
    summary="The initial conference of the enquiry came before its referral.",
    hint="Correct the date of the conference or of the referral, or move the enquiry to its own episode.",
)
def conference_before_referral(enquiry: Row) -> pl.Expr:
    """Both on one day passes. Unconfirmed: whether the conference date of the episode itself is tested; it is not."""
    return enquiry.DateOfInitialCPC < enquiry.of(details).CINreferralDate


@linked_rule(
    "2884",
    section_47.DateOfInitialCPC,
    details.DateOfInitialCPC,
    summary="The same initial conference is recorded with the enquiry and with the episode.",
    hint="Keep the date with the section 47 enquiry and remove it from the episode.",
)
def conference_recorded_twice(census: Census) -> pl.LazyFrame:
    """Unconfirmed: enquiries are compared with their own episode, not with others of the child."""
    episodes = census.rows(details).select("CINdetails", "DateOfInitialCPC")
    enquiries = census.rows(section_47).select("CINdetails", "Section47", "DateOfInitialCPC")
    return enquiries.join(episodes, on=["CINdetails", "DateOfInitialCPC"]).select(
        "Section47", "CINdetails", issue=pl.col("CINdetails")
    )


@rule(
    "2889",
    section_47.S47ActualStartDate,
    details.CINreferralDate,
    summary="The section 47 enquiry starts earlier than the referral of its episode.",
    hint="Correct the start of the enquiry or the referral date, or move the enquiry to its own episode.",
)
def starts_before_referral(enquiry: Row) -> pl.Expr:
    """Starting on the day of the referral passes."""
    return enquiry.S47ActualStartDate < enquiry.of(details).CINreferralDate


@linked_rule(
    "2991Q",
    section_47.S47ActualStartDate,
    summary="The episode has a section 47 enquiry but no assessment.",
    hint="Record the assessment that went with the enquiry, or explain why none was made.",
)
def enquiry_without_assessment(census: Census) -> pl.LazyFrame:
    """One finding for the episode, at all its enquiries."""
    found = without_any(census.rows(section_47), census.rows(assessments), details)
    return found.select("Section47", issue=pl.col("CINdetails"))


@rule(
    "8615",
    section_47.S47ActualStartDate,
    section_47.DateOfInitialCPC,
    summary="The enquiry has a conference, but its start is missing or after the conference.",
    hint="Record when the enquiry started, or correct the date of the conference.",
)
def starts_after_conference(enquiry: Row) -> pl.Expr:
    """Both on one day passes."""
    late = missing(enquiry.S47ActualStartDate) | (enquiry.S47ActualStartDate > enquiry.DateOfInitialCPC)
    return present(enquiry.DateOfInitialCPC) & late


@rule(
    "8675Q",
    section_47.S47ActualStartDate,
    section_47.DateOfInitialCPC,
    section_47.ICPCnotRequired,
    summary="An enquiry has waited more than 15 working days for its conference.",
    hint="Record the date of the conference, or that none was required, or explain the delay.",
)
def conference_overdue(enquiry: Row) -> pl.Expr:
    """Counted back from the census end; the 15th working day passes.

    Unconfirmed: whether bank holidays are left out of the count; they are here.
    """
    limit = working_days_before(enquiry.period.end, _DAYS_TO_CONFERENCE)
    return _awaiting_conference(enquiry) & (enquiry.S47ActualStartDate < limit)


def _awaiting_conference(enquiry: Row) -> pl.Expr:
    return missing(enquiry.DateOfInitialCPC) & no(enquiry.ICPCnotRequired)


@rule(
    "8715",
    section_47.DateOfInitialCPC,
    summary="The date of the initial conference lies outside the census year.",
    hint="Leave out an enquiry whose conference was before 1 April; leave out the date if it was after 31 March.",
)
def conference_outside_the_year(enquiry: Row) -> pl.Expr:
    """Both ends of the year pass. Unconfirmed: whether the conference date of the episode is tested; it is not."""
    return outside(enquiry.DateOfInitialCPC, enquiry.period)


@rule(
    "8740",
    section_47.S47ActualStartDate,
    section_47.DateOfInitialCPC,
    section_47.ICPCnotRequired,
    summary="An enquiry with no conference yet has a start outside the census year.",
    hint="Record the date of the conference, or that none was required, or correct the start.",
)
def waiting_since_another_year(enquiry: Row) -> pl.Expr:
    """Both ends of the year pass, as does a missing start."""
    return _awaiting_conference(enquiry) & outside(enquiry.S47ActualStartDate, enquiry.period)


@linked_rule(
    "8839",
    section_47.DateOfInitialCPC,
    summary="The episode has more than one section 47 enquiry that has not been concluded.",
    hint="Record the conference dates, or that no conference was required.",
)
def several_unconcluded(census: Census) -> pl.LazyFrame:
    """A missing flag counts as a conference that is required."""
    return more_than_one(unconcluded_enquiries(census), details).select("issue", "Section47")


@rule(
    "8870Q",
    section_47.InitialCPCtarget,
    summary="The target date of the initial conference is at a weekend.",
    hint="The target is 15 working days after the strategy discussion; work it out again.",
)
def target_at_weekend(enquiry: Row) -> pl.Expr:
    """Bank holidays pass."""
    return weekend(enquiry.InitialCPCtarget)


@rule(
    "8875",
    section_47.DateOfInitialCPC,
    summary="The date of the initial conference is a Saturday or a Sunday.",
    hint="Check the date against the minutes of the conference.",
)
def conference_at_weekend(enquiry: Row) -> pl.Expr:
    """Bank holidays pass."""
    return weekend(enquiry.DateOfInitialCPC)


@linked_rule(
    "8890",
    section_47.S47ActualStartDate,
    section_47.DateOfInitialCPC,
    summary="A section 47 enquiry starts while another of the same episode is unresolved.",
    hint="Correct the dates, or record that the earlier enquiry needed no conference.",
)
def overlap(census: Census) -> pl.LazyFrame:
    """Both ends count; one without conference runs to the census end unless none was required.

    Unconfirmed: whether an enquiry may start on the day of another's conference; here it may not.
    """
    runs_until = (
        pl.when(present(pl.col("DateOfInitialCPC")))
        .then("DateOfInitialCPC")
        .when(~yes(pl.col("ICPCnotRequired")))
        .then(census.period.end)
    )
    rows = census.rows(section_47)
    span = ("Section47", "S47ActualStartDate", "DateOfInitialCPC")
    return ran_at_start(rows, rows, details, ("Section47", "S47ActualStartDate"), span, runs_until)
