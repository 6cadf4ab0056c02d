"""Assessments."""

import polars as pl

from schemas.cin.layout import code_set
from schemas.cin.tables import assessments, details, factors
from schemas.rules import Census, Row, linked_rule, rule
from schemas.vocabulary import missing, more_than_one, outside, present, started_during_another
from schemas.working_days import working_days_before

_DAYS_TO_ASSESS = 45


@rule(
    "1103",
    assessments.AssessmentActualStartDate,
    details.CINreferralDate,
    summary="The assessment starts before its referral.",
    hint="Correct the start or the referral date; if both are right, the assessment belongs to an earlier episode.",
)
def starts_before_referral(assessment: Row) -> pl.Expr:
    """Starting on the day of the referral passes."""
    return assessment.AssessmentActualStartDate < assessment.of(details).CINreferralDate


@rule(
    "8608",
    assessments.AssessmentActualStartDate,
    assessments.AssessmentAuthorisationDate,
    summary="The assessment is authorised before it starts.",
    hint="Check both dates against the assessment itself and correct the one that is wrong.",
)
def authorised_before_start(assessment: Row) -> pl.Expr:
    """Both on one day passes."""
    return assessment.AssessmentActualStartDate > assessment.AssessmentAuthorisationDate


@linked_rule(
    "8614",
    assessments.AssessmentAuthorisationDate,
    factors.AssessmentFactor,
    summary="Factors are recorded for an assessment that is not finished.",
    hint="Record when the assessment was authorised, or leave the factors out until it is.",
)
def factors_before_the_end(census: Census) -> pl.LazyFrame:
    """An empty list of factors does not count."""
    unfinished = census.rows(assessments).filter(missing(pl.col("AssessmentAuthorisationDate"))).select("Assessments")
    recorded = census.rows(factors).filter(present(pl.col("AssessmentFactor")))
    found = recorded.join(unfinished, on="Assessments")
    return found.select("Assessments", "AssessmentFactorsList", issue=pl.col("Assessments"))


@rule(
    "8670Q",
    assessments.AssessmentActualStartDate,
    assessments.AssessmentAuthorisationDate,
    summary="An unfinished assessment has run for more than 45 working days by the census end.",
    hint="Record when it was authorised, or explain why it took longer.",
)
def overdue(assessment: Row) -> pl.Expr:
    """Counted back from the census end; the 45th working day passes.

    Unconfirmed: whether bank holidays are left out of the count; they are here.
    """
    limit = working_days_before(assessment.period.end, _DAYS_TO_ASSESS)
    return missing(assessment.AssessmentAuthorisationDate) & (assessment.AssessmentActualStartDate < limit)


@rule(
    "8696",
    assessments.AssessmentAuthorisationDate,
    summary="The assessment was authorised on a day outside the census year.",
    hint="If it finished before 1 April, leave it out of the return; if after 31 March, send it without that date.",
)
def authorised_outside_the_year(assessment: Row) -> pl.Expr:
    """Both ends of the year pass."""
    return outside(assessment.AssessmentAuthorisationDate, assessment.period)


@rule(
    "8736",
    assessments.AssessmentActualStartDate,
    assessments.AssessmentAuthorisationDate,
    summary="An unfinished assessment has no start in the census year.",
    hint="Record when it was authorised, or correct its start.",
)
def unfinished_from_another_year(assessment: Row) -> pl.Expr:
    """Both ends of the year pass. Unconfirmed: a missing start fails too."""
    start = assessment.AssessmentActualStartDate
    return missing(assessment.AssessmentAuthorisationDate) & (missing(start) | outside(start, assessment.period))


@linked_rule(
    "8863Q",
    assessments.AssessmentActualStartDate,
    assessments.AssessmentAuthorisationDate,
    summary="An assessment starts while another of the same episode is running.",
    hint="Correct the dates, or delete the assessment if it is recorded twice.",
)
def overlap(census: Census) -> pl.LazyFrame:
    """Both ends count. Unconfirmed: whether one may start on the day on which another is authorised."""
    return started_during_another(
        census, assessments, details, "AssessmentActualStartDate", "AssessmentAuthorisationDate"
    )


@linked_rule(
    "8896",
    assessments.AssessmentAuthorisationDate,
    summary="The episode has more than one unfinished assessment.",
    hint="Record when the earlier ones were authorised, or delete those entered by mistake.",
)
def several_unfinished(census: Census) -> pl.LazyFrame:
    """One finding for the episode, at each unfinished assessment."""
    unfinished = census.rows(assessments).filter(missing(pl.col("AssessmentAuthorisationDate")))
    return more_than_one(unfinished, details).select("issue", "Assessments")


@linked_rule(
    "8897Q",
    assessments.AssessmentAuthorisationDate,
    factors.AssessmentFactor,
    summary="A finished assessment has no factors, or one that is not on the list.",
    hint="Record each factor that the assessment found with its code; where there were none, record 21.",
)
def factors_missing_or_unknown(census: Census) -> pl.LazyFrame:
    """Asked from authorisations of 1 April on. Unconfirmed: 18A and 19A count as listed."""
    finished = census.rows(assessments).filter(pl.col("AssessmentAuthorisationDate") >= census.period.start)
    finished = finished.select("Assessments")
    recorded = census.rows(factors).filter(present(pl.col("AssessmentFactor")))
    without = finished.join(recorded, on="Assessments", how="anti")
    listed = pl.col("AssessmentFactor").is_in(code_set("AssessmentFactor").values(census.period.year))
    unknown = recorded.filter(~listed).join(finished, on="Assessments").select("Assessments", "AssessmentFactorsList")
    return pl.concat([without, unknown], how="diagonal").with_columns(issue=pl.col("Assessments"))
