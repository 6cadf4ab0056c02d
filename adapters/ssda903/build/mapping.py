"""Where each column of the return comes from: one row each, and which rows of a case table are in.

Sources are case fields. Columns that begin with a `_` are brought beside the rows by `adapters.ssda903.build.prepare`,
and beside episodes by `adapters.ssda903.build.rebuild`.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from adapters.mapping.built import ReturnRows
from adapters.mapping.declare import Absent, Beside
from adapters.mapping.items import CHILD, Mapped, as_is, by_end, child, ethnicity, same, sex
from adapters.mapping.span import ReturnYear
from schemas.ssda903.rules.terms import SHORT_BREAKS, TEMPORARY
from schemas.vocabulary import years_after

_SEX = {"M": "1", "F": "2"}
_NUMBERS_UNKNOWN = ("UN1", "UN2", "UN3", "UN4", "UN5")
_ELSEWHERE = "^Z"
"""Placements that are none of the others; they have no provider."""
WITHOUT_NUMBER = (*TEMPORARY, "P1", "P2", "P3", "R1", "R2", "R5")
"""Placements that Ofsted registers nobody for."""
_NOT_KNOWN = ("DIED", "RHOM")
_ADULT = 18
_NO_ORDER = "Z1"
_YES, _NO = "1", "0"


def _always(_year: ReturnYear) -> pl.Expr:
    return pl.lit(value=True)


def _seen(target: str, sources: tuple[str, ...], how: str, column: str) -> Mapped:
    """Take what was made ready; nothing of it is read back."""
    return Mapped(target, sources, how, lambda _year: pl.col(column))


def _kept(
    target: str, sources: tuple[str, ...], how: str, column: str, back: Callable[[pl.Expr], pl.Expr] = same
) -> Mapped:
    """Take what was made ready; it is read back into the first source."""
    return Mapped(target, sources, how, lambda _year: pl.col(column), back)


def _flag(text: pl.Expr) -> pl.Expr:
    return pl.when(text == _YES).then(pl.lit(value=True)).when(text == _NO).then(pl.lit(value=False))


def _unless_break(column: str) -> Callable[[ReturnYear], pl.Expr]:
    return lambda _year: pl.when(~pl.col("_break")).then(pl.col(column))


_CHILD = child("CHILD")
_BORN = _seen("DOB", ("person.date_of_birth",), "Of the child.", "_born")
_ABOUT = (_CHILD, _BORN)

HEADER = ReturnRows(
    "Header",
    "person",
    "Every child in Episodes or in OC3.",
    _always,
    (
        _CHILD,
        sex("SEX", _SEX),
        as_is("DOB", "person.date_of_birth"),
        ethnicity("ETHNIC"),
        Mapped(
            "UPN",
            ("person.upn", "person.upn_unknown", "linked_identifiers.value", "linked_identifiers.kind"),
            "The number, or the latest of kind UPN, where its check letter fits; else the reason for having none, UN1 "
            "to UN5.",
            lambda _year: pl.coalesce(
                "_upn", pl.when(pl.col("upn_unknown").is_in(_NUMBERS_UNKNOWN)).then("upn_unknown")
            ),
            lambda text: pl.when(~text.str.starts_with("UN")).then(text),
            also=(("person.upn_unknown", lambda text: pl.when(text.str.starts_with("UN")).then(text)),),
        ),
        _seen(
            "MOTHER",
            ("relationships.kind", "relationships.person", "relationships.other"),
            "For girls in Episodes, not with short breaks alone: 1 where she is the mother of a child born by the end "
            "of the year, else 0.",
            "_mother",
        ),
        _seen(
            "MC_DOB",
            ("person.date_of_birth", "relationships.other"),
            "Of her eldest child, where she is a mother.",
            "_first_child",
        ),
    ),
    order=(CHILD,),
)
EPISODES = ReturnRows(
    "Episodes",
    "cla_episodes",
    "Touches the year, under a status of the list. Rows are cut where legal status or placement changes.",
    _always,
    (
        _CHILD,
        _kept("DECOM", ("cla_episodes.start_date",), "Of the row, or of the change that cuts it.", "_start"),
        _kept(
            "RNE",
            ("cla_episodes.start_reason", "cla_episodes.entered_care_date"),
            "By what changed; the reason that is held where it agrees, or where it tells of a change of carer. S where "
            "the time in care begins.",
            "_reason",
        ),
        _kept(
            "LS",
            ("legal_status.status", "legal_status.start_date", "legal_status.end_date"),
            "In force on DECOM: a placement order before all others, then the latest, then a care order.",
            "_status",
        ),
        _kept("CIN", ("cla_episodes.primary_need",), "Of the row.", "primary_need"),
        _kept(
            "PLACE",
            ("cla_placement.kind", "cla_episodes.placement", "cla_placement.period_of_care"),
            "Of the placement of the row, else of the one of the time in care that holds DECOM.",
            "kind",
        ),
        _kept(
            "PLACE_PROVIDER",
            ("cla_placement.provider",),
            "Blank for temporary placements and for others (Z).",
            "_provider",
        ),
        _kept(
            "DEC",
            ("cla_episodes.end_date",),
            "The start of the next row of the time in care, else of the row; blank after the end of the year.",
            "_end",
        ),
        _kept(
            "REC",
            ("cla_episodes.end_reason",),
            "X1 where another row follows in the time in care, else of the row; only with DEC.",
            "_ceased",
        ),
        _kept(
            "REASON_PLACE_CHANGE",
            ("cla_placement.change_reason",),
            "Of the placement that ends on DEC, where another follows.",
            "_change",
        ),
        Mapped(
            "HOME_POST",
            ("address.postcode", "address.kind", "address.start_date", "address.end_date"),
            "Of the home on the first day of the time in care; blank for short breaks.",
            _unless_break("_home"),
            same,
        ),
        Mapped("PL_POST", ("cla_placement.postcode",), "Blank for short breaks.", _unless_break("postcode"), same),
        Mapped(
            "URN",
            ("cla_placement.provider_urn",),
            "Blank for short breaks and for placements that Ofsted registers nobody for.",
            _unless_break("_urn"),
            same,
        ),
    ),
    under="person",
    order=("_start",),
    beside=(
        Beside("cla_placement", named_in="placement", copied=(("start_date", "DECOM"), ("end_date", "DEC"))),
        Beside("legal_status", copied=(("start_date", "DECOM"), ("end_date", "DEC"))),
        Beside("address", constant=(("kind", "HOME"),), copied=(("start_date", "DECOM"),)),
    ),
)
REVIEWS = ReturnRows(
    "Reviews",
    "cla_reviews",
    "Held in the year and not called off, of children with more than short breaks.",
    lambda year: year.holds("held_on") & ~pl.col("cancelled").fill_null(value=False),
    (
        *_ABOUT,
        Mapped("REVIEW", ("cla_reviews.held_on", "cla_reviews.cancelled")),
        as_is("REVIEW_CODE", "cla_reviews.participation"),
    ),
    under="person",
    order=("held_on",),
)
UASC = ReturnRows(
    "UASC",
    "immigration_status",
    "A status UASC that touches the year, of children in Episodes; the latest.",
    lambda year: (pl.col("status") == "UASC") & year.touches("start_date", "end_date"),
    (
        *_ABOUT,
        sex("SEX", _SEX),
        Mapped(
            "DUC",
            ("immigration_status.end_date", "immigration_status.status", "person.date_of_birth"),
            "The 18th birthday while the status lasts.",
            lambda year: pl.coalesce(year.by_end("end_date"), years_after(pl.col("_born"), _ADULT)),
            same,
        ),
    ),
    under="person",
    constant=(("status", "UASC"),),
)
OC2 = ReturnRows(
    "OC2",
    "person",
    "Looked after on the last day of the year and all the year before it, short breaks left out.",
    _always,
    (
        *_ABOUT,
        _seen(
            "SDQ_SCORE",
            ("sdq_scores.score", "sdq_scores.completed_on"),
            "The latest of the year, of those who were 4 to 16 in it.",
            "_score",
        ),
        _seen(
            "SDQ_REASON",
            ("sdq_scores.no_score_reason", "person.date_of_birth"),
            "Where there is no score: the latest of the year; SDQ1 where the 4th or 17th birthday was in it.",
            "_no_score",
        ),
        _seen(
            "CONVICTED",
            ("cla_convictions.offence_date",),
            "From the age of 10: whether an offence of the year is held. Case systems hold the day of the offence, the "
            "return asks for the day of the outcome.",
            "_convicted",
        ),
        _seen(
            "HEALTH_CHECK",
            ("cla_health.kind", "cla_health.check_date", "cla_health.status"),
            "Under the age of 5: whether a developmental check was completed in the year.",
            "_checked",
        ),
        _seen("IMMUNISATIONS", ("cla_immunisations.up_to_date",), "No where it is not known.", "_immunised"),
        _seen(
            "TEETH_CHECK",
            ("cla_health.kind", "cla_health.check_date", "cla_health.status"),
            "Whether a dental check was completed in the year.",
            "_dentist",
        ),
        _seen(
            "HEALTH_ASSESSMENT",
            ("cla_health.kind", "cla_health.check_date", "cla_health.status"),
            "Whether an initial or review health assessment was completed in the year.",
            "_assessed",
        ),
        _seen("SUBSTANCE_MISUSE", ("cla_substance_misuse.found_on",), "Whether any was found in the year.", "_misuse"),
        _seen(
            "INTERVENTION_RECEIVED",
            ("cla_substance_misuse.help_received",),
            "Where misuse was found in the year: whether help was taken up.",
            "_helped",
        ),
    ),
    under="person",
)
OC3 = ReturnRows(
    "OC3",
    "care_leavers",
    "The 17th to 21st birthday is in the year and the young person was not looked after on it; the latest contact.",
    _always,
    (
        *_ABOUT,
        as_is("IN_TOUCH", "care_leavers.in_touch"),
        Mapped(
            "ACTIV",
            ("care_leavers.activity", "care_leavers.in_touch"),
            "0 where it is not known, or the young person died or returned home.",
            lambda _year: (
                pl.when(pl.col("in_touch").is_in(_NOT_KNOWN).fill_null(value=False))
                .then(pl.lit(_NO))
                .otherwise(pl.col("activity").fill_null(_NO))
            ),
            lambda text: pl.when(text != _NO).then(text),
        ),
        Mapped(
            "ACCOM",
            ("care_leavers.accommodation", "care_leavers.suitable", "care_leavers.in_touch"),
            "With 1 or 2 for whether it suits; 0 where it is not known, or the young person died or returned home.",
            lambda _year: (
                pl.when(pl.col("in_touch").is_in(_NOT_KNOWN).fill_null(value=False))
                .then(pl.lit(_NO))
                .otherwise((pl.col("accommodation") + pl.col("suitable").fill_null("")).fill_null(_NO))
            ),
            lambda text: pl.when(text != _NO).then(text.str.slice(0, 1)),
            also=(("care_leavers.suitable", lambda text: text.str.extract("^.([12])$")),),
        ),
    ),
    under="person",
)
AD1 = ReturnRows(
    "AD1",
    "permanence",
    "Of children whose care ended in the year with adoption (E11, E12); the latest.",
    _always,
    (
        *_ABOUT,
        as_is("DATE_INT", "permanence.decision_date"),
        as_is("DATE_MATCH", "permanence.matched_date"),
        _kept("FOSTER_CARE", ("permanence.adopted_by_carer",), "1 or 0.", "adopted_by_carer", _flag),
        as_is("NB_ADOPTR", "permanence.adopters"),
        as_is("SEX_ADOPTR", "permanence.adopter_sex"),
        as_is("LS_ADOPTR", "permanence.adopter_legal_status"),
    ),
    under="person",
)
PLACED_ADOPTION = ReturnRows(
    "PlacedAdoption",
    "permanence",
    "Decided by the end of the year, not reversed nor followed by the order before it; of children in Episodes.",
    lambda year: (
        (pl.col("decision_date") <= year.end)
        & (pl.col("reversed_date").is_null() | (pl.col("reversed_date") >= year.start))
        & (pl.col("order_date").is_null() | (pl.col("order_date") >= year.start))
    ),
    (
        *_ABOUT,
        Mapped("DATE_PLACED", ("permanence.decision_date", "permanence.order_date")),
        by_end("DATE_PLACED_CEASED", "permanence.reversed_date"),
        Mapped(
            "REASON_PLACED_CEASED",
            ("permanence.reversed_reason", "permanence.reversed_date"),
            "Only with a day.",
            lambda year: pl.when(pl.col("reversed_date") <= year.end).then("reversed_reason"),
            same,
        ),
    ),
    under="person",
    order=("decision_date",),
)
PREV_PERM = ReturnRows(
    "PrevPerm",
    "cla_previous_permanence",
    "Of children who came into care in the year, short breaks left out; Z1 without a row.",
    _always,
    (
        *_ABOUT,
        _kept("PREV_PERM", ("cla_previous_permanence.order",), f"{_NO_ORDER} where none is held.", "_order"),
        _kept(
            "LA_PERM",
            ("cla_previous_permanence.authority",),
            f"The authority's three digits, by its name too; WAL, SCO, NIR or NUK; blank with {_NO_ORDER}.",
            "_authority",
        ),
        _kept(
            "DATE_PERM",
            ("cla_previous_permanence.order_date",),
            f"In capitals; blank with {_NO_ORDER}.",
            "_order_date",
            lambda text: text.str.to_lowercase(),
        ),
    ),
    under="person",
)
MISSING = ReturnRows(
    "Missing",
    "missing",
    "Touches the year, and an episode of the child's.",
    lambda year: pl.col("start_date").is_not_null() & year.touches("start_date", "end_date"),
    (
        *_ABOUT,
        as_is("MISSING", "missing.kind"),
        as_is("MIS_START", "missing.start_date"),
        by_end("MIS_END", "missing.end_date"),
    ),
    under="person",
    order=("start_date",),
)
SOCIAL_WORKERS = ReturnRows(
    "SWEpisodes",
    "involvements",
    "In the role CW, in force in the year, of children in Episodes; one worker's rows without a gap are one.",
    lambda year: (pl.col("role") == "CW") & pl.col("start_date").is_not_null() & year.touches("start_date", "end_date"),
    (
        *_ABOUT,
        _kept(
            "SW_ID",
            ("professionals.registration", "involvements.professional", "involvements.role"),
            "The registration number.",
            "_number",
        ),
        as_is("SW_DECOM", "involvements.start_date"),
        Mapped(
            "SW_DEC",
            ("involvements.end_date",),
            "Blank where it is after the end of the year.",
            lambda year: year.by_end("_until"),
            same,
        ),
        as_is("SW_REASON", "involvements.change_reason"),
    ),
    under="person",
    order=("start_date",),
    beside=(Beside("professionals", named_in="professional"),),
    constant=(("role", "CW"),),
)
DECLARED = (
    HEADER,
    EPISODES,
    REVIEWS,
    UASC,
    OC2,
    OC3,
    AD1,
    PLACED_ADOPTION,
    PREV_PERM,
    MISSING,
    SOCIAL_WORKERS,
)
"""Every record of the return; Header is around all others."""
ABSENT = (
    Absent(
        "OC2",
        "INTERVENTION_OFFERED",
        "Case records say only whether help was taken up. Where it was not, enter 1 or 0 in the file.",
    ),
    Absent("DoLo", "*", "Orders that deprive a child of liberty are held elsewhere. Add the table by hand."),
)


def no_provider() -> pl.Expr:
    """Say that a placement has no provider."""
    return pl.col("kind").is_in(TEMPORARY) | pl.col("kind").str.contains(_ELSEWHERE)


def no_number() -> pl.Expr:
    """Say that a placement has no number of Ofsted's."""
    return pl.col("kind").is_in(WITHOUT_NUMBER) | pl.col("kind").str.contains(_ELSEWHERE)


def short_break() -> pl.Expr:
    """Say that an episode is a short break."""
    return pl.col("_status").is_in(SHORT_BREAKS).fill_null(value=False)
