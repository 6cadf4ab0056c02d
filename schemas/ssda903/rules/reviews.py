"""Reviews."""

import polars as pl

from schemas.rules import Row, rule
from schemas.ssda903.rules.terms import raw
from schemas.ssda903.tables import reviews
from schemas.vocabulary import missing, years_after, yes

_TOO_YOUNG = "PN0"
_OLD_ENOUGH = 4


@rule(
    "166",
    reviews.REVIEW,
    summary="The date of a review is missing or cannot be read.",
    hint="Give the date of the review as dd/mm/yyyy.",
)
def review_date_missing(review: Row) -> pl.Expr:
    """Any real date written dd/mm/yyyy passes."""
    return missing(review.REVIEW)


@rule(
    "167",
    reviews.REVIEW_CODE,
    reviews.REVIEW,
    summary="How the child took part in a review is missing or is no code of the list, or the review has no date.",
    hint="Give a code from PN0 to PN7 and the date for each review.",
)
def participation_missing_or_unknown_code(review: Row) -> pl.Expr:
    """A row with neither passes; a date that cannot be read counts as given."""
    dated = raw(reviews.REVIEW).is_not_null()
    return (dated & ~yes(review.valid_code("REVIEW_CODE"))) | (~dated & review.REVIEW_CODE.is_not_null())


@rule(
    "440",
    reviews.DOB,
    reviews.REVIEW,
    reviews.REVIEW_CODE,
    summary="A child of four or over is said to be too young to take part in a review (PN0).",
    hint="Use a code from PN1 to PN7, or correct the dates.",
)
def too_young_at_four(review: Row) -> pl.Expr:
    """A review on the day before the fourth birthday passes."""
    return (review.REVIEW_CODE == _TOO_YOUNG) & (review.REVIEW >= years_after(review.DOB, _OLD_ENOUGH))


@rule(
    "441",
    reviews.DOB,
    reviews.REVIEW,
    reviews.REVIEW_CODE,
    summary="A child under four is said to have taken part in a review.",
    hint="Use PN0, or correct the dates.",
)
def took_part_under_four(review: Row) -> pl.Expr:
    """A review on the fourth birthday passes, and so does a code that is not on the list."""
    took_part = review.valid_code("REVIEW_CODE") & (review.REVIEW_CODE != _TOO_YOUNG)
    return took_part & (review.REVIEW < years_after(review.DOB, _OLD_ENOUGH))
