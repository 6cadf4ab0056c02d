"""Find the authority in which a place lies."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from adapters.postcodes.cache import looked_up, normal

_POSTCODE = "_postcode"


def with_authorities(places: pl.LazyFrame, directory: Path) -> pl.LazyFrame:
    """Fill `authority` from `postcode` where a place does not name one; null where the directory lacks the postcode.

    Raise Misconfigured where the directory is none.
    """
    wanted = places.select(normal("postcode").alias(_POSTCODE)).unique().collect().get_column(_POSTCODE)
    known = looked_up(directory, wanted).select(
        pl.col("postcode").alias(_POSTCODE), pl.col("authority").alias("_there")
    )
    joined = places.with_columns(normal("postcode").alias(_POSTCODE)).join(
        known.lazy(), on=_POSTCODE, how="left", maintain_order="left"
    )
    return joined.with_columns(pl.coalesce("authority", "_there").alias("authority")).drop(_POSTCODE, "_there")
