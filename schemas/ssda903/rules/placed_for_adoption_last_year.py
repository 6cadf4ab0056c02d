"""PlacedAdoption against last year."""

import polars as pl

from schemas.rules import Census, linked_rule
from schemas.ssda903.rules.decisions import ORDER, reversal_told
from schemas.ssda903.rules.sequences import in_order, latest
from schemas.ssda903.tables import children, placed_adoption, placed_adoption_last
from schemas.vocabulary import missing, present, with_any, without_any


def _dated_last_year(census: Census, *conditions: pl.Expr) -> pl.LazyFrame:
    return census.rows(placed_adoption_last).filter(present(pl.col("DATE_PLACED")), *conditions)


@linked_rule(
    "559",
    placed_adoption.DATE_PLACED,
    summary="A decision to place for adoption was made before the year and last year's return has none.",
    hint="Correct the date of the decision, or last year's return.",
)
def decision_not_in_last_year(census: Census) -> pl.LazyFrame:
    """A decision on 1 April passes; so does one dated decision in last year's return, whatever its date."""
    early = census.rows(placed_adoption).filter(pl.col("DATE_PLACED") < census.period.start)
    return without_any(early, _dated_last_year(census), children).select("PlacedAdoption")


@linked_rule(
    "560",
    placed_adoption.DATE_PLACED,
    placed_adoption.DATE_PLACED_CEASED,
    summary="The decision to place for adoption that stood in last year's return has another date, or none.",
    hint="Give the decision with its date of last year, then its reversal if it no longer stands.",
)
def standing_decision_redated(census: Census) -> pl.LazyFrame:
    """One row with the same date is enough to pass, as is no row at all; the child's first row is shown."""
    standing = _dated_last_year(census, missing(pl.col("DATE_PLACED_CEASED")))
    this = census.rows(placed_adoption)
    lost = standing.join(this, on=["Children", "DATE_PLACED"], how="anti")
    first = in_order(this, placed_adoption, ORDER).unique("Children", keep="first", maintain_order=True)
    return with_any(first, lost, children).select("PlacedAdoption")


@linked_rule(
    "561",
    placed_adoption.DATE_PLACED,
    summary="A decision to place for adoption that was reversed in last year's return is given again.",
    hint="Take the row out, or correct its date.",
)
def reversed_decision_again(census: Census) -> pl.LazyFrame:
    """A date or a reason of the reversal is enough to fail; a decision on another day passes."""
    over = _dated_last_year(census, reversal_told())
    again = census.rows(placed_adoption).join(over, on=["Children", "DATE_PLACED"], how="semi")
    return again.select("PlacedAdoption")


@linked_rule(
    "584",
    placed_adoption.DATE_PLACED,
    summary="A decision to place for adoption is not later than the one that was reversed in last year's return.",
    hint="Correct the date of the decision, or last year's return.",
)
def decision_not_after_reversed(census: Census) -> pl.LazyFrame:
    """The day after the reversed decision passes, the same day and no date do not."""
    over = latest(_dated_last_year(census, reversal_told()), placed_adoption_last, ORDER)
    both = census.rows(placed_adoption).join(over.select("Children", reversed="DATE_PLACED"), on="Children")
    not_later = missing(pl.col("DATE_PLACED")) | (pl.col("DATE_PLACED") <= pl.col("reversed"))
    return both.filter(not_later).select("PlacedAdoption")
