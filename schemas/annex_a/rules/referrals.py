"""List 3: referrals."""

from __future__ import annotations

import polars as pl

from schemas.annex_a.layout import CHILDREN
from schemas.annex_a.rules.shapes import of_child, of_list, of_window
from schemas.annex_a.rules.terms import MONTHS_IN_YEAR
from schemas.annex_a.tables import referrals
from schemas.rules import Census, linked_rule

blank, unreadable, unknown_choice, after_the_day, twice = of_list(referrals, __name__)
out_of_scope = of_window(referrals, __name__)
age_differs, before_birth = of_child(referrals, __name__)


@linked_rule(
    "AX0310Q",
    referrals.earlier_referrals,
    referrals.referral_date,
    summary="The list itself has more earlier referrals of the child than the number of them says.",
    hint="Count the other referrals of the child in the 12 months before this one.",
)
def fewer_than_listed(census: Census) -> pl.LazyFrame:
    """Earlier referrals that the list no longer covers may make the number greater, so more than listed passes."""
    rows = census.rows(referrals).drop_nulls((CHILDREN, "referral_date"))
    earlier = rows.select(CHILDREN, pl.col("referral_date").alias("day"))
    since = pl.col("referral_date").dt.offset_by(f"-{MONTHS_IN_YEAR}mo")
    pairs = rows.join(earlier, on=CHILDREN).filter((pl.col("day") < pl.col("referral_date")) & (pl.col("day") >= since))
    counted = pairs.group_by(referrals.name, "earlier_referrals").agg(pl.len().alias("listed"))
    return counted.filter(pl.col("listed") > pl.col("earlier_referrals")).select(referrals.name)
