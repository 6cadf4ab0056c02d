"""Episodes: placement types."""

from collections.abc import Callable
from datetime import date, timedelta

import polars as pl

from schemas.rules import Census, Row, Rule, linked_rule, rule
from schemas.ssda903.rules.terms import ADOPTED, ANOTHER_EPISODE, FOR_ADOPTION, FOSTERING, TEMPORARY, among
from schemas.ssda903.tables import children, episodes, header
from schemas.vocabulary import years_after

WITH_THE_CURRENT_CARER = ("A3", "A5")
_SAME_CARER_SINCE = date(2015, 4, 1)
_INDEPENDENT_LIVING_UNTIL = date(2023, 10, 28)
_MOST_HOLIDAYS_OF_CARERS = 2
_FORMER_FOSTER_CARER = ("E45", "E46")

# The collection years from which accommodation must be registered, and is a type of placement of its own.
_FROM_16_IN = 2024
K3_IN = 2025
# A type of placement and the age at which it may start.
_YoungestAt = tuple[str, int]


def _too_young(code: str, place: str, youngest: _YoungestAt | Callable[[int], _YoungestAt], until: int | None) -> Rule:
    of_year = youngest if callable(youngest) else lambda _year: youngest

    @rule(
        code,
        episodes.DECOM,
        episodes.PLACE,
        header.DOB,
        until=until,
        summary=f"The child is too young for {place} when the episode starts.",
        hint="Correct the type of placement, the start of the episode or the date of birth.",
    )
    def too_young(episode: Row) -> pl.Expr:
        """The birthday itself passes; an episode counts whether it has ended or not."""
        kind, age = of_year(episode.period.year)
        return (episode.PLACE == kind) & (episode.DECOM < years_after(episode.of(header).DOB, age))

    return too_young


def _independent_living(year: int) -> _YoungestAt:
    return ("P2", 15 if year < _FROM_16_IN else 16)


def _supported(year: int) -> _YoungestAt:
    if year >= K3_IN:
        return ("K3", 16)
    return ("H5", 14 if year < _FROM_16_IN else 16)


too_young_for_independent_living = _too_young("370", "independent living (P2)", _independent_living, 2024)
too_young_for_supported_accommodation = _too_young("371", "semi-independent living (H5, K3)", _supported, None)
too_young_for_youth_custody = _too_young("372", "a young offender institution (R5)", ("R5", 10), None)
too_young_for_residential_school = _too_young("373", "a residential school (S1)", ("S1", 4), None)
too_young_for_residential_employment = _too_young("374", "residential employment (P3)", ("P3", 14), None)


def _too_long(code: str, place: str, stay: str, most: int) -> Rule:
    @rule(
        code,
        episodes.DECOM,
        episodes.DEC,
        episodes.PLACE,
        summary=f"A {stay} ({place}) lasts longer than {most} days.",
        hint="Correct the dates, or record where the child lives as the placement.",
    )
    def too_long(episode: Row) -> pl.Expr:
        """The most that is allowed passes, as does an episode that is open."""
        return (episode.PLACE == place) & (episode.DEC > episode.DECOM + timedelta(days=most))

    return too_long


too_long_in_hospital = _too_long("375", "T1", "temporary stay in hospital", 42)
too_long_on_carers_holiday = _too_long("376", "T3", "temporary stay during the carer's holiday", 21)
too_long_elsewhere = _too_long("379", "T4", "temporary stay for another reason", 7)


@rule(
    "217",
    episodes.PLACE,
    episodes.DECOM,
    episodes.RNE,
    summary="A placement for adoption with the current carer began with a reason that does not fit.",
    hint="Use S, T or U: the child stays with the same carer.",
)
def same_carer_with_another_reason(episode: Row) -> pl.Expr:
    """An episode from before 1 April 2015 passes; a blank reason does not."""
    recent = episode.DECOM >= _SAME_CARER_SINCE
    return among(episode.PLACE, WITH_THE_CURRENT_CARER) & recent & ~among(episode.RNE, ["S", "T", "U"])


@rule(
    "217t",
    episodes.PLACE,
    episodes.DEC,
    since=2024,
    until=2024,
    summary="Independent living (P2) goes on after 28 October 2023.",
    hint="End the episode on that day and start one with the type of placement that is registered.",
)
def independent_living_goes_on(episode: Row) -> pl.Expr:
    """An end on 28 October 2023 passes; one that is blank or cannot be read does not."""
    return (episode.PLACE == "P2") & (episode.DEC > _INDEPENDENT_LIVING_UNTIL).fill_null(value=True)


@linked_rule(
    "377",
    episodes.PLACE,
    summary="A child has more than two temporary placements during the carer's holiday (T3) in the year.",
    hint="Check the types of the placements; a third holiday is a placement of its own.",
)
def too_many_holidays_of_carers(census: Census) -> pl.LazyFrame:
    """Two pass; all of the child's are one finding."""
    stays = census.rows(episodes).filter(pl.col(children.name).is_not_null(), pl.col("PLACE") == "T3")
    repeated = stays.filter(pl.len().over(children.name) > _MOST_HOLIDAYS_OF_CARERS)
    return repeated.select("Episodes", issue=children.name)


@rule(
    "380",
    episodes.PLACE,
    episodes.RNE,
    summary="A temporary placement began with a reason other than a move.",
    hint="Use P, or B where the legal status changed too.",
)
def temporary_without_a_move(episode: Row) -> pl.Expr:
    """P and B pass; a blank reason does not."""
    return among(episode.PLACE, TEMPORARY) & ~among(episode.RNE, ["P", "B"])


@rule(
    "381",
    episodes.PLACE,
    episodes.REC,
    summary="Care ends straight from a temporary placement.",
    hint="Use X1 and add the episode that followed, or correct the type of placement.",
)
def care_ends_in_temporary_placement(episode: Row) -> pl.Expr:
    """X1 and an episode that is open pass."""
    return among(episode.PLACE, TEMPORARY) & (episode.REC != ANOTHER_EPISODE)


@rule(
    "390",
    episodes.REC,
    episodes.PLACE,
    summary="A child was adopted from a placement that is not for adoption.",
    hint="Record the placement for adoption (A3 to A6), or correct why care ended.",
)
def adopted_from_another_placement(episode: Row) -> pl.Expr:
    """A3 to A6 pass; a blank type of placement does not."""
    return among(episode.REC, ADOPTED) & ~among(episode.PLACE, FOR_ADOPTION)


@rule(
    "516",
    episodes.REC,
    episodes.PLACE,
    summary="A former foster carer became special guardian, but the placement was not fostering.",
    hint="Use E47 or E48 for another guardian, or correct the type of placement.",
)
def guardian_without_fostering(episode: Row) -> pl.Expr:
    """U1 to U6 pass; a blank type of placement does not."""
    return among(episode.REC, _FORMER_FOSTER_CARER) & ~among(episode.PLACE, FOSTERING)
