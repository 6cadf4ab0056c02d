"""PlacedAdoption: decisions to place for adoption.

A decision stands until it is reversed.
"""

from collections.abc import Collection

import polars as pl

from schemas.rules import Census, Row, Rule, linked_rule, rule
from schemas.ssda903.rules.decisions import ORDER, reversal_told
from schemas.ssda903.rules.readable import any_readable
from schemas.ssda903.rules.sequences import earliest, in_order, latest, neighbours, with_periods
from schemas.ssda903.rules.spells import before_the_last_ended
from schemas.ssda903.rules.terms import (
    ADOPTED,
    ADOPTION_ITEMS,
    ANOTHER_EPISODE,
    FOR_ADOPTION,
    FREEING_ORDER,
    PLACEMENT_ORDER,
    STARTED,
    among,
    on_short_break,
    raw,
    unreadable,
)
from schemas.ssda903.tables import ad1, children, episodes, header, placed_adoption
from schemas.vocabulary import missing, present, with_any, within, without_any

_CHECK_DATES = "Correct the dates of the decision or those of the episode."
_LAST_FREEING_ORDERS = 2024


def _decisions(census: Census, *conditions: pl.Expr) -> pl.LazyFrame:
    columns = ("Children", "PlacedAdoption", *ORDER, "REASON_PLACED_CEASED")
    return census.rows(placed_adoption).filter(*conditions).select(columns)


def _dated(census: Census) -> pl.LazyFrame:
    return _decisions(census, present(pl.col("DATE_PLACED")))


def _for_adoption(census: Census) -> pl.LazyFrame:
    return census.rows(episodes).filter(among(pl.col("PLACE"), FOR_ADOPTION))


@rule(
    "115",
    placed_adoption.DATE_PLACED,
    summary="The date of a decision to place for adoption cannot be read.",
    hint="Write the date as dd/mm/yyyy.",
)
def decision_unreadable(_decision: Row) -> pl.Expr:
    """A blank date passes."""
    return unreadable(placed_adoption.DATE_PLACED)


@rule(
    "116",
    placed_adoption.DATE_PLACED_CEASED,
    summary="The date on which a decision to place for adoption was reversed cannot be read.",
    hint="Write the date as dd/mm/yyyy.",
)
def reversal_unreadable(_decision: Row) -> pl.Expr:
    """A blank date passes."""
    return unreadable(placed_adoption.DATE_PLACED_CEASED)


@linked_rule(
    "117",
    placed_adoption.DATE_PLACED,
    placed_adoption.DATE_PLACED_CEASED,
    episodes.DEC,
    episodes.REC,
    episodes.DECOM,
    summary="A decision to place for adoption, or its reversal, is after the year or after the child left care.",
    hint=_CHECK_DATES,
)
def decision_after_care(census: Census) -> pl.LazyFrame:
    """31 March and the last day of care pass. The last episode that does not go on (X1) tells when the child left.

    While that episode is open, or where there is none, the end of the year is the only bound.
    """
    left = latest(census.rows(episodes).filter(~among(pl.col("REC"), [ANOTHER_EPISODE])))
    both = _decisions(census).join(left.select("Children", "Episodes", "DEC"), on="Children", how="left")
    late = [(pl.col(day) > census.period.end) | (pl.col(day) > pl.col("DEC")) for day in ORDER]
    return both.filter(pl.any_horizontal(late)).select("PlacedAdoption", "Episodes")


@linked_rule(
    "118",
    placed_adoption.DATE_PLACED_CEASED,
    episodes.DECOM,
    episodes.LS,
    summary="A decision to place for adoption was reversed before the year or before the child's first episode.",
    hint=_CHECK_DATES,
)
def reversed_before_care(census: Census) -> pl.LazyFrame:
    """1 April and the first day of the episode pass; episodes of short breaks do not count."""
    first = earliest(census.rows(episodes).filter(~on_short_break(pl.col("LS"))))
    both = _decisions(census).join(first.select("Children", "Episodes", "DECOM"), on="Children", how="left")
    ceased = pl.col("DATE_PLACED_CEASED")
    return both.filter((ceased < census.period.start) | (ceased < pl.col("DECOM"))).select("PlacedAdoption", "Episodes")


