"""Headline figures of a return: what an officer compares with last year's before signing.

A figure is one function of the whole `Census` that returns a lazy frame with one row per line:
`label`, `count`, where the line is a part of something `of` (what it is a part of), and where a label
may change over the years `key` (the code that it stands for). Lines keep their order; those with equal
keys are compared between years.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import ModuleType
from typing import Any

import polars as pl

from schemas.engine import CRASHES
from schemas.returns import ReturnData
from schemas.rules import Census, TableRef

Measure = Callable[[Census], pl.LazyFrame]
NOT_KNOWN = "Not known"
# The age bands of the published statistics, by the least age.
AGES = {0: "Under 1", 1: "1 to 4", 5: "5 to 9", 10: "10 to 15", 16: "16 and over"}
_MONTHS_IN_YEAR = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: a title, what its lines count, the tables it needs, and how it is taken."""

    title: str
    counts: str
    needs: tuple[str, ...]
    measure: Measure
    doc: str


@dataclass(frozen=True, slots=True)
class Line:
    """One number: `count` of `of`, where it is a part of something; `key` is what it is compared by."""

    key: str
    label: str
    count: int
    of: int | None = None

    @property
    def share(self) -> float | None:
        """Give the part in per cent; none without a whole."""
        return 100 * self.count / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure as one return has it: its lines, or the reason why there are none."""

    figure: Figure
    lines: tuple[Line, ...] = ()
    reason: str = ""


def figure(title: str, counts: str, *needs: TableRef) -> Callable[[Measure], Figure]:
    """Declare a figure; without the tables that it `needs` it is not taken."""

    def declare(measure: Measure) -> Figure:
        doc = " ".join((measure.__doc__ or "").split())
        return Figure(title, counts, tuple(table.name for table in needs), measure, doc)

    return declare


def declared(modules: Iterable[ModuleType]) -> tuple[Figure, ...]:
    """List the figures of modules, in the order in which they stand there."""
    return tuple(item for module in modules for item in vars(module).values() if isinstance(item, Figure))


def measure(figures: Iterable[Figure], data: ReturnData) -> tuple[Measured, ...]:
    """Take every figure of a return. One that cannot be taken says why, and stops no other."""
    census = Census(data)
    return tuple(_measured(item, census, data) for item in figures)


def _measured(item: Figure, census: Census, data: ReturnData) -> Measured:
    absent = next((name for name in item.needs if name not in data.tables), None)
    if absent is not None:
        return Measured(item, reason=f"The table {absent} was not given.")
    try:
        found = item.measure(census).collect()
        return Measured(item, tuple(_line(row) for row in found.to_dicts()))
    except CRASHES as error:
        return Measured(item, reason=f"It could not be taken ({type(error).__name__}). Please report this.")


def _line(row: dict[str, Any]) -> Line:
    return Line(row.get("key") or row["label"], row["label"], row["count"], row.get("of"))


def total(rows: pl.LazyFrame, label: str) -> pl.LazyFrame:
    """Count rows in one line."""
    return rows.select(
        pl.lit(label).alias("label"),
        pl.len().cast(pl.Int64).alias("count"),
        pl.lit(None, dtype=pl.Int64).alias("of"),
    )


def part(rows: pl.LazyFrame, label: str, condition: pl.Expr) -> pl.LazyFrame:
    """Count, in one line, the rows for which the condition holds, as a part of all rows."""
    return rows.select(
        pl.lit(label).alias("label"),
        condition.fill_null(value=False).sum().cast(pl.Int64).alias("count"),
        pl.len().cast(pl.Int64).alias("of"),
    )


def breakdown(rows: pl.LazyFrame, group: pl.Expr, labels: Mapping[str, str]) -> pl.LazyFrame:
    """Count rows by code, a line for each of `labels` in their order, and one for any other where there is any."""
    known = pl.when(group.is_in(list(labels))).then(group)
    counts = rows.select(known.alias("key")).group_by("key").agg(pl.len().cast(pl.Int64).alias("count"))
    order = pl.LazyFrame({"key": [*labels, None], "label": [*labels.values(), NOT_KNOWN]})
    lines = order.join(counts, on="key", how="left", nulls_equal=True, maintain_order="left")
    lines = lines.with_columns(pl.col("count").fill_null(0)).with_columns(of=pl.col("count").sum())
    return lines.filter(pl.col("key").is_not_null() | (pl.col("count") > 0))


def labels(table: TableRef, field: str, year: int) -> Mapping[str, str]:
    """Map the codes of a field to their labels in a year."""
    codes = table.newest.field(field).codes
    return codes.labels(year) if codes else {}


def whole_months(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Count the whole months between two dates."""
    months = (end.dt.year() - start.dt.year()) * _MONTHS_IN_YEAR + (end.dt.month() - start.dt.month())
    return months - (end.dt.day() < start.dt.day()).cast(pl.Int32)


def whole_years(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """Count the whole years between two dates: an age."""
    return whole_months(start, end) // _MONTHS_IN_YEAR


def open_at(rows: pl.LazyFrame, start: str, end: str, day: date) -> pl.LazyFrame:
    """Keep what has begun by a day and not ended by it; what ends on that day has ended."""
    return rows.filter((pl.col(start) <= day) & (pl.col(end).is_null() | (pl.col(end) > day)))


def banded(number: pl.Expr, bands: Mapping[int, str]) -> pl.Expr:
    """Name the band of a number: the one with the greatest lower bound that the number reaches; null where none."""
    name = pl.lit(None, dtype=pl.String)
    for bound, label in sorted(bands.items()):
        name = pl.when(number >= bound).then(pl.lit(label)).otherwise(name)
    return name
