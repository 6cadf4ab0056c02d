"""Episodes against Ofsted's list of providers.

One number of Ofsted may stand on the list several times, for several premises: an episode that fits
one of them fits.
"""

from datetime import date

import polars as pl

from schemas.rules import Census, Row, linked_rule, rule
from schemas.ssda903.rules.lengths import last_day
from schemas.ssda903.rules.placements import K3_IN
from schemas.ssda903.rules.terms import (
    FOR_ADOPTION,
    FOSTERING,
    OUTSIDE_ENGLAND,
    PLACEHOLDER_URN,
    among,
    on_short_break,
    raw,
    unregistered,
)
from schemas.ssda903.rules.whereabouts import (
    at_any_of_the_premises,
    at_none_of_the_premises,
    has_number,
    listed,
    placed,
    postcode,
)
from schemas.ssda903.tables import episodes

_OWN, _OTHER = "PR1", "PR2"
_SUPPORTED = "K3"
_HOMES = ("K1", "K2", "R3", "S1")
_SEMI_INDEPENDENT = "H5"
# The collection years from which H5 could register, and K3 need not lie in the provider's authority.
_H5_REGISTERS_IN = 2024
_K3_MAY_LIE_OUTSIDE_FROM = 2026
_REGISTERED_SINCE = date(2023, 10, 29)
_AGENCIES = (*FOR_ADOPTION, *FOSTERING)


def _homes(year: int) -> tuple[str, ...]:
    if year >= K3_IN:
        return (*_HOMES, _SUPPORTED)
    return (*_HOMES, _SEMI_INDEPENDENT) if year >= _H5_REGISTERS_IN else _HOMES


def _at_all_of_the_premises(census: Census, rows: pl.LazyFrame, condition: pl.Expr) -> pl.LazyFrame:
    """Keep the episodes whose number of Ofsted is listed, for premises that all meet a condition."""
    some = at_any_of_the_premises(census, rows, condition)
    return at_none_of_the_premises(census, some, ~condition.fill_null(value=False))


@linked_rule(
    "218",
    episodes.URN,
    episodes.PLACE,
    episodes.PL_POST,
    episodes.DEC,
    summary="The number of Ofsted is missing for a placement that must be registered.",
    hint="Give the URN of the provider, or XXXXXXX where that is allowed.",
)
def number_missing(census: Census) -> pl.LazyFrame:
    """Placements outside England pass, as do episodes that ended before 1 April; an unknown postcode does not."""
    missing = pl.col("URN").is_null() & ~among(pl.col("PLACE"), unregistered(census.period.year))
    in_england = ~among(pl.col("PL_LA"), OUTSIDE_ENGLAND)
    in_year = last_day(census.period.end) >= census.period.start
    return placed(census).filter(missing & in_england & in_year).select("Episodes")


@linked_rule(
    "219",
    episodes.URN,
    episodes.PLACE,
    summary="Ofsted does not list the provider for this type of placement.",
    hint="Check the URN and the type of placement against Ofsted's list.",
)
def placement_type_not_listed(census: Census) -> pl.LazyFrame:
    """One of several premises of the right type is enough; a URN that is not listed fails, XXXXXXX passes."""
    right_type = listed("places").list.contains(pl.col("PLACE"))
    return at_none_of_the_premises(census, census.rows(episodes), right_type).select("Episodes")


@linked_rule(
    "221",
    episodes.PL_POST,
    episodes.URN,
    episodes.PLACE,
    episodes.LS,
    summary="The postcode of a home is none that Ofsted lists for the provider.",
    hint="Correct the postcode of the placement or the URN.",
)
def postcode_not_listed(census: Census) -> pl.LazyFrame:
    """Short breaks and blank postcodes pass; a URN that is not listed fails. Spaces do not count."""
    at_home = (
        among(pl.col("PLACE"), _homes(census.period.year))
        & ~on_short_break(pl.col("LS"))
        & pl.col("PL_POST").is_not_null()
    )
    there = postcode("PL_POST") == postcode(listed("postcode").meta.output_name())
    return at_none_of_the_premises(census, census.rows(episodes).filter(at_home), there).select("Episodes")


@rule(
    "222",
    episodes.URN,
    episodes.PLACE,
    summary="There is a number of Ofsted for a placement that is not registered.",
    hint="Clear the URN, or correct the type of placement.",
)
def number_not_needed(episode: Row) -> pl.Expr:
    """XXXXXXX passes; semi-independent living (H5) may have a number in 2024."""
    year = episode.period.year
    may_have = [_SEMI_INDEPENDENT] if year >= _H5_REGISTERS_IN else []
    places = [place for place in unregistered(year) if place not in may_have]
    return has_number() & among(episode.PLACE, places)


@linked_rule(
    "224",
    episodes.PLACE_PROVIDER,
    episodes.URN,
    summary="Ofsted does not list the number for this kind of provider.",
    hint="Check who provides the placement and the URN against Ofsted's list.",
)
def provider_not_listed(census: Census) -> pl.LazyFrame:
    """One of several premises with the provider is enough; a blank provider and a URN that is not listed fail."""
    right_provider = listed("providers").list.contains(pl.col("PLACE_PROVIDER"))
    return at_none_of_the_premises(census, census.rows(episodes), right_provider).select("Episodes")


@linked_rule(
    "227",
    episodes.URN,
    episodes.DECOM,
    summary="The provider had closed when the episode started.",
    hint="Correct the URN or the start of the episode.",
)
def closed_before_the_start(census: Census) -> pl.LazyFrame:
    """A start on the day before closing passes, one on the day does not; one of several premises open is enough."""
    closed = listed("closed") <= pl.col("DECOM")
    return _at_all_of_the_premises(census, census.rows(episodes), closed).select("Episodes")