@rule(
    "119",
    placed_adoption.DATE_PLACED_CEASED,
    placed_adoption.REASON_PLACED_CEASED,
    summary="Of date and reason of the reversal of a decision to place for adoption, only one is given.",
    hint="Give both, or none where the decision stands.",
)
def reversed_in_part(decision: Row) -> pl.Expr:
    """Both and none pass; a date that cannot be read counts as given."""
    return missing(raw(placed_adoption.DATE_PLACED_CEASED)) != missing(decision.REASON_PLACED_CEASED)


@rule(
    "120",
    placed_adoption.REASON_PLACED_CEASED,
    summary="The reason why a decision to place for adoption was reversed is no code of the list.",
    hint="Use a code from RD1 to RD4.",
)
def unknown_reason_of_reversal(decision: Row) -> pl.Expr:
    """A blank reason passes."""
    return ~decision.valid_code("REASON_PLACED_CEASED")


@rule(
    "184",
    placed_adoption.DATE_PLACED,
    header.DOB,
    summary="The decision to place the child for adoption was made before the child was born.",
    hint="Correct the date of the decision or the date of birth in Header.",
)
def decision_before_birth(decision: Row) -> pl.Expr:
    """The day of birth passes; the date of birth is that in Header."""
    return decision.DATE_PLACED < decision.of(header).DOB


@rule(
    "522",
    *(placed_adoption.DATE_PLACED, placed_adoption.DATE_PLACED_CEASED),
    summary="A decision to place for adoption was reversed before it was made.",
    hint="Correct one of the two dates.",
)
def reversed_before_made(decision: Row) -> pl.Expr:
    """A reversal on the day of the decision passes."""
    return decision.DATE_PLACED_CEASED < decision.DATE_PLACED


def _with_details(census: Census, *columns: str | pl.Expr) -> pl.LazyFrame:
    """Put beside each decision the child's rows of AD1."""
    return _decisions(census).join(census.rows(ad1).select("Children", "AD1", *columns), on="Children")


@linked_rule(
    "523",
    placed_adoption.DATE_PLACED,
    ad1.DATE_INT,
    summary="The date of the decision to place the child is not that which AD1 gives.",
    hint="Give the same date in both files.",
)
def decision_differs_from_adoption(census: Census) -> pl.LazyFrame:
    """A date that is missing or cannot be read passes. Unconfirmed: that reversed decisions are compared too."""
    differs = pl.col("DATE_PLACED") != pl.col("DATE_INT")
    return _with_details(census, "DATE_INT").filter(differs).select("PlacedAdoption", "AD1")


@linked_rule(
    "525",
    placed_adoption.DATE_PLACED_CEASED,
    *ADOPTION_ITEMS,
    summary="A decision to place for adoption was reversed and there are details of the adoption.",
    hint="Clear the row in AD1, or the date of the reversal.",
)
def adopted_after_reversal(census: Census) -> pl.LazyFrame:
    """A row of AD1 without items passes. Unconfirmed: that a decision reversed before a later one counts too."""
    pairs = _with_details(census, any_readable(ADOPTION_ITEMS).alias("told"))
    return pairs.filter(present(pl.col("DATE_PLACED_CEASED")) & pl.col("told")).select("PlacedAdoption", "AD1")


@linked_rule(
    "551",
    episodes.PLACE,
    placed_adoption.DATE_PLACED,
    summary="The child is placed for adoption and there is no date of a decision on it.",
    hint="Give the decision, or correct the type of the placement.",
)
def placed_without_decision(census: Census) -> pl.LazyFrame:
    """One dated decision, whatever its date, is enough to pass."""
    return without_any(_for_adoption(census), _dated(census), children).select("Episodes")


@linked_rule(
    "552",
    placed_adoption.DATE_PLACED,
    episodes.DECOM,
    episodes.PLACE,
    summary="The latest decision to place for adoption is later than the first placement for adoption.",
    hint=_CHECK_DATES,
)
def decision_after_placement(census: Census) -> pl.LazyFrame:
    """A decision on the first day of the placement passes."""
    first = earliest(_for_adoption(census)).select("Children", "Episodes", "DECOM")
    both = latest(_decisions(census), placed_adoption, ORDER).join(first, on="Children")
    return both.filter(pl.col("DATE_PLACED") > pl.col("DECOM")).select("PlacedAdoption", "Episodes")


