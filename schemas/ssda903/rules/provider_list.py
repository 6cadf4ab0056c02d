"""Episodes against Ofsted's list of providers."""

import polars as pl

from schemas.rules import Census, linked_rule
from schemas.ssda903.rules.whereabouts import at_none_of_the_premises, listed
from schemas.ssda903.tables import episodes


@linked_rule(
    "219",
    episodes.URN,
    episodes.PLACE,
    summary="Ofsted does not list the provider for this type of placement.",
    hint="Check the URN and the type of placement against Ofsted's list.",
)
def placement_type_not_listed(census: Census) -> pl.LazyFrame:
    """One of several premises of the right type is enough; a URN that is not listed fails, XXXXXXX passes."""
    right_type = listed("places").list.contains(pl.col("PLACE"))
    return at_none_of_the_premises(census, census.rows(episodes), right_type).select("Episodes")
