"""What one case management system writes otherwise than the standard, put right on the text before it is read.

Codes in words, words instead of JSON, other date forms and filler values are read by the forms of the columns. What
takes more than one column, or another table, is here: each a normaliser, declared once. All of them run on every
source, since sites mix habits; `systems` says where each was seen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from adapters.ssd.forms import DATE, UPN
from schemas.ssd.layout import System, tables


@dataclass(frozen=True, slots=True)
class Known:
    """What a normaliser may look up: the day of the reading, and keys by other names (number, name, old number)."""

    today: date
    staff: Mapping[str, str]
    teams: Mapping[str, str]
    people: Mapping[str, str]


Repair = Callable[[pl.DataFrame, Known], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Normaliser:
    """One repair of one table, and the systems whose habit it meets."""

    table: str
    systems: tuple[System, ...]
    says: str
    repair: Repair


def _reason_in_place_of_number(people: pl.DataFrame, _: Known) -> pl.DataFrame:
    number, reason = pl.col("pers_upn"), pl.col("pers_upn_unknown")
    is_reason = number.str.contains(r"(?i)^UN[0-9]{1,2}$").fill_null(value=False)
    return people.with_columns(
        pers_upn=pl.when(~is_reason).then(number),
        pers_upn_unknown=pl.when(is_reason).then(pl.coalesce(reason, number)).otherwise(reason),
    )


def _number_in_place_of_reason(people: pl.DataFrame, _: Known) -> pl.DataFrame:
    number, reason = pl.col("pers_upn"), pl.col("pers_upn_unknown")
    is_number = UPN.read(reason).is_not_null()
    taken = is_number & (number.is_null() | (number == reason))
    return people.with_columns(
        pers_upn=pl.when(taken).then(reason).otherwise(number),
        pers_upn_unknown=pl.when(~taken.fill_null(value=False)).then(reason),
    )


def _due_date_as_birth_date(people: pl.DataFrame, known: Known) -> pl.DataFrame:
    born, due = pl.col("pers_dob"), pl.col("pers_expected_dob")
    to_come = (DATE.read(born) > known.today).fill_null(value=False)
    return people.with_columns(
        pers_dob=pl.when(~to_come).then(born),
        pers_expected_dob=pl.when(to_come).then(pl.coalesce(due, born)).otherwise(due),
    )


def _birth_date_repeats_due_date(people: pl.DataFrame, _: Known) -> pl.DataFrame:
    same = (pl.col("pers_dob") == pl.col("pers_expected_dob")).fill_null(value=False)
    return people.with_columns(pers_expected_dob=pl.when(~same).then(pl.col("pers_expected_dob")))


def _called_by(column: str, keys: Callable[[Known], Mapping[str, str]]) -> Repair:
    """Make the repair of a column that calls somebody by another name than the key."""

    def repair(rows: pl.DataFrame, known: Known) -> pl.DataFrame:
        return rows.with_columns(pl.col(column).replace(dict(keys(known))))

    return repair


def _staff(known: Known) -> Mapping[str, str]:
    return known.staff


def _teams(known: Known) -> Mapping[str, str]:
    return known.teams


def _people(known: Known) -> Mapping[str, str]:
    return known.people


def _pointing_at(parent: str, keys: Callable[[Known], Mapping[str, str]], says: str) -> tuple[Normaliser, ...]:
    return tuple(
        Normaliser(table.name, (System.SYSTEMC, System.MOSAIC), says, _called_by(column.name, keys))
        for table in tables().values()
        if table.carries_cases
        for column in table.columns
        if column.points_to.startswith(f"{parent}.")
    )


_ALL = tuple(System)
NORMALISERS: tuple[Normaliser, ...] = (
    Normaliser(
        "ssd_person", _ALL, "a reason for having no pupil number stands as the number", _reason_in_place_of_number
    ),
    Normaliser(
        "ssd_person", (System.ECLIPSE,), "the pupil number stands as the reason too", _number_in_place_of_reason
    ),
    Normaliser(
        "ssd_person", _ALL, "a birth date to come is the day on which the child is due", _due_date_as_birth_date
    ),
    Normaliser(
        "ssd_person", (System.ECLIPSE,), "the birth date is given as the due date too", _birth_date_repeats_due_date
    ),
    Normaliser(
        "ssd_permanence",
        (System.SYSTEMC,),
        "the child is called by the older number",
        _called_by("perm_person_id", _people),
    ),
    *_pointing_at("ssd_professionals", _staff, "a worker is called by staff number or name"),
    *_pointing_at("ssd_department", _teams, "a team is called by its name"),
)


def repaired(table: str, rows: pl.DataFrame, known: Known) -> pl.DataFrame:
    """Put right what systems write otherwise in a part of a table, all columns as text under their present names."""
    for normaliser in NORMALISERS:
        if normaliser.table == table:
            rows = normaliser.repair(rows, known)
    return rows


@dataclass(frozen=True, slots=True)
class Sign:
    """A column, or a table, by whose presence a deployment is told from the others."""

    system: System
    table: str
    column: str


_SIGNS = (
    Sign(System.MOSAIC, "ssd_cin_plans", "cin_plan_id"),
    Sign(System.MOSAIC, "ssd_cin_visits", "cinv_cin_plan_id"),
    Sign(System.MOSAIC, "ssd_cla_care_plan", "lacp_cla_care_plan_id"),
    Sign(System.SYSTEMC, "ssd_cohort", "dim_person_id"),
    Sign(System.SYSTEMC, "ssd_cla_reviews", "clar_cla_person_id"),
)


def system_of(columns: Mapping[str, frozenset[str]]) -> System | None:
    """Tell the case management system from the tables and columns that are there; None where nothing tells."""
    for sign in _SIGNS:
        if sign.column in columns.get(sign.table, frozenset()):
            return sign.system
    reviews = columns.get("ssd_cla_reviews", frozenset())
    return System.ECLIPSE if reviews and "ssd_family" in columns else None


def release_of(columns: Mapping[str, frozenset[str]]) -> str:
    """Tell the release of the standard as far as columns tell it; nothing in the database says it."""
    if "clar_cla_person_id" in columns.get("ssd_cla_reviews", frozenset()):
        return "1.4.1 or later"
    return "before 1.4.1, or a system that lacks its columns"