def _no_standing_decision(code: str, order: str, told: str, until: int | None = None) -> Rule:
    @linked_rule(
        code,
        placed_adoption.CHILD,
        *(placed_adoption.DATE_PLACED, placed_adoption.DATE_PLACED_CEASED, placed_adoption.REASON_PLACED_CEASED),
        episodes.LS,
        until=until,
        summary=f"There is a {told} ({order}) and no decision to place for adoption, or one that was reversed.",
        hint="Give the decision that stands, or correct the legal status.",
    )
    def order_without_decision(census: Census) -> pl.LazyFrame:
        """One dated decision is enough to pass; one reversed, or half so, fails while the episode is open."""
        ordered = census.rows(episodes).filter(pl.col("LS") == order)
        alone = without_any(ordered, _dated(census), children).select("Episodes")
        reversed_ = with_any(_decisions(census, reversal_told()), ordered.filter(missing(pl.col("DEC"))), children)
        return pl.concat([alone, reversed_.select("PlacedAdoption")], how="diagonal")

    return order_without_decision


placement_order_alone = _no_standing_decision("553", PLACEMENT_ORDER, "placement order")
freeing_order_alone = _no_standing_decision("555", FREEING_ORDER, "freeing order", _LAST_FREEING_ORDERS)


@linked_rule(
    "554",
    placed_adoption.DATE_PLACED,
    episodes.DECOM,
    episodes.LS,
    summary="The decision to place for adoption is later than the first placement order of that time in care.",
    hint=_CHECK_DATES,
)
def decision_after_placement_order(census: Census) -> pl.LazyFrame:
    """A decision on the day of the order passes. It is held against the period of care that had begun last by then."""
    cared = with_periods(census.rows(episodes))
    begun = cared.unique("period", keep="first", maintain_order=True).select("Children", "period", starts="DECOM")
    orders = cared.filter(pl.col("LS") == PLACEMENT_ORDER).unique("period", keep="first", maintain_order=True)
    since = _dated(census).join(begun, on="Children").filter(pl.col("starts") <= pl.col("DATE_PLACED")).sort("starts")
    held = since.unique("PlacedAdoption", keep="last", maintain_order=True)
    both = held.join(orders.select("period", "Episodes", "DECOM"), on="period")
    return both.filter(pl.col("DECOM") < pl.col("DATE_PLACED")).select("PlacedAdoption", "Episodes")


@linked_rule(
    "556",
    episodes.DECOM,
    episodes.LS,
    placed_adoption.DATE_PLACED,
    until=_LAST_FREEING_ORDERS,
    summary="A decision to place for adoption is later than the freeing order.",
    hint=_CHECK_DATES,
)
def decision_after_freeing_order(census: Census) -> pl.LazyFrame:
    """A decision on the day on which the episode starts passes."""
    freed = census.rows(episodes).filter(pl.col("LS") == FREEING_ORDER)
    late = freed.join(_dated(census), on="Children").filter(pl.col("DATE_PLACED") > pl.col("DECOM"))
    return late.select("Episodes").unique()


def _orders(year: int) -> Collection[str]:
    return (PLACEMENT_ORDER, FREEING_ORDER) if year <= _LAST_FREEING_ORDERS else (PLACEMENT_ORDER,)


@linked_rule(
    "557",
    placed_adoption.DATE_PLACED_CEASED,
    placed_adoption.REASON_PLACED_CEASED,
    episodes.PLACE,
    episodes.LS,
    episodes.REC,
    summary="A child on the way to adoption left care without it, and no reversal of the decision is told.",
    hint="Give date and reason of the reversal, or correct why the episode ended.",
)
def reversal_not_told(census: Census) -> pl.LazyFrame:
    """Placed for adoption or under a placement order, up to 2024 a freeing order; every decision must be reversed.

    A child without a decision fails; an adoption, another episode and an open one pass.
    """
    under_way = among(pl.col("PLACE"), FOR_ADOPTION) | among(pl.col("LS"), _orders(census.period.year))
    left = present(pl.col("REC")) & ~among(pl.col("REC"), [ANOTHER_EPISODE, *ADOPTED])
    both = census.rows(episodes).filter(under_way & left).join(_decisions(census), on="Children", how="left")
    standing = missing(pl.col("DATE_PLACED_CEASED")) | missing(pl.col("REASON_PLACED_CEASED"))
    return both.filter(standing).select("PlacedAdoption", "Episodes", issue="Episodes")


