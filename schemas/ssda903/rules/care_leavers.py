"""OC3: care leavers."""

import polars as pl

from schemas.periods import Period
from schemas.rules import Census, FieldRef, Row, Rule, linked_rule, rule
from schemas.ssda903.rules.care_history import time_in_care
from schemas.ssda903.rules.last_year import beside_last_year, last
from schemas.ssda903.rules.sequences import latest
from schemas.ssda903.rules.terms import ANOTHER_EPISODE, HEALTH_ITEMS, LEAVER_ITEMS, all_given, any_given
from schemas.ssda903.tables import (
    ad1,
    children,
    episodes,
    episodes_last,
    header,
    missing_spells,
    oc2,
    oc3,
    oc3_last,
    placed_adoption,
    prev_perm,
    reviews,
)
from schemas.vocabulary import with_any, within, without_any, years_after, yes

_IN_TOUCH, _DIED, _HOME_AGAIN = "YES", "DIED", "RHOM"
_NONE = "0"
_FOYER = ("T1", "T2")
_FORMER_FOSTER_CARER = ("Z1", "Z2")
_DIED_IN_CARE, _OTHER_AUTHORITY = "E2", "E3"
_DAYS_AFTER_14, _DAYS_AFTER_16 = 91, 1
_ASKED_UP_TO = 20
_FOR_CHILDREN_IN_CARE = (placed_adoption, missing_spells, reviews, ad1, prev_perm, oc2)


def _not_on_list(code: str, field: FieldRef, summary: str, hint: str) -> Rule:
    @rule(code, field, summary=summary, hint=hint)
    def missing_or_unknown_code(leaver: Row) -> pl.Expr:
        """Any code of the list passes; a blank item does not."""
        return ~yes(leaver.valid_code(field.field))

    return missing_or_unknown_code


in_touch = _not_on_list(
    "131",
    oc3.IN_TOUCH,
    "Whether the authority is in touch with the care leaver is missing or is no code of the list.",
    "Use YES, NO, DIED, REFU, NREQ or RHOM.",
)
activity = _not_on_list(
    "132",
    oc3.ACTIV,
    "The care leaver's activity is missing or is no code of the list.",
    "Use a code of the list: 0 where it is not known.",
)
accommodation = _not_on_list(
    "133",
    oc3.ACCOM,
    "The care leaver's accommodation is missing or is no code of the list.",
    "Use a code of the list: 0 where it is not known; S and X exist with 2 alone.",
)


def _answered(census: Census) -> pl.LazyFrame:
    return census.rows(oc3).filter(any_given(LEAVER_ITEMS))


def _birthday(years: int) -> pl.Expr:
    return years_after(pl.col("DOB"), years)


def _aged_17_or_18(period: Period) -> pl.Expr:
    return (_birthday(17) <= period.end) & (_birthday(19) > period.end)


def _birthday_in_year(period: Period) -> pl.Expr:
    """Give the 17th or 18th birthday of a care leaver who is 17 or 18 at the end of the year."""
    return pl.when(_birthday(18) <= period.end).then(_birthday(18)).otherwise(_birthday(17))


@rule(
    "153",
    *LEAVER_ITEMS,
    summary="Only some of the three items on a care leaver are given.",
    hint="Give contact, activity and accommodation, or none of them.",
)
def partly_answered(_leaver: Row) -> pl.Expr:
    """A row with none of the three passes here."""
    return any_given(LEAVER_ITEMS) & ~all_given(LEAVER_ITEMS)


@linked_rule(
    "215",
    *LEAVER_ITEMS,
    *HEALTH_ITEMS,
    summary="A care leaver also has items on the health or offending of children looked after for a year.",
    hint="Keep what fits the child: one who left care has no row in OC2.",
)
def health_of_a_care_leaver(census: Census) -> pl.LazyFrame:
    """An SDQ score alone passes, and so does a row without answers in either file."""
    health = census.rows(oc2).filter(any_given(HEALTH_ITEMS)).select("Children", "OC2")
    return _answered(census).join(health, on="Children").select("OC3", "OC2", issue="OC3")


