"""Episodes: codes and dates of one episode."""

from datetime import date

import polars as pl

from schemas.rules import FieldRef, Row, Rule, rule
from schemas.ssda903.rules.terms import STARTED, among, unreadable
from schemas.ssda903.tables import episodes, header
from schemas.vocabulary import years_after

_CHILDREN_ACT = date(1991, 10, 14)


def _unknown_code(code: str, field: FieldRef, item: str, hint: str) -> Rule:
    @rule(code, field, summary=f"The {item} is no code of the list.", hint=hint)
    def unknown_code(episode: Row) -> pl.Expr:
        """A blank item passes; the list is that of the collection year."""
        return ~episode.valid_code(field.field)

    return unknown_code


def _unreadable_date(code: str, field: FieldRef, item: str) -> Rule:
    @rule(code, field, summary=f"The {item} of an episode is no date.", hint="Write the date as dd/mm/yyyy.")
    def unreadable_date(_episode: Row) -> pl.Expr:
        """A blank date passes; one with a single digit for the day or the month does not."""
        return unreadable(field)

    return unreadable_date


unreadable_start = _unreadable_date("141", episodes.DECOM, "start")
unreadable_end = _unreadable_date("147", episodes.DEC, "end")

unknown_reason_for_new_episode = _unknown_code(
    "143", episodes.RNE, "reason for the new episode", "Use S, P, L, T, U or B."
)
unknown_legal_status = _unknown_code("144", episodes.LS, "legal status", "Choose a legal status of the list, as C2.")
unknown_need = _unknown_code("145", episodes.CIN, "category of need", "Use N1 to N8.")
unknown_placement = _unknown_code(
    "146", episodes.PLACE, "type of placement", "Choose a placement code that is in use in this collection year."
)
unknown_reason_ceased = _unknown_code(
    "149", episodes.REC, "reason for the end of the episode", "Use X1 or one of the codes that begin with E."
)
unknown_reason_for_move = _unknown_code(
    "1009", episodes.REASON_PLACE_CHANGE, "reason for the change of placement", "Choose a reason of the list, as CARPL."
)


@rule(
    "148",
    episodes.DEC,
    episodes.REC,
    summary="An episode has an end without a reason, or a reason without an end.",
    hint="Give both where the episode has ended, neither while it is open.",
)
def end_and_reason_apart(episode: Row) -> pl.Expr:
    """Both or neither pass; an end that cannot be read is there all the same."""
    return episode.text("DEC").is_null() != episode.REC.is_null()


@rule(
    "233",
    episodes.REASON_PLACE_CHANGE,
    episodes.DEC,
    since=2026,
    summary="An episode that is open has a reason for the change of placement.",
    hint="Clear the reason until the placement ends, or give the end.",
)
def reason_for_move_while_open(episode: Row) -> pl.Expr:
    """An episode with anything as its end passes."""
    return episode.text("DEC").is_null() & episode.REASON_PLACE_CHANGE.is_not_null()


@rule(
    "352",
    episodes.DECOM,
    episodes.RNE,
    header.DOB,
    summary="Care starts on or after the 18th birthday.",
    hint="Correct the start of the episode or the date of birth.",
)
def care_started_at_18(episode: Row) -> pl.Expr:
    """The day before the 18th birthday passes; a birthday on 29 February counts as 28 February."""
    birthday = years_after(episode.of(header).DOB, 18)
    return (episode.RNE == STARTED) & (episode.DECOM >= birthday)


@rule(
    "353",
    episodes.DECOM,
    summary="An episode starts before the Children Act came into force.",
    hint="Correct the start: it cannot lie before 14 October 1991.",
)
def before_the_children_act(episode: Row) -> pl.Expr:
    """14 October 1991 passes."""
    return episode.DECOM < _CHILDREN_ACT


@rule(
    "354",
    episodes.DECOM,
    summary="An episode starts after the end of the collection year.",
    hint="Correct the start, or leave the episode to next year's return.",
)
def starts_after_the_year(episode: Row) -> pl.Expr:
    """31 March passes."""
    return episode.DECOM > episode.period.end


@rule(
    "355",
    episodes.DECOM,
    episodes.DEC,
    summary="An episode ends on the day on which it starts.",
    hint="Leave out an episode without a night in care, or correct its dates.",
)
def ends_on_its_first_day(episode: Row) -> pl.Expr:
    """The day after passes, as do two blank dates; the texts are compared, so that odd ones count too."""
    return episode.text("DECOM") == episode.text("DEC")


@rule(
    "356",
    episodes.DECOM,
    episodes.DEC,
    summary="An episode ends before it starts.",
    hint="Correct the start or the end of the episode.",
)
def ends_before_start(episode: Row) -> pl.Expr:
    """The same day passes."""
    return episode.DEC < episode.DECOM


@rule(
    "359",
    episodes.DEC,
    episodes.LS,
    episodes.PLACE,
    header.DOB,
    summary="An episode is open although the child turned 18 before the end of the year.",
    hint="End the episode by the 18th birthday, or correct the legal status, the placement or the date of birth.",
)
def open_past_18(episode: Row) -> pl.Expr:
    """A birthday on 31 March passes, as does section 20 (V2) in a children's home (K2)."""
    may_stay = among(episode.LS, ["V2"]) & among(episode.PLACE, ["K2"])
    grown_up = years_after(episode.of(header).DOB, 18) < episode.period.end
    return episode.text("DEC").is_null() & grown_up & ~may_stay


@rule(
    "385",
    episodes.DEC,
    summary="An episode ends after the end of the collection year.",
    hint="Leave the end and its reason blank where the episode was open on 31 March.",
)
def ends_after_the_year(episode: Row) -> pl.Expr:
    """31 March passes."""
    return episode.DEC > episode.period.end
