"""A return that has been read: its tables as frames, and what reading found."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from schemas.findings import Finding, Source, Unlisted
from schemas.tables import Layout


@dataclass(frozen=True, slots=True)
class ReturnData:
    """One return, read.

    `tables` has a frame for every table of the layout, empty ones included, with the columns that
    `schemas.tables` describes. `form` are the findings of the reader, those beyond the
    limit of a rule in `unlisted`.
    """

    layout: Layout
    authority: str
    source: Source
    tables: dict[str, pl.DataFrame]
    form: tuple[Finding, ...] = ()
    notices: tuple[str, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()
