"""In which authority the premises of a provider are."""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from schemas.authorities import authorities

_NAMED = "_named"
_FORM = re.compile(
    r"\b(?:london borough|county|city|metropolitan|borough|district|unitary|royal|council|of|the)\b|[^a-z ]",
    re.IGNORECASE,
)


def with_authorities(providers: pl.DataFrame, postcodes: pl.DataFrame | None) -> pl.DataFrame:
    """Put beside each provider, as `read_providers` gives them, the DfE code of the authority in which it is.

    That is the one of its postcode, where there are `postcodes` and they have it, else the one that is `named`; null
    where neither tells.
    """
    named = pl.Series(_NAMED, [_by_name().get(_plain(name or "")) for name in providers.get_column("named")], pl.String)
    rows = providers.drop("named").with_columns(named)
    if postcodes is None:
        return rows.rename({_NAMED: "authority"})
    known = postcodes.select("postcode", "authority")
    rows = rows.join(known, on="postcode", how="left", maintain_order="left")
    return rows.with_columns(pl.coalesce("authority", _NAMED).alias("authority")).drop(_NAMED)


@cache
def _by_name() -> dict[str, str]:
    return {_plain(pair.name): pair.code for pair in authorities() if pair.until is None}


def _plain(name: str) -> str:
    """Leave out of a name what says only what kind of council it is."""
    return " ".join(_FORM.sub(" ", name.casefold().replace("&", "and")).split())
