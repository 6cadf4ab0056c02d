"""A return that has been read: its tables as frames, and what reading found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from schemas.findings import Finding, Source, Unlisted
from schemas.tables import Layout

ORIGIN = pl.Schema({"table": pl.String(), "key": pl.String(), "person": pl.String()})
"""Where a record was built from: the table of the case system, the key there, the person whom it is about."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file or folder that was given and not read: its name, and a sentence that says so and why."""

    name: str
    told: str
    is_folder: bool = False


@dataclass(frozen=True, slots=True)
class Faults:
    """What reading some files found: form findings, those beyond the limit of a rule, and what was not read at all."""

    form: tuple[Finding, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class ReturnData:
    """One return, read.

    `tables` has a frame for every table that was given, empty ones included, with the columns that
    `schemas.tables` describes: a message gives every table of its layout, loose files those that
    they hold. Of the tables beside the layout it has those that were given too. `form` are the
    findings of the reader, those beyond the limit of a rule in `unlisted`. `reference` holds
    reference data by the name of its `schemas.rules.Reference`. `origins` have a row of `ORIGIN` for each record of
    a table that was built from case records; a return that was only read has none. `at` is the day on which the data
    were taken, for a return that is of a day and not of a year. `files` name, for a table of a return in several files,
    those that its records are from, each with the number of its records, in the order of the records. `left_out` is
    what was given and not read. `beside` is what reading found in the files of tables beside the layout, such as last
    year's: no finding on this return.
    """

    layout: Layout
    authority: str
    source: Source
    tables: dict[str, pl.DataFrame]
    form: tuple[Finding, ...] = ()
    notices: tuple[str, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()
    reference: Mapping[str, pl.LazyFrame] = field(default_factory=dict)
    origins: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    at: date | None = None
    files: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    beside: Faults = Faults()
