"""How long an episode lasts, within the year that a return tells of."""

from __future__ import annotations

from datetime import date

import polars as pl

from schemas.ssda903.rules.terms import raw
from schemas.ssda903.tables import episodes


def last_day(end_of_year: date) -> pl.Expr:
    """Give the last day of an episode: that of the year while it is open, null where its end cannot be read."""
    return pl.when(raw(episodes.DEC).is_null()).then(end_of_year).otherwise(pl.col("DEC"))
