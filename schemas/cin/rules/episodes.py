"""Referral episodes beside each other, and the work inside them."""

import polars as pl

from schemas.cin.rules.terms import CLOSED_AFTER_ASSESSMENT, unconcluded_enquiries
from schemas.cin.tables import assessments, cin_plans, details, identifiers, protection_plans, section_47
from schemas.rules import Census, TableRef, linked_rule
from schemas.vocabulary import missing, more_than_one, no, present, ran_at_start, with_any, without_any, yes

_EPISODE = pl.col("CINdetails")


def _closed_after_assessment(census: Census) -> pl.LazyFrame:
    return census.rows(details).filter(pl.col("ReasonForClosure").is_in(CLOSED_AFTER_ASSESSMENT))


def _cells_where(
    census: Census, episodes: pl.LazyFrame, table: TableRef, fields: dict[str, pl.Expr]
) -> list[pl.LazyFrame]:
    """Point at each field whose condition holds, in the rows of `table` inside `episodes`.

    The conditions may use the columns of the episode, which carry the suffix " of episode" where
    the names clash.
    """
    inside = (
        census.rows(table).join(episodes, on="CINdetails", suffix=" of episode") if table is not details else episodes
    )
    return [
        inside.filter(condition).select(_EPISODE.alias("issue"), pl.col(table.name).alias(f"{table.name}.{field}"))
        for field, condition in fields.items()
    ]


def _with_flagged_episode(cells: list[pl.LazyFrame], field: str) -> pl.LazyFrame:
    """Add the cell of the episode itself to the cells found inside it."""
    found = pl.concat(cells, how="diagonal")
    own = found.select("issue").unique().with_columns(pl.col("issue").alias(f"CINdetails.{field}#own"))
    return pl.concat([own, found], how="diagonal")


@linked_rule(
    "2990",
    details.ReasonForClosure,
    details.DateOfInitialCPC,
    section_47.S47ActualStartDate,
    protection_plans.CPPstartDate,
    cin_plans.CINPlanStartDate,
    summary="The episode was closed right after assessment, but later work is recorded in it.",
    hint="Choose another reason for closure, or remove the work if it belongs to another episode.",
)
def work_after_assessment(census: Census) -> pl.LazyFrame:
    """Any section 47 enquiry, plan or initial conference counts. RC8 and RC9."""
    closed = _closed_after_assessment(census).select("CINdetails", "DateOfInitialCPC")
    anything = pl.lit(value=True)
    cells = [
        *_cells_where(census, closed, details, {"DateOfInitialCPC": present(pl.col("DateOfInitialCPC"))}),
        *_cells_where(census, closed, section_47, {"S47ActualStartDate": anything}),
        *_cells_where(census, closed, protection_plans, {"CPPstartDate": anything}),
        *_cells_where(census, closed, cin_plans, {"CINPlanStartDate": anything}),
    ]
    return _with_flagged_episode(cells, "ReasonForClosure")


@linked_rule(
    "4000",
    details.ReferralNFA,
    cin_plans.CINPlanStartDate,
    needs=(cin_plans,),
    summary="A referral that ended in no further action has a child in need plan.",
    hint="Correct the no further action flag, or move the plan to the episode that it belongs to.",
)
def plan_without_action(census: Census) -> pl.LazyFrame:
    """Any plan counts, dated or not."""
    return _inside_no_further_action(census, cin_plans)


@linked_rule(
    "8832",
    details.ReferralNFA,
    protection_plans.CPPstartDate,
    summary="A referral that ended in no further action has a protection plan.",
    hint="Correct the no further action flag, or move the protection plan to the right episode.",
)
def protection_plan_without_action(census: Census) -> pl.LazyFrame:
    """Any plan counts, dated or not."""
    return _inside_no_further_action(census, protection_plans)


def _inside_no_further_action(census: Census, table: TableRef) -> pl.LazyFrame:
    ended = census.rows(details).filter(yes(pl.col("ReferralNFA"))).select("CINdetails")
    return census.rows(table).join(ended, on="CINdetails").select("CINdetails", table.name, issue=_EPISODE)


@linked_rule(
    "8565",
    details.CINclosureDate,
    details.DateOfInitialCPC,
    assessments.AssessmentActualStartDate,
    assessments.AssessmentAuthorisationDate,
    section_47.S47ActualStartDate,
    section_47.DateOfInitialCPC,
    protection_plans.CPPendDate,
    cin_plans.CINPlanStartDate,
    cin_plans.CINPlanEndDate,
    summary="The episode holds dates that are later than its closure.",
    hint="Correct the closure date, or the dates of the work that came after it.",
)
def work_after_closure(census: Census) -> pl.LazyFrame:
    """Work on the day of closure passes. Just the dates that came after it are marked."""
    closed = census.rows(details).filter(present(pl.col("CINclosureDate")))
    closed = closed.select("CINdetails", "DateOfInitialCPC", "CINclosureDate")

    def later(*fields: str) -> dict[str, pl.Expr]:
        return {field: pl.col(field) > pl.col("CINclosureDate") for field in fields}

    cells = [
        *_cells_where(census, closed, details, later("DateOfInitialCPC")),
        *_cells_where(census, closed, assessments, later("AssessmentActualStartDate", "AssessmentAuthorisationDate")),
        *_cells_where(census, closed, section_47, later("S47ActualStartDate", "DateOfInitialCPC")),
        *_cells_where(census, closed, protection_plans, later("CPPendDate")),
        *_cells_where(census, closed, cin_plans, later("CINPlanStartDate", "CINPlanEndDate")),
    ]
    return _with_flagged_episode(cells, "CINclosureDate")