@rule(
    "344",
    *LEAVER_ITEMS,
    summary="The care leaver died or is home again, and there is an activity or accommodation.",
    hint="Use 0 for both, or correct the contact.",
)
def activity_after_death_or_return(leaver: Row) -> pl.Expr:
    """0 passes, and so does nothing."""
    elsewhere = (leaver.ACTIV != _NONE) | (leaver.ACCOM != _NONE)
    return leaver.IN_TOUCH.is_in([_DIED, _HOME_AGAIN]) & elsewhere


@rule(
    "345",
    *LEAVER_ITEMS,
    summary="The authority is in touch with the care leaver and does not know activity or accommodation.",
    hint="Give both, or correct the contact.",
)
def in_touch_but_not_known(leaver: Row) -> pl.Expr:
    """A blank item passes."""
    return (leaver.IN_TOUCH == _IN_TOUCH) & ((leaver.ACTIV == _NONE) | (leaver.ACCOM == _NONE))


@rule(
    "347",
    oc3.ACCOM,
    oc3.DOB,
    since=2024,
    summary="A care leaver under 18 lives in a foyer.",
    hint="Correct the accommodation or the date of birth.",
)
def foyer_under_18(leaver: Row) -> pl.Expr:
    """An 18th birthday on 1 April passes. Unconfirmed: the day on which the age counts."""
    return leaver.ACCOM.is_in(_FOYER) & (_birthday(18) > leaver.period.start)


@linked_rule(
    "348",
    oc3.IN_TOUCH,
    oc3_last.IN_TOUCH,
    since=2026,
    summary="A care leaver who had died by last year's return is not said to have died now.",
    hint="Take the care leaver out of the return, or correct the contact.",
)
def no_longer_dead(census: Census) -> pl.LazyFrame:
    """A blank contact now fails."""
    both = beside_last_year(census.rows(oc3), census.rows(oc3_last))
    alive = (last("IN_TOUCH") == _DIED) & pl.col("IN_TOUCH").ne_missing(_DIED)
    return both.filter(alive).select("OC3", last("OC3_last").alias("OC3_last"))


@rule(
    "391",
    oc3.DOB,
    *LEAVER_ITEMS,
    summary="There are care leaver details of somebody under 17 at the end of the year.",
    hint="Clear the details, or correct the date of birth.",
)
def care_leaver_under_17(leaver: Row) -> pl.Expr:
    """A 17th birthday on 31 March passes; there is no upper age."""
    return (_birthday(17) > leaver.period.end) & any_given(LEAVER_ITEMS)


@linked_rule(
    "1000",
    *LEAVER_ITEMS,
    episodes.REC,
    summary="There are care leaver details of a child who died in care.",
    hint="Clear the details, or correct the reason why the episode ceased.",
)
def died_in_care(census: Census) -> pl.LazyFrame:
    """A row without answers passes; last year's episodes count where they were given."""
    both = [census.rows(episodes), census.rows_if_given(episodes_last)]
    died = pl.concat([rows.filter(pl.col("REC") == _DIED_IN_CARE).select("Children") for rows in both])
    return with_any(_answered(census), died, children).select("OC3")


@linked_rule(
    "1001",
    *LEAVER_ITEMS,
    summary="The time in care does not make the child a care leaver.",
    hint="Take the child out of OC3, or complete this year's and last year's episodes.",
)
def too_little_time_in_care(census: Census) -> pl.LazyFrame:
    """91 days of care after the 14th birthday and one after the 16th pass, unless the last episode ends in adoption.

    A child of 20 at the end of the year passes, as does one without a date of birth in Header; one without
    episodes in the two years does not. Short breaks are no time in care.
    """
    known = census.rows(header).select("Header", born="DOB")
    asked = (
        census.rows(oc3).join(known, on="Header").filter(years_after(pl.col("born"), _ASKED_UP_TO) > census.period.end)
    )
    times = time_in_care(census, asked.select("Children", "born").unique("Children"))
    long_enough = (pl.col("after_14") >= _DAYS_AFTER_14) & (pl.col("after_16") >= _DAYS_AFTER_16)
    return without_any(asked, times.filter(long_enough & ~pl.col("adopted")), children).select("OC3")


@linked_rule(
    "1002",
    *LEAVER_ITEMS,
    summary="A care leaver has no episode, neither this year nor last year.",
    hint="Give the episodes, or take the child out of OC3 unless care ended before last year.",
)
def no_episode_at_all(census: Census) -> pl.LazyFrame:
    """An episode of any kind in either year is enough to pass; earlier years cannot be seen."""
    lone = without_any(census.rows(oc3), census.rows(episodes), children)
    return without_any(lone, census.rows(episodes_last), children).select("OC3")


