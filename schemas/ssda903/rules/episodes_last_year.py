"""Episodes against last year."""

from collections.abc import Callable

import polars as pl

from schemas.periods import Period
from schemas.rules import Census, FieldRef, Rule, linked_rule
from schemas.ssda903.rules.last_year import carried_over, last
from schemas.ssda903.rules.sequences import earliest, latest
from schemas.ssda903.rules.terms import ADOPTED, among
from schemas.ssda903.rules.whereabouts import location, placed
from schemas.ssda903.tables import children, episodes, episodes_last
from schemas.vocabulary import without_any

Pairs = Callable[[Census], pl.LazyFrame]
Difference = Callable[[str, Period], pl.Expr]

_MILES_THAT_MATTER = 0.2
# Codes that a placement may have this year where it had another in last year's return, by the collection year.
_SUPPORTED: dict[str, tuple[str, ...]] = {"H5": ("K3",)}
_RECODED: dict[int, dict[str, tuple[str, ...]]] = {
    2024: _SUPPORTED,
    2025: _SUPPORTED,
    2026: {"Z1": ("Z11", "Z12", "Z13", "Z14")},
}


def _as_given(census: Census) -> pl.LazyFrame:
    return carried_over(census.rows(episodes), census.rows(episodes_last))


def _on_the_map(census: Census) -> pl.LazyFrame:
    """Pair as `_as_given`, with PL_LA, PL_LOCATION and PL_DISTANCE in both years."""
    where = location(census)
    this, before = (placed(census, table).with_columns(PL_LOCATION=where) for table in (episodes, episodes_last))
    return carried_over(this, before)


def _differs(item: str, _period: Period) -> pl.Expr:
    return pl.col(item).ne_missing(last(item))


def _moved(item: str, _period: Period) -> pl.Expr:
    miles = (pl.col(item) - last(item)).abs().round(1)
    known_once = pl.col(item).is_null() != last(item).is_null()
    return known_once | (miles >= _MILES_THAT_MATTER)


def _differs_but_for_new_codes(item: str, period: Period) -> pl.Expr:
    replaced = _RECODED.get(period.year, {}).items()
    recoded = [among(last(item), [old]) & among(pl.col(item), new) for old, new in replaced]
    return _differs(item, period) & ~pl.any_horizontal(pl.lit(value=False), *recoded)


def _shown(pairs: pl.LazyFrame) -> pl.LazyFrame:
    return pairs.select("Episodes", last("Episodes_last").alias("Episodes_last"))


def _changed(
    code: str,
    item: str,
    told: str,
    fields: tuple[str, ...] = (),
    *,
    pairs: Pairs = _as_given,
    difference: Difference = _differs,
) -> Rule:
    @linked_rule(
        code,
        *(FieldRef(table.name, field) for table in (episodes, episodes_last) for field in fields or (item,)),
        summary=f"The first episode of the year has another {told} than the one open in last year's return.",
        hint=f"Give the {told} of last year, start a new episode where it changed, or correct last year's return.",
    )
    def differs_from_open_episode(census: Census) -> pl.LazyFrame:
        """Known in one year and not in the other fails, in neither passes; so does a child without an open episode."""
        return _shown(pairs(census).filter(difference(item, census.period)))

    return differs_from_open_episode


def _moved_without_new_episode(
    code: str, item: str, told: str, fields: tuple[str, ...], difference: Difference
) -> Rule:
    @linked_rule(
        code,
        *(FieldRef(table.name, field) for table in (episodes, episodes_last) for field in (*fields, "RNE")),
        summary=f"The {told} of the placement has changed since last year's return without a new episode.",
        hint="Start a new episode where the child moved, or correct the postcodes of one year.",
    )
    def changed_within_episode(census: Census) -> pl.LazyFrame:
        """Only an open episode that goes on with the same reason is compared; known in one year alone fails."""
        same_episode = pl.col("RNE") == last("RNE")
        return _shown(_on_the_map(census).filter(same_episode & difference(item, census.period)))

    return changed_within_episode


