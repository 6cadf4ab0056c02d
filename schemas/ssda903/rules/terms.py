"""What the rules of the looked-after return mean by the same words: groups of codes and conditions on one record."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from schemas.periods import Period
from schemas.rules import FieldRef, text
from schemas.ssda903.layout import LAST_YEAR, code_set, ssda903_layout
from schemas.ssda903.tables import ad1, oc2, oc3
from schemas.tables import TYPED

SHORT_BREAKS = ("V3", "V4")
YOUTH_JUSTICE = ("J1", "J2", "J3")
PLACEMENT_ORDER = "E1"
FREEING_ORDER = "D1"

STARTED = "S"
CONTINUED = ("P", "L", "T", "U", "B")
MOVED = ("P", "B", "T", "U")

TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
FOSTERING = ("U1", "U2", "U3", "U4", "U5", "U6")
FOR_ADOPTION = ("A3", "A4", "A5", "A6")

ANOTHER_EPISODE = "X1"
ADOPTED = ("E11", "E12")
SPECIAL_GUARDIANSHIP = ("E45", "E46", "E47", "E48")

PLACEHOLDER_URN = "XXXXXXX"
OUTSIDE_ENGLAND = ("CON", "NIR", "SCO", "WAL", "NUK")

ADOPTION_ITEMS = (ad1.DATE_INT, ad1.DATE_MATCH, ad1.FOSTER_CARE, ad1.NB_ADOPTR, ad1.SEX_ADOPTR, ad1.LS_ADOPTR)
LEAVER_ITEMS = (oc3.IN_TOUCH, oc3.ACTIV, oc3.ACCOM)
CORE_HEALTH_ITEMS = (oc2.IMMUNISATIONS, oc2.TEETH_CHECK, oc2.HEALTH_ASSESSMENT, oc2.SUBSTANCE_MISUSE)
HEALTH_ITEMS = (
    oc2.CONVICTED,
    oc2.HEALTH_CHECK,
    *CORE_HEALTH_ITEMS,
    oc2.INTERVENTION_RECEIVED,
    oc2.INTERVENTION_OFFERED,
)


def male(year: int) -> str:
    """Give the code for male in a collection year."""
    return _sex("Male", year)


def female(year: int) -> str:
    """Give the code for female in a collection year."""
    return _sex("Female", year)


def _sex(label: str, year: int) -> str:
    return next(code for code, meaning in code_set("Sex").labels(year).items() if meaning == label)


def other_placements(year: int) -> tuple[str, ...]:
    """List the codes for placements of other kinds: Z1 up to 2025, Z11 to Z14 from 2026."""
    return tuple(code for code in code_set("Placement").values(year) if code.startswith("Z"))


def unregistered(year: int) -> tuple[str, ...]:
    """List the placement codes of a year that have no number of Ofsted."""
    codes = {"H5", "P1", "P2", "P3", "R1", "R2", "R5", *TEMPORARY, *other_placements(year)}
    return tuple(code for code in code_set("Placement").values(year) if code in codes)


def left_care(year: int) -> tuple[str, ...]:
    """List the reasons that end care, all but X1."""
    return tuple(code for code in code_set("ReasonEpisodeCeased").values(year) if code != ANOTHER_EPISODE)


def raw(field: FieldRef, prefix: str = "") -> pl.Expr:
    """Give the text of a field as it stands in the file, null only where it is blank."""
    declared = ssda903_layout(LAST_YEAR).table(field.table).field(field.field)
    return pl.col(prefix + (text(field.field) if declared.kind in TYPED else field.field))


def any_given(fields: Iterable[FieldRef]) -> pl.Expr:
    """Say that at least one of the fields is filled, with a readable value or not."""
    return pl.any_horizontal(raw(field).is_not_null() for field in fields)


def all_given(fields: Iterable[FieldRef]) -> pl.Expr:
    """Say that every one of the fields is filled, with a readable value or not."""
    return pl.all_horizontal(raw(field).is_not_null() for field in fields)


def among(code: pl.Expr, codes: Iterable[str]) -> pl.Expr:
    """Say that a code is one of `codes`; a blank one is not, so that the negation is true of it."""
    return code.is_in(list(codes)).fill_null(value=False)


def unreadable(field: FieldRef) -> pl.Expr:
    """Say that a typed field is filled with something that cannot be read."""
    return pl.col(field.field).is_null() & raw(field).is_not_null()


def on_short_break(legal_status: pl.Expr) -> pl.Expr:
    """Say that the legal status is that of a short break; a blank one is not."""
    return among(legal_status, SHORT_BREAKS)


def in_year(period: Period) -> pl.Expr:
    """Say that the episode has a day in the year: it starts by the end and is open or ends on or after the start."""
    runs = pl.col("DEC").is_null() | (pl.col("DEC") >= period.start)
    return ((pl.col("DECOM") <= period.end) & runs).fill_null(value=False)
