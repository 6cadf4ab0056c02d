"""DoLo: deprivation of liberty orders."""

from collections.abc import Callable

import polars as pl

from schemas.rules import Census, Row, Rule, linked_rule, rule
from schemas.ssda903.rules.spells import last_of_each, not_ended_with_care, not_repeated, overlapping
from schemas.ssda903.rules.terms import among, unreadable
from schemas.ssda903.tables import dolo, dolo_last, episodes
from schemas.vocabulary import missing, outside, present

_FIRST_YEAR = 2027
_ORDER = ("DOLO_START", "DOLO_END")
_DATES = (dolo.DOLO_START, dolo.DOLO_END)
_EXPECTED = ("K2", "Z12", "Z13")
_NOT_ALLOWED = ("K1", "P1", "R5", "K3")


@rule(
    "700",
    dolo.DOLO_START,
    since=_FIRST_YEAR,
    summary="The first day of a deprivation of liberty order is blank or cannot be read.",
    hint="Write the day as dd/mm/yyyy.",
)
def first_day_unreadable(order: Row) -> pl.Expr:
    """Any day that can be read passes. Unconfirmed: that a blank one fails."""
    return missing(order.DOLO_START)


@rule(
    "701",
    dolo.DOLO_END,
    since=_FIRST_YEAR,
    summary="The last day of a deprivation of liberty order cannot be read.",
    hint="Write the day as dd/mm/yyyy, or leave it blank while the order lasts.",
)
def last_day_unreadable(_order: Row) -> pl.Expr:
    """A blank day passes."""
    return unreadable(dolo.DOLO_END)


@rule(
    "702",
    *_DATES,
    since=_FIRST_YEAR,
    summary="A deprivation of liberty order ends before it starts.",
    hint="Correct one of the two days.",
)
def ends_before_start(order: Row) -> pl.Expr:
    """The same day passes. Unconfirmed: that it does."""
    return order.DOLO_END < order.DOLO_START


@rule(
    "703",
    dolo.DOLO_START,
    since=_FIRST_YEAR,
    summary="A deprivation of liberty order starts after the end of the year.",
    hint="Correct the first day, or leave the order for next year's return.",
)
def starts_after_the_year(order: Row) -> pl.Expr:
    """31 March passes."""
    return order.DOLO_START > order.period.end


@rule(
    "704",
    dolo.DOLO_END,
    since=_FIRST_YEAR,
    summary="A deprivation of liberty order ends before or after the year.",
    hint="Correct the last day; leave it blank if the order lasted at the end of the year.",
)
def ends_outside_the_year(order: Row) -> pl.Expr:
    """1 April and 31 March pass, and so does an open end."""
    return outside(order.DOLO_END, order.period)


@linked_rule(
    "705",
    *_DATES,
    since=_FIRST_YEAR,
    summary="A deprivation of liberty order starts before the one before it has ended.",
    hint="Give the last day of the earlier order, or correct the days.",
)
def order_during_another(census: Census) -> pl.LazyFrame:
    """A start on the earlier last day passes. Orders stand in the order of their last days, or first days while open.

    Unconfirmed: that the earlier end is the bound.
    """
    return overlapping(census, dolo, *_ORDER)


@linked_rule(
    "706",
    dolo.DOLO_START,
    dolo_last.DOLO_START,
    since=_FIRST_YEAR,
    summary="A deprivation of liberty order was open in last year's return, and the first one now does not go on.",
    hint="Give the order again with its first day of last year, then its last day.",
)
def open_order_not_carried_over(census: Census) -> pl.LazyFrame:
    """The same first day passes. Only the last order of last year counts; it is shown where there is none now."""
    dated = census.rows(dolo_last).filter(present(pl.col("DOLO_START")))
    open_before = last_of_each(dated, *_ORDER).filter(missing(pl.col("DOLO_END")))
    return not_repeated(census.rows(dolo), open_before, dolo, dolo_last, *_ORDER)


@linked_rule(
    "707",
    dolo.DOLO_END,
    since=_FIRST_YEAR,
    summary="A deprivation of liberty order lasts, or ends, at a time when the child was not looked after.",
    hint="Give a last day on or before the day on which care ended, or correct the episodes.",
)
def order_past_the_end_of_care(census: Census) -> pl.LazyFrame:
    """A last day on the first or the last day of a time in care passes; while the order lasts, so must care.

    A child without episodes passes, and so does an order without a first day.
    """
    return not_ended_with_care(census, dolo, *_ORDER)


@rule(
    "708",
    dolo.DOLO_START,
    dolo.DOB,
    since=_FIRST_YEAR,
    summary="A deprivation of liberty order starts on or before the day of birth.",
    hint="Correct the first day or the date of birth.",
)
def order_at_birth(order: Row) -> pl.Expr:
    """The day after birth passes."""
    return order.DOLO_START <= order.DOB


def _placement(code: str, told: str, fails: Callable[[pl.Expr], pl.Expr]) -> Rule:
    @linked_rule(
        code,
        *_DATES,
        episodes.PLACE,
        since=_FIRST_YEAR,
        summary=f"During a deprivation of liberty order the child is in a placement of a type that is {told}.",
        hint="Check the type of the placement, and the days of the order and of the episode.",
    )
    def placement_during_order(census: Census) -> pl.LazyFrame:
        """A shared first or last day is enough to fail; an order without a last day passes."""
        orders = census.rows(dolo).select("Children", "DoLo", *_ORDER)
        stays = census.rows(episodes).select("Children", "Episodes", "DECOM", "DEC", "PLACE")
        runs = pl.col("DEC").is_null() | (pl.col("DEC") >= pl.col("DOLO_START"))
        overlap = (pl.col("DECOM") <= pl.col("DOLO_END")) & pl.col("DOLO_START").is_not_null() & runs
        return orders.join(stays, on="Children").filter(overlap, fails(pl.col("PLACE"))).select("DoLo", "Episodes")

    return placement_during_order


unexpected = _placement("709", "not expected then", lambda place: ~among(place, _EXPECTED))
not_allowed = _placement("710", "not allowed then", lambda place: among(place, _NOT_ALLOWED))
