"""Say of findings on a return that was built from which records of the case system they come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import polars as pl

from schemas.findings import Finding, Location, Origin


def traced(findings: Iterable[Finding], origins: Mapping[str, pl.DataFrame]) -> tuple[Finding, ...]:
    """Give each cell its origin; `origins` are those of a `ReturnData`."""
    if not origins:
        return tuple(findings)
    return tuple(
        replace(finding, locations=tuple(_traced(place, origins) for place in finding.locations))
        for finding in findings
    )


def _traced(place: Location, origins: Mapping[str, pl.DataFrame]) -> Location:
    rows = origins.get(place.table)
    if rows is None or place.row is None:
        return place
    table, key, person = (rows.item(place.row, name) for name in ("table", "key", "person"))
    return replace(place, origin=Origin(table, key, person)) if table else place
