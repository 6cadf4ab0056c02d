"""Unaccompanied asylum-seeking children.

Whether a child is one is told by the item UASC of the XML form or by a row in the file UASC.
"""

from datetime import date

import polars as pl

from schemas.findings import Severity
from schemas.periods import Period
from schemas.rules import Census, NotGiven, Row, linked_rule, rule, text
from schemas.ssda903.layout import code_set
from schemas.ssda903.rules.last_year import last, uasc_flags
from schemas.ssda903.rules.terms import LEAVER_ITEMS, among, any_given, in_year, raw, unreadable
from schemas.ssda903.tables import children, episodes, header, header_last, oc3, uasc, uasc_last
from schemas.vocabulary import with_any, within, without_any, years_after

_ADULT = 18
_YOUNG = 11


@rule(
    "104",
    uasc.DUC,
    summary="The day on which the status as an unaccompanied child ends cannot be read or is before the year.",
    hint="Give the day as dd/mm/yyyy: the 18th birthday while the status lasts.",
)
def end_of_status_before_the_year(child: Row) -> pl.Expr:
    """A blank day passes, and so does 1 April."""
    return unreadable(uasc.DUC) | (child.DUC < child.period.start)


@linked_rule(
    "105",
    header.UASC,
    summary="It is not said, with 0 or 1, whether the child is an unaccompanied asylum seeker.",
    hint="Give 1 if the child was one at any time in the year, and 0 if not.",
)
def status_missing_or_unknown_code(census: Census) -> pl.LazyFrame:
    """The item is in the XML form alone; a return in which no child has it is not looked at."""
    if not census.fills(header.UASC):
        raise NotGiven("Only the XML form has the item UASC.")
    known = among(pl.col("UASC"), code_set("Flag").values(census.period.year))
    return census.rows(header).filter(~known).select("Header")


def _both_years(census: Census) -> pl.LazyFrame:
    """List the children of this year's Header and UASC with both flags, both rows of this year and both end dates."""
    before = uasc_flags(census, before=True).select("Children", was_uasc="uasc")
    flags = uasc_flags(census).join(before, on="Children", how="left")
    heads = _first(census.rows_if_given(header)).select("Children", "Header")
    rows = census.rows(uasc).select("Children", "UASC", "DUC", text("DUC"))
    ended = _first(census.rows(uasc_last)).select("Children", pl.col("DUC", text("DUC"), "DOB").name.prefix("last "))
    for side in (heads, rows, ended):
        flags = flags.join(side, on="Children", how="left")
    return flags.with_columns(pl.col("was_uasc").fill_null(value=False))


