"""Transformations that several returns share, each declared once with its words; and how people are known in them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from adapters.mapping import declare
from adapters.mapping.declare import ID
from adapters.mapping.span import ReturnYear
from adapters.mapping.tables import newest
from schemas.vocabulary import upn_check_letter

Mapped = declare.Mapped[[ReturnYear]]

CHILD = "_child"
"""The column with the identifier under which a child is returned."""
_OTHER_MARKS = "[^A-Za-z0-9]"
_SEX_CODES_CHANGED = 2025
_NOT_ASKED = "NOBT"


def always(_year: ReturnYear) -> pl.Expr:
    """Take every row that is there."""
    return pl.lit(value=True)


def as_is(target: str, source: str, instead: str = "") -> Mapped:
    """Take a field as it stands."""
    return Mapped(target, (source,), instead=instead)


def constant(target: str, how: str, value: str) -> Mapped:
    """Give what is the same in every return."""
    return Mapped(target, (), how, lambda _year: pl.lit(value))


def by_end(target: str, source: str, instead: str = "") -> Mapped:
    """Take a date, none where it is after the end of the year."""
    column = source.partition(".")[2]
    how = "Blank where it is after the end of the year."
    return Mapped(target, (source,), how, lambda year: year.by_end(column), same, instead)


def child(target: str) -> Mapped:
    """Take the identifier of the child."""
    return Mapped(
        target,
        ("person.id", "person.legacy_reference"),
        "The case system's own id, or the one in the older system where that is chosen; letters and digits alone where "
        "that keeps children apart.",
        lambda _year: pl.col(CHILD),
        same,
    )


def sex(target: str, before: Mapping[str, str], *, sources: tuple[str, ...] = ("person.sex",)) -> Mapped:
    """Take the sex: M, F, U, in the codes that the return had before 2025 where it is older."""
    codes = ", ".join(f"{new} as {old}" for new, old in before.items())
    earlier = f" Before {_SEX_CODES_CHANGED} {codes}." if codes else ""
    return Mapped(
        target,
        sources,
        f"U where it is not known, and of a child who is not born yet.{earlier}",
        lambda year: sex_code(year, before),
        lambda text: text.replace(dict(zip(before.values(), before, strict=True))),
    )


def sex_code(year: ReturnYear, before: Mapping[str, str]) -> pl.Expr:
    """Give the code for the column `_sex`."""
    known = pl.col("_sex").fill_null("U")
    return known if year.year >= _SEX_CODES_CHANGED else known.replace_strict(before, default=None)


def ethnicity(target: str) -> Mapped:
    """Take the ethnic group."""
    how = f"{_NOT_ASKED} where it is not known."
    return Mapped(target, ("person.ethnicity",), how, lambda _year: pl.col("ethnicity").fill_null(_NOT_ASKED), same)


def same(text: pl.Expr) -> pl.Expr:
    """Read back what stands there."""
    return text


def known_as(people: pl.DataFrame, year: ReturnYear) -> pl.DataFrame:
    """Put beside people the identifier under which each is returned, and their pupil number where it is a good one.

    `_sex` is the sex of those who are born by the end of the year.
    """
    own = pl.col("legacy_reference") if year.legacy_ids else pl.col(ID)
    bare = own.str.replace_all(_OTHER_MARKS, "")
    apart = bare.n_unique() == own.n_unique()
    good = pl.col("upn").str.slice(0, 1) == upn_check_letter(pl.col("upn"))
    return people.with_columns(
        pl.when(apart).then(bare).otherwise(own).alias(CHILD),
        pl.when(good).then("upn").alias("_upn"),
        pl.when(~unborn(year)).then("sex").alias("_sex"),
    )


def with_numbers(people: pl.DataFrame, identifiers: pl.DataFrame) -> pl.DataFrame:
    """Give people without a pupil number the latest that is held among their other identifiers."""
    latest = newest(identifiers.filter(pl.col("kind") == "UPN"), "person", "start_date")
    other = latest.select(pl.col("person").alias("id"), pl.col("value").alias("_other_upn"))
    joined = people.join(other, on="id", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("upn", "_other_upn").alias("upn")).drop("_other_upn")


def unborn(year: ReturnYear) -> pl.Expr:
    """Say that a child is not born by the end of the year."""
    later = (pl.col("date_of_birth") > year.end).fill_null(value=False)
    return later | (pl.col("date_of_birth").is_null() & pl.col("expected_date_of_birth").is_not_null())
