"""Decisions to place for adoption, each of which stands until it is reversed."""

import polars as pl

from schemas.vocabulary import present

ORDER = ("DATE_PLACED", "DATE_PLACED_CEASED")


def reversal_told() -> pl.Expr:
    """Say that a decision was reversed: it has a readable date or a reason of that."""
    return present(pl.col("DATE_PLACED_CEASED")) | present(pl.col("REASON_PLACED_CEASED"))
