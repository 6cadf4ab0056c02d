"""Header against last year."""

from collections.abc import Callable

import polars as pl

from schemas.periods import Period
from schemas.rules import Census, FieldRef, Rule, linked_rule
from schemas.ssda903.layout import code_set
from schemas.ssda903.rules.last_year import beside_last_year, last
from schemas.ssda903.rules.pupil_numbers import BELOW_SCHOOL_AGE, is_number, stands_for_none
from schemas.ssda903.rules.terms import among
from schemas.ssda903.tables import children, episodes, header, header_last
from schemas.vocabulary import with_any

_MOTHER = "1"


def _as_before(field: str, _period: Period) -> pl.Expr:
    return last(field)


def _in_this_years_codes(field: str, period: Period) -> pl.Expr:
    """Give last year's sex in the codes of this year: 1 and 2 of 2024 are M and F in 2025."""
    codes = code_set("Sex")
    renamed = {old: new for old in codes.values(period.year - 1) if (new := codes.successor(old, period.year))}
    return last(field).replace(renamed)


def _changed(code: str, field: str, item: str, before: Callable[[str, Period], pl.Expr] = _as_before) -> Rule:
    @linked_rule(
        code,
        FieldRef(header.name, field),
        FieldRef(header_last.name, field),
        summary=f"The child's {item} differs from last year's return.",
        hint=f"Correct the {item}, this year's or last year's.",
    )
    def differs_from_last_year(census: Census) -> pl.LazyFrame:
        """Given in one year and not in the other fails; in neither passes, as does a child who is new this year."""
        both = beside_last_year(census.rows(header), census.rows(header_last))
        return _marked(both.filter(pl.col(field).ne_missing(before(field, census.period))))

    return differs_from_last_year


def _marked(both: pl.LazyFrame) -> pl.LazyFrame:
    return both.select("Header", last("Header_last").alias("Header_last"))


sex_changed = _changed("202", "SEX", "sex", _in_this_years_codes)
birth_date_changed = _changed("203", "DOB", "date of birth")
ethnicity_changed = _changed("204", "ETHNIC", "ethnicity")


@linked_rule(
    "207",
    header.MOTHER,
    header_last.MOTHER,
    summary="The child was a mother in last year's return and is none now.",
    hint="Say again that she is a mother, or correct last year's return.",
)
def mother_no_longer(census: Census) -> pl.LazyFrame:
    """A blank flag now fails; a child without an episode this year passes."""
    both = beside_last_year(census.rows(header), census.rows(header_last))
    no_longer = (last("MOTHER") == _MOTHER) & pl.col("MOTHER").ne_missing(_MOTHER)
    return _marked(with_any(both.filter(no_longer), census.rows(episodes), children))


@linked_rule(
    "208",
    header.UPN,
    header_last.UPN,
    summary="The child's unique pupil number differs from last year's return, and not as numbers become known.",
    hint="Keep the number of last year, or correct last year's return.",
)
def pupil_number_changed(census: Census) -> pl.LazyFrame:
    """A number in place of a code passes, and so do any of UN2 to UN5 in place of UN1.

    In place of nothing a number and any code pass. A text that has not the form of a number is none.
    """
    both = beside_last_year(census.rows(header), census.rows(header_last))
    differs = pl.col("UPN").ne_missing(last("UPN"))
    return _marked(both.filter(differs & ~_became_known(pl.col("UPN"), last("UPN"), census.period)))


def _became_known(now: pl.Expr, before: pl.Expr, period: Period) -> pl.Expr:
    number, code = is_number(now).fill_null(value=False), stands_for_none(now, period)
    found = number & (before.is_null() | stands_for_none(before, period))
    explained = code & (before.is_null() | (among(before, [BELOW_SCHOOL_AGE]) & (now != BELOW_SCHOOL_AGE)))
    return found | explained
