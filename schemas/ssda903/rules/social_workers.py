"""SWEpisodes: social workers."""

from datetime import date, timedelta

import polars as pl

from schemas.periods import Period
from schemas.rules import Census, FieldRef, Row, Rule, linked_rule, rule
from schemas.ssda903.rules.partial_dates import at_the_latest
from schemas.ssda903.rules.readable import all_readable
from schemas.ssda903.rules.sequences import following, in_order, latest, neighbours, previous
from schemas.ssda903.rules.terms import ANOTHER_EPISODE, STARTED, on_short_break, raw, unreadable
from schemas.ssda903.tables import children, episodes, sw_episodes
from schemas.vocabulary import missing, present, repeated, with_any, without_any, yes

_ORDER = ("SW_DECOM", "SW_DEC")
_ITEMS = (sw_episodes.SW_ID, sw_episodes.SW_DECOM, sw_episodes.SW_REASON)
_DATES = (sw_episodes.SW_DECOM, sw_episodes.SW_DEC)
_FIRST_CONTACT = "FCONTA"
# Social workers are told of from this day on; of one who came earlier, less is asked.
_TOLD_FROM = date(2023, 4, 1)
_PREFIXES = ("SW", "XX")
_SHORTEST_NUMBER = 4
_SHORTEST_SPELL = timedelta(days=3)
_BETWEEN_TWO = timedelta(days=7)
_TO_THE_NEXT = timedelta(days=5)
# The collections that brought a change, by the year in which each ends.
_FIRST, _SECOND, _THIRD = 2024, 2025, 2026
_CHECK_DATES = "Correct the days of one of the two rows, or give the row between them."


def _rows(census: Census) -> pl.LazyFrame:
    return census.rows(sw_episodes)


def _latest(census: Census) -> pl.LazyFrame:
    return latest(_rows(census), sw_episodes, _ORDER)


def _told_since(period: Period) -> date:
    """Give the first day of the time that a return tells of: the year itself in 2024, two years from 2025 on."""
    return period.start if period.year < _SECOND else Period(period.year - 1).start


@linked_rule(
    "SW01STG1",
    *_ITEMS,
    episodes.DEC,
    since=_FIRST,
    until=_FIRST,
    summary="A child is looked after at the end of the year and no social worker is told of in full.",
    hint="Give number, first day and reason of the social worker.",
)
def in_care_without_social_worker(census: Census) -> pl.LazyFrame:
    """One row with number, first day and reason is enough to pass, whatever its days; short breaks pass."""
    still = census.rows(episodes).filter(missing(pl.col("DEC")) & ~on_short_break(pl.col("LS")))
    return without_any(still, _rows(census).filter(all_readable(_ITEMS)), children).select("Episodes")


@rule(
    "SW01aSTG1",
    sw_episodes.SW_DECOM,
    sw_episodes.SW_ID,
    since=_SECOND,
    until=_SECOND,
    summary="The first day of a social worker is missing, or the number of one who came before April 2023.",
    hint="Give both.",
)
def earlier_social_worker_incomplete(spell: Row) -> pl.Expr:
    """Without a number, a first day of 1 April 2023 passes here. The reason may be blank."""
    return missing(spell.SW_DECOM) | ((spell.SW_DECOM < _TOLD_FROM) & missing(spell.SW_ID))


@rule(
    "SW01bSTG1",
    *_ITEMS,
    since=_SECOND,
    until=_SECOND,
    summary="The first day of a social worker is missing, or number or reason of one who came since April 2023.",
    hint="Give all three.",
)
def social_worker_incomplete(spell: Row) -> pl.Expr:
    """Without number or reason, a first day of 31 March 2023 passes here."""
    partly = missing(spell.SW_ID) | missing(spell.SW_REASON)
    return missing(spell.SW_DECOM) | ((spell.SW_DECOM >= _TOLD_FROM) & partly)


@rule(
    "SW02STG1",
    sw_episodes.SW_ID,
    since=_FIRST,
    summary="The social worker's number does not begin with SW or XX, or is too short.",
    hint="Use the registration number with SW before it, or XX and a number of your own.",
)
def malformed_number(spell: Row) -> pl.Expr:
    """A blank number fails. From 2026, four characters pass and three do not; before, the two letters are enough."""
    formed = spell.SW_ID.str.slice(0, 2).is_in(_PREFIXES)
    if spell.period.year >= _THIRD:
        formed &= spell.SW_ID.str.len_chars() >= _SHORTEST_NUMBER
    return ~yes(formed)


@rule(
    "SW03STG1",
    *_ITEMS,
    since=_FIRST,
    until=_FIRST,
    summary="Number, first day or reason of a social worker is missing.",
    hint="Give all three.",
)
def items_missing(_spell: Row) -> pl.Expr:
    """A first day that cannot be read counts as missing."""
    return ~all_readable(_ITEMS)