@linked_rule(
    "228",
    episodes.URN,
    episodes.DEC,
    summary="The provider closed before the episode ended.",
    hint="Correct the URN or the end of the episode, or end it where the child moved.",
)
def closed_before_the_end(census: Census) -> pl.LazyFrame:
    """The day of closing passes; an open episode lasts to 31 March; one of several premises open is enough."""
    closed = listed("closed") < last_day(census.period.end)
    return _at_all_of_the_premises(census, census.rows(episodes), closed).select("Episodes")


@linked_rule(
    "229",
    episodes.URN,
    episodes.PLACE_PROVIDER,
    episodes.PLACE,
    summary="The provider is said to be this authority or another one, and Ofsted's list says otherwise.",
    hint="Check who provides the placement and the URN against Ofsted's list.",
)
def whose_provision(census: Census) -> pl.LazyFrame:
    """A provider without a known authority is not our own. From 2026 placements without a number and K3 pass."""
    year = census.period.year
    may_lie_outside = [*unregistered(year), _SUPPORTED] if year >= _K3_MAY_LIE_OUTSIDE_FROM else []
    rows = census.rows(episodes).filter(~among(pl.col("PLACE"), may_lie_outside))
    ours = listed("authority") == census.authority
    not_own = at_none_of_the_premises(census, rows.filter(pl.col("PLACE_PROVIDER") == _OWN), ours)
    not_other = _at_all_of_the_premises(census, rows.filter(pl.col("PLACE_PROVIDER") == _OTHER), ours)
    return pl.concat([not_own, not_other]).select("Episodes")


@linked_rule(
    "230",
    episodes.PLACE,
    episodes.DEC,
    episodes.URN,
    episodes.PL_POST,
    since=2024,
    until=2024,
    summary="Semi-independent living (H5) in England goes on after 28 October 2023 without a number of Ofsted.",
    hint="Give the URN of the provider; ask for a bypass where registration was still under way.",
)
def semi_independent_without_number(census: Census) -> pl.LazyFrame:
    """An end on 28 October 2023 passes; XXXXXXX counts as none. An unknown postcode counts as in England."""
    goes_on = raw(episodes.DEC).is_null() | (pl.col("DEC") >= _REGISTERED_SINCE)
    without = (pl.col("PLACE") == _SEMI_INDEPENDENT) & ~has_number()
    in_england = ~among(pl.col("PL_LA"), [place for place in OUTSIDE_ENGLAND if place != "CON"])
    return placed(census).filter(goes_on & without & in_england).select("Episodes")


@linked_rule(
    "241",
    episodes.URN,
    episodes.PL_POST,
    episodes.PLACE,
    since=2026,
    summary="Supported accommodation (K3) lies in an authority where Ofsted lists no premises of the provider.",
    hint="Correct the postcode of the placement or the URN.",
)
def supported_where_none_is_listed(census: Census) -> pl.LazyFrame:
    """One of several premises in the authority is enough; an unknown postcode and a URN not listed fail."""
    rows = placed(census).filter(pl.col("PLACE") == _SUPPORTED)
    return at_none_of_the_premises(census, rows, listed("authority") == pl.col("PL_LA")).select("Episodes")


@rule(
    "242",
    episodes.URN,
    episodes.PLACE,
    since=2026,
    summary="The number XXXXXXX stands for a placement that has a number of its own or needs none.",
    hint="Give the URN, or clear it; XXXXXXX is for fostering and adoption alone.",
)
def placeholder_not_allowed(episode: Row) -> pl.Expr:
    """U1 to U6 and A3 to A6 pass; a blank type of placement does not."""
    return (episode.URN == PLACEHOLDER_URN) & ~among(episode.PLACE, _AGENCIES)


@linked_rule(
    "243",
    episodes.URN,
    episodes.PL_POST,
    since=2026,
    summary="There is a number of Ofsted for a placement outside England.",
    hint="Clear the URN, or correct the postcode of the placement.",
)
def number_outside_england(census: Census) -> pl.LazyFrame:
    """XXXXXXX fails too; an unknown postcode passes."""
    outside = among(pl.col("PL_LA"), OUTSIDE_ENGLAND)
    return placed(census).filter(outside & pl.col("URN").is_not_null()).select("Episodes")


@linked_rule(
    "1008",
    episodes.URN,
    summary="Ofsted does not list the number.",
    hint="Correct the URN, or use XXXXXXX where that is allowed.",
)
def number_not_listed(census: Census) -> pl.LazyFrame:
    """XXXXXXX and a blank number pass."""
    return at_none_of_the_premises(census, census.rows(episodes), pl.lit(value=True)).select("Episodes")


@linked_rule(
    "1015",
    episodes.PL_POST,
    episodes.PLACE_PROVIDER,
    episodes.PLACE,
    summary="The authority provides the placement itself, but it lies in another authority.",
    hint="Correct the postcode of the placement, or who provides it.",
)
def own_provision_elsewhere(census: Census) -> pl.LazyFrame:
    """Fostering, adoption, short breaks and from 2026 K3 pass, as do blank codes; an unknown postcode does not."""
    may_lie_outside = [*_AGENCIES, *([_SUPPORTED] if census.period.year >= _K3_MAY_LIE_OUTSIDE_FROM else [])]
    status, place = pl.col("LS"), pl.col("PLACE")
    meant = status.is_not_null() & place.is_not_null() & ~on_short_break(status) & ~among(place, may_lie_outside)
    elsewhere = pl.col("PL_LA").ne_missing(census.authority)
    return placed(census).filter((pl.col("PLACE_PROVIDER") == _OWN) & meant & elsewhere).select("Episodes")
