"""Episodes: postcodes, and what follows from them.

The return has no item for the authority of a placement, for whether it lies in our own and for its
distance from home: each is made from postcodes, and these are marked.
"""

import polars as pl

from schemas.rules import Census, Row, linked_rule, rule
from schemas.ssda903.rules.last_year import ever_uasc, uasc_flags
from schemas.ssda903.rules.terms import on_short_break
from schemas.ssda903.rules.whereabouts import location, placed, postcode, unknown_postcode
from schemas.ssda903.tables import children, episodes, header, uasc, uasc_last
from schemas.vocabulary import with_any, without_any

_LONGEST = 999.9
_NOT_RECORDED = 999.9
_FAR = 350


def _with_address(census: Census, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Keep the episodes that need postcodes: no short breaks, and none of an unaccompanied asylum seeker.

    Raise NotGiven where neither year's return has the table UASC.
    """
    return without_any(rows.filter(~on_short_break(pl.col("LS"))), _known_uasc(census), children)


@linked_rule(
    "164",
    episodes.PL_POST,
    episodes.HOME_POST,
    summary="The distance from home to the placement cannot be right.",
    hint="Check the postcodes of the home and of the placement.",
)
def impossible_distance(census: Census) -> pl.LazyFrame:
    """0 to 999.9 miles pass, as do short breaks, unaccompanied asylum seekers and an unknown distance."""
    impossible = ~pl.col("PL_DISTANCE").is_between(0, _LONGEST)
    return _with_address(census, placed(census)).filter(impossible).select("Episodes")


@linked_rule(
    "169",
    episodes.PL_POST,
    episodes.LS,
    summary="The authority of the placement cannot be found from its postcode.",
    hint="Give the postcode of the placement.",
)
def authority_of_placement_unknown(census: Census) -> pl.LazyFrame:
    """Short breaks (V3 and V4) pass; a blank legal status does not."""
    return placed(census).filter(~on_short_break(pl.col("LS")) & pl.col("PL_LA").is_null()).select("Episodes")


@linked_rule(
    "179",
    episodes.PL_POST,
    episodes.LS,
    summary="Whether the placement lies in the authority cannot be found from its postcode.",
    hint="Give the postcode of the placement, as it is in the national directory.",
)
def location_of_placement_unknown(census: Census) -> pl.LazyFrame:
    """Short breaks (V3 and V4) pass; a blank legal status does not."""
    unknown = location(census).is_null()
    return placed(census).filter(~on_short_break(pl.col("LS")) & unknown).select("Episodes")


@rule(
    "214",
    episodes.PL_POST,
    episodes.URN,
    episodes.LS,
    summary="A short break has the postcode or the number of Ofsted of a placement.",
    hint="Clear both for short breaks, or correct the legal status.",
)
def short_break_with_placement(episode: Row) -> pl.Expr:
    """One of the two is enough to fail."""
    return on_short_break(episode.LS) & (episode.PL_POST.is_not_null() | episode.URN.is_not_null())


@linked_rule(
    "392a",
    episodes.PL_POST,
    episodes.HOME_POST,
    episodes.LS,
    summary="The distance from home to the placement cannot be found.",
    hint="Give both postcodes, as they are in the national directory.",
)
def distance_unknown(census: Census) -> pl.LazyFrame:
    """Short breaks pass, as do children who were unaccompanied asylum seekers this year or last."""
    return _with_address(census, placed(census)).filter(pl.col("PL_DISTANCE").is_null()).select("Episodes")


@linked_rule(
    "392b",
    episodes.HOME_POST,
    episodes.PL_POST,
    episodes.LS,
    summary="The postcode of the home or of the placement is missing.",
    hint="Give both postcodes.",
)
def postcode_missing(census: Census) -> pl.LazyFrame:
    """Short breaks pass, as do children who were unaccompanied asylum seekers this year or last.

    Where neither year tells of any, nobody counts as one.
    """
    missing = pl.col("HOME_POST").is_null() | pl.col("PL_POST").is_null()
    asked = census.rows(episodes).filter(missing & ~on_short_break(pl.col("LS")))
    told = census.gives(uasc) or census.gives(uasc_last)
    return (without_any(asked, _known_uasc(census), children) if told else asked).select("Episodes")


@linked_rule(
    "392c",
    episodes.HOME_POST,
    episodes.PL_POST,
    summary="A postcode is not in the national directory.",
    hint="Correct the postcode.",
)
def postcode_not_in_directory(census: Census) -> pl.LazyFrame:
    """A blank postcode passes; spaces and letter case do not count."""
    rows = census.rows(episodes)
    found = [
        unknown_postcode(census, rows, name).select("Episodes", pl.col("Episodes").alias(f"Episodes.{name}"))
        for name in ("HOME_POST", "PL_POST")
    ]
    return pl.concat(found, how="diagonal").select("Episodes.HOME_POST", "Episodes.PL_POST", issue="Episodes")


@rule(
    "392d",
    episodes.HOME_POST,
    episodes.PL_POST,
    episodes.PLACE,
    summary="The home and the placement have the same postcode.",
    hint="Correct the postcodes, or use P1 where the child is placed at home.",
)
def placed_at_home(episode: Row) -> pl.Expr:
    """Placements with parents (P1) pass; a blank type of placement does not. Spaces do not count."""
    return episode.PLACE.ne_missing("P1") & (postcode("HOME_POST") == postcode("PL_POST"))


@rule(
    "398",
    episodes.LS,
    episodes.HOME_POST,
    episodes.PL_POST,
    summary="A short break has a postcode.",
    hint="Clear both postcodes for short breaks, or correct the legal status.",
)
def short_break_with_postcode(episode: Row) -> pl.Expr:
    """One of the two is enough to fail."""
    return on_short_break(episode.LS) & (episode.HOME_POST.is_not_null() | episode.PL_POST.is_not_null())


def _known_uasc(census: Census) -> pl.LazyFrame:
    """List the unaccompanied asylum seekers of the two returns; raise NotGiven where neither has the table UASC."""
    if census.gives(uasc) or not census.gives(uasc_last):
        return ever_uasc(census)
    return uasc_flags(census, before=True).filter("uasc")


@linked_rule(
    "406",
    episodes.PL_POST,
    episodes.HOME_POST,
    header.UASC,
    summary="The postcodes tell how far from home an unaccompanied asylum seeker is placed.",
    hint="Leave the postcodes blank for children who are or were unaccompanied asylum seekers.",
)
def distance_of_uasc(census: Census) -> pl.LazyFrame:
    """A distance that cannot be found passes; last year's return counts where it was given."""
    known = placed(census).filter(pl.col("PL_DISTANCE").is_not_null())
    return with_any(known, _known_uasc(census), children).select("Episodes", "Header")


@linked_rule(
    "411",
    episodes.PL_POST,
    summary="The placement is said to lie in the authority, but its postcode lies in another.",
    hint="Check the postcode of the placement.",
)
def location_contradicts_authority(census: Census) -> pl.LazyFrame:
    """Both are made from one postcode, so that they differ only where the making of one of them is at fault."""
    differs = (location(census) == "IN") & pl.col("PL_LA").ne_missing(census.authority)
    return placed(census).filter(differs).select("Episodes")


@linked_rule(
    "420",
    episodes.PL_POST,
    episodes.LS,
    summary="A short break has a postcode that tells the authority of the placement.",
    hint="Clear the postcode of the placement for short breaks, or correct the legal status.",
)
def short_break_with_authority(census: Census) -> pl.LazyFrame:
    """A postcode that is not known passes."""
    return placed(census).filter(on_short_break(pl.col("LS")) & pl.col("PL_LA").is_not_null()).select("Episodes")


@linked_rule(
    "454",
    episodes.PL_POST,
    episodes.HOME_POST,
    since=2026,
    summary="The placement is more than 350 miles from home.",
    hint="Check the postcodes of the home and of the placement.",
)
def very_far_from_home(census: Census) -> pl.LazyFrame:
    """350 miles pass, as does 999.9, which stands for a distance that is not recorded."""
    far = (pl.col("PL_DISTANCE") > _FAR) & (pl.col("PL_DISTANCE") != _NOT_RECORDED)
    return placed(census).filter(far).select("Episodes")