def _unreadable(code: str, field: FieldRef, told: str) -> Rule:
    @rule(
        code,
        field,
        since=_FIRST,
        summary=f"The {told} of a social worker cannot be read.",
        hint="Write the day as dd/mm/yyyy.",
    )
    def unreadable_day(spell: Row) -> pl.Expr:
        """A blank day passes. Up to 2025, ZZ for a day or month and ZZZZ for a year that is not known pass too."""
        if spell.period.year >= _THIRD:
            return unreadable(field)
        day = raw(field).str.to_uppercase()
        return present(day) & missing(at_the_latest(day))

    return unreadable_day


first_day_unreadable = _unreadable("SW04STG1", sw_episodes.SW_DECOM, "first day")
last_day_unreadable = _unreadable("SW05STG1", sw_episodes.SW_DEC, "last day")


@rule(
    "SW06STG2",
    sw_episodes.SW_DECOM,
    since=_FIRST,
    summary="A social worker came after the end of the year.",
    hint="Correct the first day, or leave the row for next year's return.",
)
def after_the_year(spell: Row) -> pl.Expr:
    """31 March passes."""
    return spell.SW_DECOM > spell.period.end


@rule(
    "SW07STG2",
    sw_episodes.SW_DEC,
    since=_FIRST,
    summary="A social worker left before or after the time that the return tells of.",
    hint="Correct the last day, or take the row out.",
)
def outside_the_time_told_of(spell: Row) -> pl.Expr:
    """Its first day and 31 March pass. The time is the year itself in 2024, the year and the one before from 2025."""
    return ~spell.SW_DEC.is_between(_told_since(spell.period), spell.period.end)


@linked_rule(
    "SW08STG2",
    sw_episodes.SW_DEC,
    since=_FIRST,
    summary="A social worker has no last day and the child has a later one.",
    hint="Give the last day.",
)
def earlier_one_open(census: Census) -> pl.LazyFrame:
    """The last of those with a first day passes; of several who came on one day, one who stays is last."""
    ordered = neighbours(_rows(census), sw_episodes, _ORDER, undated=False)
    followed = present(following(sw_episodes.name))
    return ordered.filter(missing(pl.col("SW_DEC")) & followed).select("SWEpisodes")


@rule(
    "SW09STG2",
    *_DATES,
    since=_FIRST,
    summary="A social worker stayed for a very short time.",
    hint="Check both days, and join rows that belong together.",
)
def very_short(spell: Row) -> pl.Expr:
    """Up to 2025 the same day fails; from 2026, less than three days do, and a last day before the first."""
    if spell.period.year >= _THIRD:
        return spell.SW_DEC - spell.SW_DECOM < _SHORTEST_SPELL
    return spell.SW_DEC == spell.SW_DECOM


def _apart() -> pl.Expr:
    """Say, in a frame of `neighbours`, that a row starts over 7 days before or after the end of the one before."""
    left = previous("SW_DEC")
    return ~pl.col("SW_DECOM").is_between(left - _BETWEEN_TWO, left + _BETWEEN_TWO)


def _ordered(census: Census) -> pl.LazyFrame:
    return neighbours(_rows(census), sw_episodes, _ORDER)


def _not_first_contact() -> pl.Expr:
    return pl.col("SW_REASON").ne_missing(_FIRST_CONTACT)


@linked_rule(
    "SW10STG2",
    sw_episodes.SW_DECOM,
    since=_FIRST,
    summary="A social worker came over seven days before or after the one before left.",
    hint=_CHECK_DATES,
)
def gap_or_overlap(census: Census) -> pl.LazyFrame:
    """Seven days pass, as does an end or a start that cannot be read; from 2025 so does a first contact (FCONTA).

    Unconfirmed: that the rule is still in force from 2026.
    """
    apart = _ordered(census).filter(_apart())
    if census.period.year >= _SECOND:
        apart = apart.filter(_not_first_contact())
    return apart.select("SWEpisodes")


@linked_rule(
    "SW10aSTG2",
    sw_episodes.SW_DECOM,
    since=_THIRD,
    summary="A social worker came, not for a first contact, over seven days before or after the one before left.",
    hint=_CHECK_DATES,
)
def gap_or_overlap_within_care(census: Census) -> pl.LazyFrame:
    """Seven days pass, as does an end or a start that cannot be read; a blank reason is no first contact."""
    return _ordered(census).filter(_apart(), _not_first_contact()).select("SWEpisodes")


@linked_rule(
    "SW10bSTG2",
    sw_episodes.SW_DECOM,
    sw_episodes.SW_REASON,
    since=_THIRD,
    summary="A social worker came for a first contact (FCONTA) before the one before had left.",
    hint="Correct the first day or the reason, or the last day of the one before.",
)
def first_contact_too_early(census: Census) -> pl.LazyFrame:
    """The day after the one before left passes, that day itself does not; so does one before who stays."""
    early = (pl.col("SW_REASON") == _FIRST_CONTACT) & (previous("SW_DEC") >= pl.col("SW_DECOM"))
    return _ordered(census).filter(early).select("SWEpisodes")