@linked_rule(
    "1007",
    *LEAVER_ITEMS,
    oc3.DOB,
    summary="There are care leaver details of a child of 17 or 18 who was in care on this year's birthday.",
    hint="Clear the details: they are for those who had left care by their birthday.",
)
def in_care_on_the_birthday(census: Census) -> pl.LazyFrame:
    """An episode that ends on the birthday passes, one that ends the day after or is open does not."""
    leavers = _answered(census).filter(_aged_17_or_18(census.period))
    dated = leavers.select("Children", "OC3", birthday=_birthday_in_year(census.period))
    pairs = dated.join(census.rows(episodes).select("Children", "DECOM", "DEC"), on="Children")
    running = (pl.col("DECOM") <= pl.col("birthday")) & (pl.col("DEC").is_null() | (pl.col("DEC") > pl.col("birthday")))
    return pairs.filter(running).select("OC3").unique()


@linked_rule(
    "1010",
    *LEAVER_ITEMS,
    summary="A care leaver was still in care in last year's return and has no episode this year.",
    hint="Give the episode that was open, with its end.",
)
def open_episode_forgotten(census: Census) -> pl.LazyFrame:
    """An end of the last episode in last year's return is enough to pass; a row without answers fails too."""
    open_before = latest(census.rows(episodes_last), episodes_last).filter(pl.col("DEC").is_null())
    lone = without_any(census.rows(oc3), census.rows(episodes), children)
    return with_any(lone, open_before, children).select("OC3")


@linked_rule(
    "1011",
    *LEAVER_ITEMS,
    episodes.REC,
    summary="There are care leaver details of a child whose care another authority took over.",
    hint="Clear the details: the other authority gives them.",
)
def other_authority_in_charge(census: Census) -> pl.LazyFrame:
    """Only the last episode counts; a row without answers passes."""
    taken_over = latest(census.rows(episodes)).filter(pl.col("REC") == _OTHER_AUTHORITY)
    return with_any(_answered(census), taken_over, children).select("OC3")


@linked_rule(
    "1012",
    oc3.CHILD,
    *(table.CHILD for table in _FOR_CHILDREN_IN_CARE),
    summary="There are details of children in care for a care leaver without episodes.",
    hint="Take the row out, or give the child's episodes.",
)
def details_without_episodes(census: Census) -> pl.LazyFrame:
    """One episode, whatever its dates, is enough to pass; a file that was not given is not looked at."""
    gone = without_any(census.rows(oc3), census.rows(episodes), children)
    found = [
        with_any(census.rows_if_given(table), gone, children).select(table.name) for table in _FOR_CHILDREN_IN_CARE
    ]
    return pl.concat(found, how="diagonal")


@linked_rule(
    "1016",
    *LEAVER_ITEMS,
    oc3.DOB,
    episodes.DEC,
    since=2024,
    summary="There are care leaver details of a child who left care after this year's birthday.",
    hint="Clear the details, or correct the end of the last episode.",
)
def left_after_the_birthday(census: Census) -> pl.LazyFrame:
    """A last episode that ends on the birthday passes, and one that is open or goes on (X1). Unconfirmed: the bound."""
    leavers = _answered(census).filter(_aged_17_or_18(census.period))
    dated = leavers.select("Children", "OC3", birthday=_birthday_in_year(census.period))
    ended = latest(census.rows(episodes)).filter(pl.col("REC").ne_missing(ANOTHER_EPISODE)).select("Children", "DEC")
    return dated.join(ended, on="Children").filter(pl.col("DEC") > pl.col("birthday")).select("OC3")


@rule(
    "3001",
    oc3.ACCOM,
    header.DOB,
    summary="A care leaver who turned 17 in the year lives with the former foster carer.",
    hint="Correct the accommodation or the date of birth: this one is for those of 18 and over.",
)
def with_former_foster_carer_at_17(leaver: Row) -> pl.Expr:
    """Birthdays on 1 April and on 31 March count; the date of birth is that in Header."""
    birthday = years_after(leaver.of(header).DOB, 17)
    return leaver.ACCOM.is_in(_FORMER_FOSTER_CARER) & within(birthday, leaver.period)
