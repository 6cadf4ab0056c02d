"""How the texts of a field become typed values."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from schemas.fields import Field, Kind

_YEAR = "^[0-9]{4}$"
_COUNT = "^[0-9]{1,9}$"
_FLAGS = {"0": False, "1": True, "false": False, "true": True}


@dataclass(frozen=True, slots=True)
class DateForm:
    """How a return writes its dates: for people, for strptime, and as a pattern for the whole text.

    `base` is the XSD type that the pattern narrows.
    """

    title: str
    strptime: str
    pattern: str
    base: str


ISO_DATES = DateForm("YYYY-MM-DD", "%Y-%m-%d", "[0-9]{4}-[0-9]{2}-[0-9]{2}", "xs:date")
BRITISH_DATES = DateForm("dd/mm/yyyy", "%d/%m/%Y", "(0[1-9]|[12][0-9]|3[01])/(0[1-9]|1[0-2])/[0-9]{4}", "xs:token")


def typed(declared: Field, texts: pl.Series, dates: DateForm = ISO_DATES) -> pl.Series:
    """Read the texts of a field as its kind; see `typed_column`."""
    return texts.to_frame("x").select(typed_column(declared, pl.col("x"), dates)).to_series()


def typed_column(declared: Field, texts: pl.Expr, dates: DateForm = ISO_DATES) -> pl.Expr:
    """Read the texts of a field as its kind; null where a text does not fit.

    Dates have the form `dates` and are real; counts are digits; flags are 0, 1, true or false in any case.
    """
    if declared.kind is Kind.DATE:
        return _shaped(texts, f"^(?:{dates.pattern})$").str.to_date(dates.strptime, strict=False)
    if declared.kind is Kind.BOOLEAN:
        return texts.str.to_lowercase().replace_strict(_FLAGS, default=None, return_dtype=pl.Boolean)
    return _shaped(texts, _YEAR if declared.kind is Kind.YEAR else _COUNT).cast(pl.Int32, strict=False)


def _shaped(texts: pl.Expr, shape: str) -> pl.Expr:
    return pl.when(texts.str.contains(shape)).then(texts)
