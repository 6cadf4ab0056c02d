"""Say of findings from which file they come, and of those on a return that was built from which case records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import accumulate

import polars as pl

from schemas.findings import Finding, Location, Origin

Files = tuple[tuple[str, int], ...]


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


def filed(findings: tuple[Finding, ...], files: Mapping[str, Files]) -> tuple[Finding, ...]:
    """Give each cell its file; `files` are those of a `ReturnData`."""
    if not files:
        return findings
    return tuple(
        replace(finding, locations=tuple(_filed(place, files.get(place.table, ())) for place in finding.locations))
        for finding in findings
    )


def _filed(place: Location, files: Files) -> Location:
    name = _file_of(place, files)
    return replace(place, file=name) if name else place


def _file_of(place: Location, files: Files) -> str:
    if len(files) == 1:
        return files[0][0]
    if place.row is None:
        return next((name for name, _ in files if name == place.path), "")
    ends = accumulate(count for _, count in files)
    return next((name for (name, _), end in zip(files, ends, strict=True) if place.row < end), "")
