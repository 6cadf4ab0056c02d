"""The header of the return."""

import polars as pl

from schemas.cin.tables import header
from schemas.rules import Row, rule


@rule(
    "100",
    header.ReferenceDate,
    header.Year,
    summary="The header's dates are not those of this collection.",
    hint="Set ReferenceDate to 31 March of the collection year and Year to that year, then export again.",
)
def wrong_reference_date(row: Row) -> pl.Expr:
    """The date is a constant of the collection; Year must name the same collection."""
    on_time = (row.ReferenceDate == row.period.end) & (row.Year == row.period.year)
    return ~on_time.fill_null(value=False)
