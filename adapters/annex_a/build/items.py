"""Transformations that several lists share."""

from __future__ import annotations

import polars as pl

from adapters.mapping.declare import Beside
from adapters.mapping.items import Mapped, child, same
from adapters.mapping.span import ReturnYear
from schemas.annex_a.layout import MONTHS
from schemas.annex_a.rules.terms import MONTHS_IN_YEAR, NO, YES
from schemas.figures import whole_years

DAY = "the day of the data"
FILLER = 1900
SHORT_BREAKS = ("V3", "V4")
WINDOW = f"the last {MONTHS} months"
TEAM_AND_WORKER = (Beside("department", named_in="team"), Beside("professionals", named_in="worker"))
_NOT_STATED = "N0"


def recent(start: str, end: str, extract: ReturnYear) -> pl.Expr:
    """Take what is open or ended in the window, and had begun by the day."""
    return pl.col(start).is_not_null() & extract.touches(start, end)


def need(target: str, source: str) -> Mapped:
    """Take a category of need; N0 where it is not known."""
    return Mapped(
        target,
        (source,),
        "N0 where it is not known.",
        lambda _extract: pl.col("primary_need").fill_null(_NOT_STATED),
        same,
    )


def year_ago(extract: ReturnYear) -> pl.Expr:
    """Give the same day a year before the day of the data."""
    return pl.lit(extract.end).dt.offset_by(f"-{MONTHS_IN_YEAR}mo")


def flag(condition: pl.Expr) -> pl.Expr:
    """Write what is true or not as a choice; null stays null."""
    return pl.when(condition).then(pl.lit(YES)).when(condition.is_not_null()).then(pl.lit(NO))


def flag_back(choice: pl.Expr) -> pl.Expr:
    """Read a choice back as true or not; null where it is neither yes nor no."""
    return pl.when(choice.is_in([YES, NO])).then(choice == YES)


def yes_no(target: str, source: str, how: str, condition: pl.Expr, *more: str) -> Mapped:
    """Take a flag that reads back into its first source."""
    return Mapped(target, (source, *more), how, lambda _extract: flag(condition), flag_back)


def told(target: str, column: str, how: str, *sources: str) -> Mapped:
    """Take what was brought beside the row; it reads back into its first source."""
    return Mapped(target, sources, how, lambda _extract: pl.col(column), same)


def derived(target: str, column: str, how: str, *sources: str) -> Mapped:
    """Take what was brought beside the row and cannot be read back."""
    return Mapped(target, sources, how, lambda _extract: pl.col(column))


def by_day(target: str, source: str) -> Mapped:
    """Take a date: none where it is after the day of the data, or of 1900, which some case systems fill in."""
    column = source.partition(".")[2]
    how = f"Blank where it is after {DAY}, or of {FILLER}."
    return Mapped(
        target, (source,), how, lambda it: pl.when(pl.col(column).dt.year() != FILLER).then(it.by_end(column)), same
    )


def about() -> tuple[Mapped, ...]:
    """Give what every list says of a child."""
    return (*known(), _AGE)


def known() -> tuple[Mapped, ...]:
    """Give what does not depend on the day."""
    return (child("child_id"), GENDER, ETHNICITY, BIRTH)


def whom() -> tuple[Mapped, ...]:
    """Give team and worker of a record that names them itself."""
    return (
        told("team", "_team", "Its name.", "department.name"),
        told("worker", "_worker", "The worker's name.", "professionals.name"),
    )


def allocated(*fallback: str) -> tuple[Mapped, ...]:
    """Give team and worker of the involvement that overlaps the record."""
    how = "Of the allocation in the time of the episode: the case worker's, open ones first, then the latest"
    end = "; the team and worker of the episode itself where there is none." if fallback else "."
    sources = ("involvements.role", "involvements.start_date", "involvements.end_date", *fallback)
    return (
        told("team", "_team", how + end, "department.name", "involvements.team", *sources),
        told("worker", "_worker", how + end, "professionals.name", "involvements.professional", *sources),
    )


GENDER = Mapped(
    "gender",
    ("person.sex", "person.gender_identity", "person.date_of_birth"),
    "From the gender identity where it says male or female, or neither; else the sex; not stated for the unborn.",
    lambda _extract: pl.col("_gender"),
    lambda choice: pl.when(choice.is_in(["M", "F", "U"])).then(choice),
)
ETHNICITY = Mapped(
    "ethnicity",
    ("person.ethnicity",),
    "UNKNOWN where it is not known.",
    lambda _extract: pl.col("_ethnicity"),
    lambda choice: pl.when(choice != "UNKNOWN").then(choice),
)
BIRTH = told("birth_date", "_birth", f"Blank for a child who was not born by {DAY}.", "person.date_of_birth")
_AGE = Mapped(
    "age",
    ("person.date_of_birth",),
    f"Whole years on {DAY}.",
    lambda extract: whole_years(pl.col("_birth"), pl.lit(extract.end)),
)
DISABILITY = derived(
    "disability", "_disability", "Yes where any kind other than NONE is recorded, else No.", "disability.code"
)
