"""Episodes: postcodes, and what follows from them."""

import polars as pl

from schemas.rules import Census, linked_rule
from schemas.ssda903.rules.terms import on_short_break
from schemas.ssda903.rules.whereabouts import placed, unknown_postcode
from schemas.ssda903.tables import episodes


@linked_rule(
    "169",
    episodes.PL_POST,
    episodes.LS,
    summary="The authority of the placement cannot be found from its postcode.",
    hint="Give the postcode of the placement.",
)
def authority_of_placement_unknown(census: Census) -> pl.LazyFrame:
    """Short breaks (V3 and V4) pass; a blank legal status does not."""
    return placed(census).filter(~on_short_break(pl.col("LS")) & pl.col("PL_LA").is_null()).select("Episodes")


@linked_rule(
    "392c",
    episodes.HOME_POST,
    episodes.PL_POST,
    summary="A postcode is not in the national directory.",
    hint="Correct the postcode.",
)
def postcode_not_in_directory(census: Census) -> pl.LazyFrame:
    """A blank postcode passes; spaces and letter case do not count."""
    rows = census.rows(episodes)
    found = [
        unknown_postcode(census, rows, name).select("Episodes", pl.col("Episodes").alias(f"Episodes.{name}"))
        for name in ("HOME_POST", "PL_POST")
    ]
    return pl.concat(found, how="diagonal").select("Episodes.HOME_POST", "Episodes.PL_POST", issue="Episodes")
