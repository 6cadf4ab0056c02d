"""Pre-proceedings and family group decision-making: draft rules of the 2027 collection.

Unconfirmed as a whole: known from a draft of January 2026, while the rules were revised in February.
"""

import polars as pl

from schemas.cin.tables import pre_proceedings
from schemas.rules import Census, Row, linked_rule, rule
from schemas.vocabulary import missing, outside, present, yes

_FROM = 2027


@linked_rule(
    "8995Q",
    pre_proceedings.PPStartDate,
    since=_FROM,
    draft=True,
    summary="No child in the return has a record of pre-proceedings.",
    hint="Add the pre-proceedings module, or explain in the notes of the return why there is none.",
)
def none_at_all(census: Census) -> pl.LazyFrame:
    """One record anywhere passes. Unconfirmed: the draft may have changed."""
    counted = census.rows(pre_proceedings).select(pl.len().alias("records"))
    told = pl.format("{} children have a PreProceedingsandFGDM record.", "records")
    return counted.filter(pl.col("records") == 0).select(detail=told)


@rule(
    "9000Q",
    pre_proceedings.PPStartDate,
    since=_FROM,
    draft=True,
    summary="A record of pre-proceedings does not say when they began.",
    hint="Record the date of the decision to begin, or explain in the notes why it is not known yet.",
)
def start_missing(record: Row) -> pl.Expr:
    """Unconfirmed: asked of each record, not once of the return."""
    return missing(record.PPStartDate)


@rule(
    "9005",
    pre_proceedings.PPStartDate,
    since=_FROM,
    draft=True,
    summary="The date of the decision to begin pre-proceedings is not in the census year.",
    hint="Correct the date, or leave out pre-proceedings that began in another year.",
)
def start_outside_the_year(record: Row) -> pl.Expr:
    """Both ends of the year pass. Unconfirmed: the draft may have changed."""
    return outside(record.PPStartDate, record.period)


@rule(
    "9006",
    pre_proceedings.LBPSentDate,
    pre_proceedings.PPStartDate,
    since=_FROM,
    draft=True,
    summary="The letter before proceedings was sent outside the census year or before the decision to begin.",
    hint="Correct the date of the letter or of the decision.",
)
def letter_out_of_order(record: Row) -> pl.Expr:
    """Sent on the day of the decision passes. Unconfirmed: whether it must be later."""
    return outside(record.LBPSentDate, record.period) | (record.LBPSentDate < record.PPStartDate)


@rule(
    "9007",
    pre_proceedings.FGDMMeetingOffer,
    since=_FROM,
    draft=True,
    summary="The letter was sent, but it is not said whether it offered a family meeting.",
    hint="Record yes where the letter offered a family group decision-making meeting, no where it did not.",
)
def offer_not_stated(record: Row) -> pl.Expr:
    """An odd flag counts as stated. Unconfirmed: the draft may have changed."""
    return present(record.LBPSentDate) & missing(record.text("FGDMMeetingOffer"))


@rule(
    "9008",
    pre_proceedings.InitialPPMeetingDate,
    since=_FROM,
    draft=True,
    summary="The date of the first pre-proceedings meeting is not in the census year.",
    hint="Correct the date of the meeting.",
)
def meeting_outside_the_year(record: Row) -> pl.Expr:
    """Both ends of the year pass. Unconfirmed: the draft may have changed."""
    return outside(record.InitialPPMeetingDate, record.period)


@rule(
    "9009",
    pre_proceedings.StepDecisionDate,
    pre_proceedings.PPStartDate,
    since=_FROM,
    draft=True,
    summary="The decision to step up or down was made outside the census year or before pre-proceedings began.",
    hint="Correct the date of the decision or the start.",
)
def step_out_of_order(record: Row) -> pl.Expr:
    """Both on one day passes. Unconfirmed: the draft may have changed."""
    return outside(record.StepDecisionDate, record.period) | (record.StepDecisionDate < record.PPStartDate)


@rule(
    "9010Q",
    pre_proceedings.FGDMMeetingFac,
    since=_FROM,
    draft=True,
    summary="A family meeting was offered, but it is not said whether it was held.",
    hint="Record yes where the family group decision-making meeting took place, no where it did not.",
)
def meeting_not_stated(record: Row) -> pl.Expr:
    """An odd flag counts as stated. Unconfirmed: the draft may have changed."""
    return yes(record.FGDMMeetingOffer) & missing(record.text("FGDMMeetingFac"))


@rule(
    "9011",
    pre_proceedings.PPOutcome,
    since=_FROM,
    draft=True,
    summary="The outcome of pre-proceedings is not a code of the list.",
    hint="Record the outcome with its letter: the list has A, B and C.",
)
def outcome_unknown(record: Row) -> pl.Expr:
    """A missing outcome passes. Unconfirmed: what the three codes mean."""
    return ~record.valid_code("PPOutcome")


@rule(
    "9012",
    pre_proceedings.CourtAppDate,
    pre_proceedings.StepDecisionDate,
    since=_FROM,
    draft=True,
    summary="The application to court was made outside the census year or before the decision to step up.",
    hint="Correct the date of the application or of the decision.",
)
def application_out_of_order(record: Row) -> pl.Expr:
    """Both on one day passes. Unconfirmed: the draft may have changed."""
    return outside(record.CourtAppDate, record.period) | (record.CourtAppDate < record.StepDecisionDate)


@rule(
    "9013",
    pre_proceedings.LetterInitCPDate,
    pre_proceedings.CourtAppDate,
    since=_FROM,
    draft=True,
    summary="The letter about care proceedings was sent outside the census year or before the application.",
    hint="Correct the date of the letter or of the application.",
)
def proceedings_letter_out_of_order(record: Row) -> pl.Expr:
    """Both on one day passes. Unconfirmed: the draft may have changed."""
    return outside(record.LetterInitCPDate, record.period) | (record.LetterInitCPDate < record.CourtAppDate)


@rule(
    "9015Q",
    pre_proceedings.ReviewMeetingsCount,
    since=_FROM,
    draft=True,
    summary="A first meeting was held, but the number of meetings after it is missing.",
    hint="Record how many meetings followed, 0 for none.",
)
def meetings_uncounted(record: Row) -> pl.Expr:
    """A number that cannot be read counts as given. Unconfirmed: the draft may have changed."""
    return present(record.InitialPPMeetingDate) & missing(record.text("ReviewMeetingsCount"))
