"""Factors found in assessments."""

import polars as pl

from schemas.cin.rules.terms import CLOSED_AFTER_ASSESSMENT
from schemas.cin.tables import assessments, details, factors
from schemas.rules import Census, Row, linked_rule, rule
from schemas.vocabulary import repeated

_NO_FACTORS = "21"


@linked_rule(
    "8869",
    factors.AssessmentFactor,
    summary="Factor 21 (no factors found) stands beside other factors.",
    hint="Remove 21 if factors were found, or the others if none were.",
)
def none_and_another(census: Census) -> pl.LazyFrame:
    """Every factor of the assessment is marked, blank ones too; those alone do not stand against 21."""
    none = pl.col("AssessmentFactor") == _NO_FACTORS
    mixed = none.any().over("Assessments") & none.not_().any().over("Assessments")
    return census.rows(factors).filter(mixed).select("AssessmentFactorsList", issue=pl.col("Assessments"))


@linked_rule(
    "8873Q",
    factors.AssessmentFactor,
    details.ReasonForClosure,
    summary="The only assessment found no factors, but the episode was not closed after assessment.",
    hint="If nothing was found, close the episode with RC8 or RC9; otherwise record what was found instead of 21.",
)
def no_factors_but_not_closed(census: Census) -> pl.LazyFrame:
    """Unconfirmed: an episode that is still open is queried too."""
    only = census.rows(assessments).filter(pl.len().over("CINdetails") == 1).select("Assessments")
    none = census.rows(factors).filter(pl.col("AssessmentFactor") == _NO_FACTORS).join(only, on="Assessments")
    episodes = census.rows(details).select("CINdetails", "ReasonForClosure").join(none, on="CINdetails")
    contradicted = ~pl.col("ReasonForClosure").is_in(CLOSED_AFTER_ASSESSMENT).fill_null(value=False)
    return episodes.filter(contradicted).select("AssessmentFactorsList", "CINdetails", issue=pl.col("CINdetails"))


@linked_rule(
    "8898",
    factors.AssessmentFactor,
    summary="One factor is recorded twice for the assessment.",
    hint="Keep the factor once and remove the repeats.",
)
def recorded_twice(census: Census) -> pl.LazyFrame:
    """One finding for each repeated factor of an assessment."""
    return repeated(census.rows(factors), "Assessments", "AssessmentFactor").select("issue", "AssessmentFactorsList")


@rule(
    "8945Q",
    factors.AssessmentFactor,
    since=2025,
    one_per=assessments,
    summary="Factor 18A is retired.",
    hint="Use 18B where a child was physically abused by a child, 18C where by an adult.",
)
def retired_physical_abuse(factor: Row) -> pl.Expr:
    """In small letters too."""
    return factor.AssessmentFactor.str.to_uppercase() == "18A"


@rule(
    "8950Q",
    factors.AssessmentFactor,
    since=2025,
    one_per=assessments,
    summary="Factor 19A is retired.",
    hint="Use 19B where a child was sexually abused by a child, 19C where by an adult.",
)
def retired_sexual_abuse(factor: Row) -> pl.Expr:
    """In small letters too."""
    return factor.AssessmentFactor.str.to_uppercase() == "19A"
