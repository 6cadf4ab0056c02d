"""The header of the return."""

import polars as pl

from schemas.cin.tables import header
from schemas.rules import Census, linked_rule


@linked_rule(
    "100",
    header.ReferenceDate,
    header.Year,
    summary="The header's reference date or year is not that of this collection.",
    hint="Set ReferenceDate to 31 March of the collection year and Year to that year, then export again.",
)
def wrong_reference_date(census: Census) -> pl.LazyFrame:
    """The date is a constant of the collection; a return without a header fails too.

    Year must name the same collection; it is marked where it does not.
    """
    on_time = (pl.col("ReferenceDate") == census.period.end).fill_null(value=False)
    same_year = (pl.col("Year") == census.period.year).fill_null(value=False)
    wrong = census.rows(header).filter(~(on_time & same_year))
    marked = wrong.select(
        pl.col("Header").alias("Header.ReferenceDate"), pl.when(~same_year).then("Header").alias("Header.Year")
    )
    without = census.rows(header).select(pl.len()).filter(pl.col("len") == 0)
    nowhere = without.select(pl.col("len").replace(0, None).cast(pl.Int32).alias("Header.ReferenceDate"))
    return pl.concat([marked, nowhere], how="diagonal").with_columns(issue=pl.lit(0))