@linked_rule(
    "558",
    episodes.REC,
    placed_adoption.DATE_PLACED_CEASED,
    summary="The child was adopted although every decision to place for adoption was reversed.",
    hint="Clear the reversal of the decision that led to the adoption, or correct why the episode ended.",
)
def adopted_without_decision(census: Census) -> pl.LazyFrame:
    """Only a child with two or more reversals in the year and no later decision that stands fails."""
    adopted = latest(census.rows(episodes)).filter(among(pl.col("REC"), ADOPTED))
    in_year = _decisions(census, within(pl.col("DATE_PLACED_CEASED"), census.period))
    several = in_year.group_by("Children").len().filter(pl.col("len") > 1)
    last = latest(_decisions(census), placed_adoption, ORDER).filter(present(pl.col("DATE_PLACED_CEASED")))
    return with_any(with_any(adopted, several, children), last, children).select("Episodes")


@rule(
    "563",
    placed_adoption.DATE_PLACED,
    placed_adoption.REASON_PLACED_CEASED,
    placed_adoption.DATE_PLACED_CEASED,
    summary="The reversal of a decision to place for adoption is told and the decision has no date.",
    hint="Give the date of the decision.",
)
def reversed_without_date(decision: Row) -> pl.Expr:
    """Only one of date and reason of the reversal passes: rule 119 is about that."""
    told = present(decision.REASON_PLACED_CEASED) & present(decision.DATE_PLACED_CEASED)
    return told & missing(decision.DATE_PLACED)


@linked_rule(
    "579",
    *(placed_adoption.DATE_PLACED, placed_adoption.DATE_PLACED_CEASED),
    summary="A decision to place for adoption was made before the one before it was reversed.",
    hint="Give the reversal of the earlier decision, or correct the dates.",
)
def decision_while_another_stands(census: Census) -> pl.LazyFrame:
    """A decision on the day of the reversal passes; the later row is shown."""
    ordered = neighbours(census.rows(placed_adoption), placed_adoption, ORDER)
    return ordered.filter(before_the_last_ended(placed_adoption, *ORDER)).select("PlacedAdoption")


@linked_rule(
    "583",
    *(placed_adoption.DATE_PLACED, placed_adoption.DATE_PLACED_CEASED),
    summary="The child has a later decision to place for adoption, and this one was not reversed.",
    hint="Give date and reason of the reversal.",
)
def earlier_decision_stands(census: Census) -> pl.LazyFrame:
    """The row with the latest decision passes; of several of that day, the last one. One without a date is earlier."""
    rows = in_order(census.rows(placed_adoption), placed_adoption, ORDER)
    several = rows.filter(pl.len().over("Children") > 1, missing(pl.col("DATE_PLACED_CEASED")))
    newest = latest(rows, placed_adoption, ORDER)
    return several.join(newest, on="PlacedAdoption", how="anti").select("PlacedAdoption")


@linked_rule(
    "1003",
    placed_adoption.DATE_PLACED,
    episodes.DECOM,
    episodes.RNE,
    summary="A decision to place for adoption was made before care started.",
    hint=_CHECK_DATES,
)
def decision_before_care(census: Census) -> pl.LazyFrame:
    """A decision on the day of the start passes, as does a child with no start of care in this year's episodes."""
    start = earliest(census.rows(episodes).filter(pl.col("RNE") == STARTED))
    both = _dated(census).join(start.select("Children", "Episodes", "DECOM"), on="Children")
    return both.filter(pl.col("DATE_PLACED") < pl.col("DECOM")).select("PlacedAdoption", "Episodes")
