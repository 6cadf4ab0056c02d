"""The reference data that the rules of the looked-after return read, as far as it is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from adapters.postcodes.cache import looked_up, normal
from adapters.providers.places import with_authorities
from adapters.providers.workbook import read_providers
from adapters.xml.limits import Limits
from schemas.ssda903.layout import LAST
from schemas.ssda903.reference import POSTCODES, PROVIDERS

_POSTCODES = (("Episodes", "HOME_POST"), ("Episodes", "PL_POST"))


def reference_for(
    tables: Mapping[str, pl.DataFrame], postcodes: Path | None, providers: tuple[Path, ...], limits: Limits
) -> dict[str, pl.LazyFrame]:
    """Give the providers of Ofsted's workbooks, and the directory entries of their postcodes and the return's.

    Raise Rejected, Misconfigured where one of the files is not what it should be.
    """
    found: dict[str, pl.DataFrame] = {}
    listed = read_providers(providers, limits) if providers else None
    if postcodes is not None:
        theirs = [] if listed is None else [listed.get_column("postcode")]
        wanted = pl.concat([pl.Series("postcode", dtype=pl.String), *_postcodes(tables), *theirs])
        found[POSTCODES.name] = looked_up(postcodes, wanted)
    if listed is not None:
        found[PROVIDERS.name] = with_authorities(listed, found.get(POSTCODES.name))
    return {name: frame.lazy() for name, frame in found.items()}


def _postcodes(tables: Mapping[str, pl.DataFrame]) -> Iterator[pl.Series]:
    for table, field in _POSTCODES:
        for name in (table, f"{table}{LAST}"):
            if name in tables:
                yield tables[name].select(normal(field)).to_series().unique().rename("postcode")
