"""Fields that the dataset tells only through others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

# Care leavers have a service until they are 25.
_ADULT = "26y"


def _kind(people: pl.DataFrame, today: date) -> pl.DataFrame:
    born, due = pl.col("date_of_birth"), pl.col("expected_date_of_birth")
    grown = (born.dt.offset_by(_ADULT) <= today).fill_null(value=False)
    unborn = born.is_null() & due.is_not_null()
    kind = pl.when(unborn).then(pl.lit("UNBORN")).when(grown).then(pl.lit("ADULT")).otherwise(pl.lit("CHILD"))
    return people.with_columns(kind=kind)


_DERIVED: Mapping[str, Callable[[pl.DataFrame, date], pl.DataFrame]] = {"person": _kind}


def derived(case: str, values: pl.DataFrame, today: date) -> pl.DataFrame:
    """Fill the fields of a case table that follow from its other fields."""
    return _DERIVED[case](values, today) if case in _DERIVED else values