_PLACEMENT, _BOTH_ENDS = ("PL_POST",), ("HOME_POST", "PL_POST")


@linked_rule(
    "199",
    episodes.CHILD,
    episodes.REC,
    episodes.DECOM,
    summary="There is an episode after the child was adopted.",
    hint="Give the adopted child a new identifier, or correct the reason why the earlier episode ceased.",
)
def episode_after_adoption(census: Census) -> pl.LazyFrame:
    """The first episode that ends in adoption passes; last year's episodes count where they were given.

    Of two that start and end on the same days, this year's comes first.
    """
    columns = [pl.col("Children", "DECOM", "DEC", "REC")]
    this = census.rows(episodes).select("Episodes", *columns)
    both = pl.concat([this, census.rows_if_given(episodes_last).select(columns)], how="diagonal")
    ordered = both.drop_nulls(["Children", "DECOM"]).sort("Children", "DECOM", "DEC", "Episodes", nulls_last=True)
    adopted = among(pl.col("REC"), ADOPTED).cast(pl.Int32)
    after = adopted.cum_sum().over("Children") > adopted
    return ordered.filter(after & pl.col("Episodes").is_not_null()).select("Episodes")


@linked_rule(
    "502",
    episodes.DECOM,
    episodes_last.DECOM,
    summary="The first episode of the year does not carry on the episode that was open in last year's return.",
    hint="Give the open episode again with its original start, or correct last year's return.",
)
def open_episode_not_carried_over(census: Census) -> pl.LazyFrame:
    """The same start passes, as does a child without an open episode last year or without any this year."""
    return _shown(_as_given(census).filter(pl.col("DECOM") != last("DECOM")))


reason_changed = _changed("503A", "RNE", "reason for the episode")
legal_status_changed = _changed("503B", "LS", "legal status")
need_changed = _changed("503C", "CIN", "category of need")
placement_changed = _changed("503D", "PLACE", "type of placement", difference=_differs_but_for_new_codes)
provider_changed = _changed("503E", "PLACE_PROVIDER", "kind of provider")
number_changed = _changed("503F", "URN", "number of Ofsted")
distance_changed = _changed(
    "503G", "PL_DISTANCE", "distance from home", _BOTH_ENDS, pairs=_on_the_map, difference=_moved
)
authority_changed = _changed("503H", "PL_LA", "authority of the placement", _PLACEMENT, pairs=_on_the_map)
location_changed = _changed(
    "503J", "PL_LOCATION", "location (in or outside the authority)", _PLACEMENT, pairs=_on_the_map
)
authority_moved = _moved_without_new_episode("452", "PL_LA", "authority", _PLACEMENT, _differs)
distance_moved = _moved_without_new_episode("453", "PL_DISTANCE", "distance from home", _BOTH_ENDS, _moved)


@linked_rule(
    "562",
    episodes.DECOM,
    summary="The child's first episode started before the year and does not go on from last year's last one.",
    hint="Correct the start of the episode, or last year's return.",
)
def first_episode_not_in_last_year(census: Census) -> pl.LazyFrame:
    """A start on 1 April passes, and so does the same start as that of last year's last episode, open or not."""
    early = earliest(census.rows(episodes)).filter(pl.col("DECOM") < census.period.start)
    known = latest(census.rows(episodes_last), episodes_last).select("Children", "DECOM")
    return early.join(known, on=["Children", "DECOM"], how="anti").select("Episodes")


@linked_rule(
    "NoE",
    episodes.DECOM,
    summary="An episode started before the year and the child has none in last year's return.",
    hint="Correct the start of the episode, or last year's return.",
)
def child_not_in_last_year(census: Census) -> pl.LazyFrame:
    """A start on 1 April passes; one episode in last year's return is enough to pass. No identifier, none there."""
    early = census.rows(episodes).filter(pl.col("DECOM") < census.period.start)
    return without_any(early, census.rows(episodes_last), children).select("Episodes")
