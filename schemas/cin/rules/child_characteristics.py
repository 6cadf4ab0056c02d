"""Characteristics of the child."""

import polars as pl

from schemas.cin.tables import characteristics
from schemas.rules import Row, rule


@rule(
    "4220",
    characteristics.Ethnicity,
    summary="The ethnicity is missing or not a code of the list.",
    hint="Record the child's ethnicity; use REFU where the family declined and NOBT where it has not been asked yet.",
)
def ethnicity_unknown(row: Row) -> pl.Expr:
    """Capital letters count."""
    return ~row.valid_code("Ethnicity").fill_null(value=False)
