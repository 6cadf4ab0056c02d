"""Where a placement is: what postcodes and Ofsted's list of providers say of an episode."""

from __future__ import annotations

import polars as pl

from schemas.rules import Census, TableRef
from schemas.ssda903.reference import POSTCODES, PROVIDERS
from schemas.ssda903.rules.terms import PLACEHOLDER_URN
from schemas.ssda903.tables import episodes

_METRES = 1000
_KILOMETRES_IN_A_MILE = 1.6093


def postcode(column: str) -> pl.Expr:
    """Give a postcode as the directory writes it: without spaces, in capitals."""
    return pl.col(column).str.replace_all(r"\s", "").str.to_uppercase()


def unknown_postcode(census: Census, rows: pl.LazyFrame, column: str) -> pl.LazyFrame:
    """Keep the rows whose postcode is given and not in the directory."""
    known = census.reference(POSTCODES).select("postcode")
    given = rows.filter(pl.col(column).is_not_null())
    return given.join(known, left_on=postcode(column), right_on="postcode", how="anti")


def placed(census: Census, table: TableRef = episodes) -> pl.LazyFrame:
    """Give the episodes, this year's or last year's, with PL_LA and PL_DISTANCE.

    PL_LA is the DfE code of the authority of the placement, or SCO, WAL or NIR; PL_DISTANCE the straight
    miles from home, to one decimal. Both are null where a postcode is blank or not known.
    """
    directory = census.reference(POSTCODES)
    rows = _looked_up(census.rows(table), directory, "PL_POST", "pl")
    rows = _looked_up(rows, directory.drop("authority"), "HOME_POST", "home")
    squares = [(pl.col(f"pl {way}") - pl.col(f"home {way}")).cast(pl.Float64).pow(2) for way in ("easting", "northing")]
    miles = (squares[0] + squares[1]).sqrt() / _METRES / _KILOMETRES_IN_A_MILE
    return rows.with_columns(pl.col("pl authority").alias("PL_LA"), miles.round(1).alias("PL_DISTANCE"))


def _looked_up(rows: pl.LazyFrame, directory: pl.LazyFrame, column: str, prefix: str) -> pl.LazyFrame:
    key = f"{prefix} postcode"
    entries = directory.select(pl.all().name.prefix(f"{prefix} "))
    return rows.with_columns(postcode(column).alias(key)).join(entries, on=key, how="left")


def location(census: Census) -> pl.Expr:
    """Give PL_LOCATION in a frame of `placed`: IN the authority that makes the return or OUT; null without PL_LA."""
    inside = pl.col("PL_LA") == census.authority
    return pl.when(inside.is_not_null()).then(pl.when(inside).then(pl.lit("IN")).otherwise(pl.lit("OUT")))


def has_number() -> pl.Expr:
    """Say that the episode has a number of Ofsted, not the placeholder."""
    return pl.col("URN").ne(PLACEHOLDER_URN).fill_null(value=False)


def at_none_of_the_premises(census: Census, rows: pl.LazyFrame, condition: pl.Expr) -> pl.LazyFrame:
    """Keep the episodes with a number of Ofsted for which none of the premises listed under it meets a condition.

    The condition may name the columns of the episode and, with `listed`, those of the list; null is no.
    """
    numbered = rows.filter(has_number())
    matching = _at_premises(census, numbered).filter(condition).select(episodes.name)
    return numbered.join(matching, on=episodes.name, how="anti")


def at_any_of_the_premises(census: Census, rows: pl.LazyFrame, condition: pl.Expr) -> pl.LazyFrame:
    """Keep the episodes with a number of Ofsted for which one of the premises listed under it meets a condition."""
    numbered = rows.filter(has_number())
    matching = _at_premises(census, numbered).filter(condition).select(episodes.name)
    return numbered.join(matching, on=episodes.name, how="semi")


def listed(column: str) -> pl.Expr:
    """Give a column of the list of providers in a condition on premises."""
    return pl.col(f"listed {column}")


def _at_premises(census: Census, numbered: pl.LazyFrame) -> pl.LazyFrame:
    premises = census.reference(PROVIDERS).select(pl.all().name.prefix("listed "))
    return numbered.join(premises, left_on="URN", right_on="listed urn", how="inner")