def _first(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.filter(pl.col("Children").is_not_null()).unique("Children", keep="first", maintain_order=True)


@linked_rule(
    "205A",
    uasc.DUC,
    header.CHILD,
    header.UASC,
    summary="The child is no longer an unaccompanied asylum seeker and the end of that status does not fit.",
    hint="Leave the end blank this year; last year's return must give the day in that year on which the status ended.",
)
def status_ended_without_a_date(census: Census) -> pl.LazyFrame:
    """An end on the first or the last day of last year passes; none last year does not.

    A child who is in neither Header nor UASC this year is not looked at.
    """
    ended_then = within(last("DUC"), Period(census.period.year - 1))
    no_longer = pl.col("was_uasc") & ~pl.col("uasc")
    failing = _both_years(census).filter(no_longer & (raw(uasc.DUC).is_not_null() | ~ended_then))
    return failing.select("UASC", "Header")


@linked_rule(
    "205B",
    uasc.DUC,
    header.UASC,
    summary="The child is an unaccompanied asylum seeker in both years and the ends of that status do not fit.",
    hint="Give the 18th birthday while the status lasts, then the day in the year on which it ended.",
)
def status_goes_on_with_other_dates(census: Census) -> pl.LazyFrame:
    """An end last year on the 18th birthday passes with the same end or one in the year; no date fits nothing."""
    at_18 = (last("DUC") == years_after(last("DOB"), _ADULT)).fill_null(value=False)
    same = (pl.col("DUC") == last("DUC")).fill_null(value=False)
    fits = at_18 & (same | within(pl.col("DUC"), census.period))
    return _both_years(census).filter(pl.col("was_uasc") & pl.col("uasc") & ~fits).select("UASC", "Header")


@linked_rule(
    "205C",
    uasc.DUC,
    uasc_last.DUC,
    header.UASC,
    summary="There is an end of the status for a child who was in neither year an unaccompanied asylum seeker.",
    hint="Clear the end of the status, or say that the child was an unaccompanied asylum seeker.",
)
def end_of_a_status_never_held(census: Census) -> pl.LazyFrame:
    """Only the XML form can say so: in the files, a row in UASC is the status."""
    dated = raw(uasc.DUC).is_not_null() | last(text("DUC")).is_not_null()
    return _both_years(census).filter(~pl.col("was_uasc") & ~pl.col("uasc") & dated).select("UASC", "Header")


@linked_rule(
    "205D",
    uasc.CHILD,
    header.CHILD,
    header.UASC,
    summary="The child is an unaccompanied asylum seeker this year and was none in last year's return.",
    hint="Correct the status, this year's or last year's.",
)
def status_is_new(census: Census) -> pl.LazyFrame:
    """A child who is new this year passes; without this year's Header the row in UASC is shown."""
    known = census.rows(header_last).select("Children")
    before = uasc_flags(census, before=True).filter("uasc")
    new = without_any(with_any(uasc_flags(census).filter("uasc"), known, children), before, children)
    shown = header if census.gives(header) else uasc
    return with_any(census.rows(shown), new, children).select(shown.name)


@linked_rule(
    "231",
    header.DOB,
    header.UASC,
    since=2025,
    severity=Severity.QUERY,
    summary="An unaccompanied asylum seeker is under 11 at the end of the year.",
    hint="Check the date of birth and the status; leave both if they are right.",
)
def unusually_young(census: Census) -> pl.LazyFrame:
    """An 11th birthday on 31 March passes."""
    youngest = date(census.period.year - _YOUNG, census.period.end.month, census.period.end.day)
    young = census.rows(header).filter(pl.col("DOB") > youngest)
    return with_any(young, uasc_flags(census).filter("uasc"), children).select("Header")


@linked_rule(
    "303",
    uasc.DUC,
    header.UASC,
    summary="There is an end of the status for a child who is no unaccompanied asylum seeker.",
    hint="Clear the end of the status, or correct the status.",
)
def end_of_status_without_it(census: Census) -> pl.LazyFrame:
    """Only the XML form can say so: in the files, a row in UASC is the status."""
    dated = census.rows(uasc).filter(raw(uasc.DUC).is_not_null())
    known = with_any(dated, census.rows(header), children)
    return without_any(known, uasc_flags(census).filter("uasc"), children).select("UASC", "Header")


@rule(
    "304",
    uasc.DUC,
    uasc.DOB,
    summary="The status as an unaccompanied child ends after the 18th birthday.",
    hint="Give the 18th birthday or an earlier day, or correct the date of birth.",
)
def status_after_18(child: Row) -> pl.Expr:
    """The 18th birthday passes."""
    return child.DUC > years_after(child.DOB, _ADULT)


@linked_rule(
    "1014",
    *LEAVER_ITEMS,
    uasc.DUC,
    summary="A care leaver who was not looked after in the year is listed as an unaccompanied asylum seeker.",
    hint="Take the child out of UASC, or correct the episodes.",
)
def listed_after_leaving_care(census: Census) -> pl.LazyFrame:
    """An episode that ends on 1 April or starts on 31 March is enough to pass."""
    leavers = census.rows(oc3).filter(any_given(LEAVER_ITEMS)).select("Children", "OC3")
    gone = without_any(leavers, census.rows(episodes).filter(in_year(census.period)), children)
    listed = census.rows(uasc).select("Children", "UASC")
    return gone.join(listed, on="Children").select("OC3", "UASC", issue="Children")