@linked_rule(
    "8831",
    details.ReferralNFA,
    details.DateOfInitialCPC,
    assessments.AssessmentActualStartDate,
    assessments.AssessmentAuthorisationDate,
    section_47.S47ActualStartDate,
    section_47.DateOfInitialCPC,
    summary="A referral that ended in no further action has an assessment, an enquiry or a conference.",
    hint="Correct the no further action flag, or move the work to the episode that it belongs to.",
)
def work_without_action(census: Census) -> pl.LazyFrame:
    """Just the dates that are there are marked."""
    ended = census.rows(details).filter(yes(pl.col("ReferralNFA"))).select("CINdetails", "DateOfInitialCPC")

    def dated(*fields: str) -> dict[str, pl.Expr]:
        return {field: present(pl.col(field)) for field in fields}

    cells = [
        *_cells_where(census, ended, details, dated("DateOfInitialCPC")),
        *_cells_where(census, ended, assessments, dated("AssessmentActualStartDate", "AssessmentAuthorisationDate")),
        *_cells_where(census, ended, section_47, dated("S47ActualStartDate", "DateOfInitialCPC")),
    ]
    return _with_flagged_episode(cells, "ReferralNFA")


@linked_rule(
    "8815",
    details.CINclosureDate,
    summary="The child has more than one open episode.",
    hint="Close or merge all episodes except the current one.",
)
def several_open(census: Census) -> pl.LazyFrame:
    """Open referrals without further action do not count. Unconfirmed: nor does a missing flag."""
    return more_than_one(_open(census), identifiers).select("issue", "CINdetails")


def _open(census: Census) -> pl.LazyFrame:
    return census.rows(details).filter(missing(pl.col("CINclosureDate")) & no(pl.col("ReferralNFA")))


@linked_rule(
    "8816",
    details.CINreferralDate,
    summary="The open episode is not the child's latest referral.",
    hint="Close the older episode if its work has ended, or check the dates of both referrals.",
)
def open_but_not_latest(census: Census) -> pl.LazyFrame:
    """An episode referred on the same day is not later; of several latest ones, the last in the file is marked."""
    latest = census.rows(details).filter(present(pl.col("CINreferralDate"))).sort("CINreferralDate", "CINdetails")
    last = latest.group_by("ChildIdentifiers").agg(
        pl.last("CINreferralDate").alias("latest"), pl.last("CINdetails").alias("other")
    )
    found = _open(census).join(last, on="ChildIdentifiers").filter(pl.col("CINreferralDate") < pl.col("latest"))
    return found.select("CINdetails", pl.col("other").alias("CINdetails#latest"))


@linked_rule(
    "8820",
    details.CINreferralDate,
    details.CINclosureDate,
    summary="The child is in two referral episodes at once.",
    hint="Correct the referral and closure dates so that one episode ends before the next begins.",
)
def overlap(census: Census) -> pl.LazyFrame:
    """A referral on the day on which another episode closes passes.

    An open referral without further action runs no further than its own day. Unconfirmed: a
    referral on 31 March inside an open episode passes here.
    """
    runs_until = (
        pl.when(present(pl.col("CINclosureDate")))
        .then("CINclosureDate")
        .when(no(pl.col("ReferralNFA")))
        .then(census.period.end)
    )
    episodes = census.rows(details)
    return ran_at_start(
        episodes,
        episodes,
        identifiers,
        ("CINdetails", "CINreferralDate"),
        ("CINdetails", "CINreferralDate", "CINclosureDate"),
        runs_until,
        include_end=False,
    )


@linked_rule(
    "8825Q",
    details.ReasonForClosure,
    summary="The episode was closed after assessment, but it has no assessment.",
    hint="Record the assessment that led to the closure, or choose the reason that fits.",
)
def closed_without_assessment(census: Census) -> pl.LazyFrame:
    """RC8 and RC9."""
    return without_any(_closed_after_assessment(census), census.rows(assessments), details).select("CINdetails")


@linked_rule(
    "8867",
    details.CINclosureDate,
    assessments.AssessmentAuthorisationDate,
    summary="The episode is closed but one of its assessments is not finished.",
    hint="Record when the assessment was authorised, or reopen the episode.",
)
def closed_with_open_assessment(census: Census) -> pl.LazyFrame:
    """Every unfinished assessment is marked."""
    unfinished = census.rows(assessments).filter(missing(pl.col("AssessmentAuthorisationDate")))
    return _inside_closed(census, unfinished, assessments)


@linked_rule(
    "8868",
    details.CINclosureDate,
    section_47.DateOfInitialCPC,
    section_47.ICPCnotRequired,
    summary="The episode is closed but one of its section 47 enquiries has not been concluded.",
    hint="Record the date of the initial conference, or that none was required.",
)
def closed_with_open_enquiry(census: Census) -> pl.LazyFrame:
    """A conference date or the flag is enough; a missing flag is not."""
    return _inside_closed(census, unconcluded_enquiries(census), section_47)


def _inside_closed(census: Census, rows: pl.LazyFrame, table: TableRef) -> pl.LazyFrame:
    closed = census.rows(details).filter(present(pl.col("CINclosureDate")))
    return with_any(rows, closed, details).select("CINdetails", table.name, issue=_EPISODE)
