"""In which authority the premises of a provider are."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import polars as pl

from adapters.postcodes.cache import looked_up
from schemas.authorities import authorities

_FORM = re.compile(
    r"\b(?:london borough|county|city|metropolitan|borough|district|unitary|royal|council|of|the)\b|[^a-z ]",
    re.IGNORECASE,
)


def authority_codes(rows: pl.DataFrame, postcodes: Path | None) -> pl.Series:
    """Give the DfE code for each row (columns `postcode` and `named`), by postcode first; null where neither tells."""
    by_name = pl.Series([_by_name().get(_plain(name or "")) for name in rows.get_column("named")], dtype=pl.String)
    if postcodes is None:
        return by_name
    known = looked_up(postcodes, rows.get_column("postcode")).select("postcode", "authority").collect()
    found = rows.select("postcode").join(known, on="postcode", how="left", maintain_order="left")
    return found.get_column("authority").zip_with(found.get_column("authority").is_not_null(), by_name)


@cache
def _by_name() -> dict[str, str]:
    return {_plain(pair.name): pair.code for pair in authorities() if pair.until is None}


def _plain(name: str) -> str:
    """Leave out of a name what says only what kind of council it is."""
    return " ".join(_FORM.sub(" ", name.casefold().replace("&", "and")).split())
