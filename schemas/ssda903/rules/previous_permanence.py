"""PrevPerm: permanence before care."""

from datetime import date

import polars as pl

from schemas.authorities import dfe_codes
from schemas.rules import Census, Row, linked_rule, rule
from schemas.ssda903.rules.partial_dates import at_the_latest
from schemas.ssda903.rules.sequences import with_periods
from schemas.ssda903.rules.terms import STARTED, all_given, any_given
from schemas.ssda903.tables import children, episodes, prev_perm
from schemas.vocabulary import present, without_any

_NO_PERMANENCE = "Z1"
# What LA_PERM may hold beside the number of an authority: not known, and the parts of the world outside England.
_NO_AUTHORITY = ("999", "WAL", "SCO", "NIR", "NUK")
_ASKED_SINCE = date(2016, 4, 1)
_ITEMS = (prev_perm.PREV_PERM, prev_perm.LA_PERM, prev_perm.DATE_PERM)


@linked_rule(
    "630",
    episodes.RNE,
    episodes.DECOM,
    *_ITEMS,
    summary="Care started in the year and permanence before it is not told in full.",
    hint="Give the kind of permanence, and its date and authority; or Z1 where there was none.",
)
def permanence_not_told(census: Census) -> pl.LazyFrame:
    """Z1 alone is enough to pass; a start on 31 March before the year passes too.

    Unconfirmed: that short breaks count and that a blank authority fails.
    """
    none = pl.col("PREV_PERM") == _NO_PERMANENCE
    told = census.rows(prev_perm).filter(none | all_given(_ITEMS))
    started = (pl.col("RNE") == STARTED) & (pl.col("DECOM") >= census.period.start)
    return without_any(census.rows(episodes).filter(started), told, children).select("Episodes")


@rule(
    "631",
    prev_perm.PREV_PERM,
    summary="The kind of permanence before care is no code of the list.",
    hint="Use P1 to P4, or Z1 for none.",
)
def unknown_kind_of_permanence(child: Row) -> pl.Expr:
    """A blank kind passes."""
    return ~child.valid_code("PREV_PERM")


@linked_rule(
    "632",
    prev_perm.DATE_PERM,
    episodes.DECOM,
    summary="The date of permanence before care is no date, or is not before care.",
    hint="Give dd/mm/yyyy with ZZ for a day or month and ZZZZ for a year that is not known; it is before the care.",
)
def permanence_not_before_care(census: Census) -> pl.LazyFrame:
    """The day before the child's last period of care passes. A blank date passes.

    A day or month that is not known counts as the last one that it can be; a date without a year is not
    compared. Unconfirmed: both.
    """
    told = census.rows(prev_perm).filter(present(pl.col("DATE_PERM")))
    starts = with_periods(census.rows(episodes)).unique("period", keep="first", maintain_order=True)
    care = starts.unique("Children", keep="last", maintain_order=True).select("Children", "Episodes", "DECOM")
    latest = at_the_latest(pl.col("DATE_PERM"))
    too_late = (latest >= pl.col("DECOM")) & ~pl.col("DATE_PERM").str.ends_with("ZZZZ")
    return told.join(care, on="Children", how="left").filter(latest.is_null() | too_late).select("PrevPerm", "Episodes")


@rule(
    "633",
    prev_perm.LA_PERM,
    summary="The authority of the permanence before care is none.",
    hint="Give the three digits of the authority, 999 where it is not known, or WAL, SCO, NIR or NUK.",
)
def unknown_authority(child: Row) -> pl.Expr:
    """Numbers of past authorities pass, as does a blank one."""
    return ~child.LA_PERM.is_in([*dfe_codes(), *_NO_AUTHORITY])


@linked_rule(
    "634",
    *_ITEMS,
    episodes.DECOM,
    summary="Permanence before care is told of a child whose care did not start since April 2016.",
    hint="Clear the items, or correct the episodes.",
)
def permanence_not_asked(census: Census) -> pl.LazyFrame:
    """An episode that starts on 1 April 2016 is enough to pass; a child without episodes passes too."""
    told = census.rows(prev_perm).filter(any_given(_ITEMS)).select("Children", "PrevPerm")
    rows = census.rows(episodes)
    since = rows.filter(pl.col("DECOM") >= _ASKED_SINCE)
    early = without_any(told, since, children).join(rows.select("Children", "Episodes"), on="Children")
    return early.select("PrevPerm", "Episodes", issue="PrevPerm")


@rule(
    "635",
    *_ITEMS,
    summary="There was no permanence before care (Z1), but there is an authority or a date of it.",
    hint="Clear authority and date, or correct the kind of permanence.",
)
def date_of_no_permanence(child: Row) -> pl.Expr:
    """A blank kind passes; a date that is none counts as given."""
    return (child.PREV_PERM == _NO_PERMANENCE) & (present(child.LA_PERM) | present(child.DATE_PERM))