@linked_rule(
    "SW11aSTG2",
    *_DATES,
    since=_FIRST,
    until=_FIRST,
    summary="A social worker left well before the end of the year and none came within five days.",
    hint="Give the next social worker, or correct the last day.",
)
def nobody_came(census: Census) -> pl.LazyFrame:
    """26 March is well before. One who stands later among the child's passes it, up to five days either side."""
    left = _rows(census).filter(pl.col("SW_DEC") <= census.period.end - _TO_THE_NEXT)
    placed = in_order(_rows(census), sw_episodes, _ORDER).with_row_index("place")
    came = placed.select("Children", next_place="place", next_start="SW_DECOM")
    near = (pl.col("next_start") - pl.col("SW_DEC")).abs() <= _TO_THE_NEXT
    followed = placed.join(came, on="Children").filter(pl.col("next_place") > pl.col("place"), near)
    return left.join(followed, on="SWEpisodes", how="anti").select("SWEpisodes")


@linked_rule(
    "SW11bSTG2",
    *_DATES,
    since=_FIRST,
    summary="The child's last social worker left in the last days of the year.",
    hint="Give the next social worker, or clear the last day.",
)
def last_one_left_at_the_end(census: Census) -> pl.LazyFrame:
    """From 26 to 31 March fails; 25 March passes, as does 1 April."""
    end = census.period.end
    return _latest(census).filter(pl.col("SW_DEC").is_between(end - _TO_THE_NEXT, end)).select("SWEpisodes")


@linked_rule(
    "SW12STG2",
    sw_episodes.SW_DECOM,
    episodes.DECOM,
    episodes.DEC,
    episodes.RNE,
    episodes.REC,
    since=_FIRST,
    summary="No social worker is told of for the start or the end of a time in care.",
    hint="Give the social workers of that time, or correct the episode.",
)
def time_in_care_not_covered(census: Census) -> pl.LazyFrame:
    """At a start, one who came on that day or later passes; at an end, one who came on that day or earlier.

    Only the first and the last episode of a time in care are looked at, short breaks left out; from 2025 those
    that are open or ended in the year or the one before. Unconfirmed: the exact condition.
    """
    starts = (pl.col("RNE") == STARTED).fill_null(value=False)
    leaves = present(pl.col("REC")) & (pl.col("REC") != ANOTHER_EPISODE)
    asked = census.rows(episodes).filter(starts | leaves, ~on_short_break(pl.col("LS")))
    if census.period.year >= _SECOND:
        since = _told_since(census.period)
        asked = asked.filter(missing(pl.col("DEC")) | pl.col("DEC").is_between(since, census.period.end))
    pairs = asked.join(_rows(census).select("Children", "SW_DECOM"), on="Children")
    came = pl.col("SW_DECOM")
    covered = pairs.filter((starts & (came >= pl.col("DECOM"))) | (leaves & (came <= pl.col("DEC"))))
    return asked.join(covered, on="Episodes", how="anti").select("Episodes")


@rule(
    "SW13STG1",
    sw_episodes.SW_REASON,
    sw_episodes.SW_DECOM,
    since=_FIRST,
    summary="The reason for the change of social worker is missing or is no code of the list.",
    hint="Use a code of the list.",
)
def unknown_reason(spell: Row) -> pl.Expr:
    """A blank reason fails; from 2025, only where the first day is 1 April 2023 or later."""
    blank = missing(spell.SW_REASON)
    if spell.period.year >= _SECOND:
        blank &= spell.SW_DECOM >= _TOLD_FROM
    return ~spell.valid_code("SW_REASON") | blank


@linked_rule(
    "SW14STG2",
    sw_episodes.SW_DEC,
    since=_FIRST,
    until=_FIRST,
    summary="A social worker has no last day and is not the child's last one.",
    hint="Give the last day.",
)
def not_the_last_and_open(census: Census) -> pl.LazyFrame:
    """The last of those with a first day passes; one without a first day is not the last where another has one."""
    newest = _latest(census)
    still = with_any(_rows(census).filter(missing(pl.col("SW_DEC"))), newest, children)
    return still.join(newest, on="SWEpisodes", how="anti").select("SWEpisodes")


@linked_rule(
    "SW17STG2",
    *_DATES,
    since=_THIRD,
    summary="The child's last social worker has a last day.",
    hint="Give the social worker of today, or clear the last day.",
)
def last_one_left(census: Census) -> pl.LazyFrame:
    """A last day that cannot be read passes. Unconfirmed: that children who have left care are looked at too."""
    return _latest(census).filter(present(pl.col("SW_DEC"))).select("SWEpisodes")


@rule(
    "SW18STG2",
    *_DATES,
    since=_THIRD,
    summary="A social worker left on or before the first day.",
    hint="Correct one of the two days.",
)
def left_by_the_first_day(spell: Row) -> pl.Expr:
    """The day after the first one passes."""
    return spell.SW_DEC <= spell.SW_DECOM


@linked_rule(
    "SW19STG2",
    sw_episodes.SW_DECOM,
    sw_episodes.CHILD,
    since=_THIRD,
    summary="Two social workers of a child came on the same day.",
    hint="Correct one of the days, or join the rows.",
)
def two_on_one_day(census: Census) -> pl.LazyFrame:
    """All rows of the day make one finding; rows without a first day pass."""
    return repeated(_rows(census), "Children", "SW_DECOM").select("SWEpisodes", "issue")
