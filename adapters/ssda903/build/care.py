"""Where each column comes from that tells of a time in care: one row each, and which rows of a case table are in.

Columns that begin with a `_` are brought beside the rows by `adapters.ssda903.build.prepare` and, beside episodes, by
`adapters.ssda903.build.rebuild`.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from adapters.mapping.built import ReturnRows
from adapters.mapping.declare import Beside
from adapters.mapping.items import Mapped, always, as_is, by_end, same, sex
from adapters.mapping.span import ReturnYear
from adapters.ssda903.build.items import ABOUT, KNOWN_AS, SEX, kept
from schemas.ssda903.rules.terms import SHORT_BREAKS, TEMPORARY
from schemas.vocabulary import years_after

_ELSEWHERE = "^Z"
"""Placements that are none of the others; they have no provider."""
_WITHOUT_NUMBER = (*TEMPORARY, "P1", "P2", "P3", "R1", "R2", "R5")
"""Placements that Ofsted registers nobody for."""
_ADULT = 18
NO_ORDER = "Z1"


def _unless_break(column: str) -> Callable[[ReturnYear], pl.Expr]:
    return lambda _year: pl.when(~pl.col("_break")).then(pl.col(column))


EPISODES = ReturnRows(
    "Episodes",
    "cla_episodes",
    "Touches the year, under a status of the list. Rows are cut where legal status or placement changes.",
    always,
    (
        KNOWN_AS,
        kept("DECOM", ("cla_episodes.start_date",), "Of the row, or of the change that cuts it.", "_start"),
        kept(
            "RNE",
            ("cla_episodes.start_reason", "cla_episodes.entered_care_date"),
            "By what changed; the reason that is held where it agrees, or where it tells of a change of carer. S where "
            "the time in care begins.",
            "_reason",
        ),
        kept(
            "LS",
            ("legal_status.status", "legal_status.start_date", "legal_status.end_date"),
            "In force on DECOM: a placement order before all others, then the latest, then a care order.",
            "_status",
        ),
        kept("CIN", ("cla_episodes.primary_need",), "Of the row.", "primary_need"),
        kept(
            "PLACE",
            ("cla_placement.kind", "cla_episodes.placement", "cla_placement.period_of_care"),
            "Of the placement of the row, else of the one of the time in care that holds DECOM.",
            "kind",
        ),
        kept(
            "PLACE_PROVIDER",
            ("cla_placement.provider",),
            "Blank for temporary placements and for others (Z).",
            "_provider",
        ),
        kept(
            "DEC",
            ("cla_episodes.end_date",),
            "The start of the next row of the time in care, else of the row; blank after the end of the year.",
            "_end",
        ),
        kept(
            "REC",
            ("cla_episodes.end_reason",),
            "X1 where another row follows in the time in care, else of the row; only with DEC.",
            "_ceased",
        ),
        kept(
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
        *ABOUT,
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
        *ABOUT,
        sex("SEX", SEX),
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
PREV_PERM = ReturnRows(
    "PrevPerm",
    "cla_previous_permanence",
    "Of children who came into care in the year, short breaks left out; Z1 without a row.",
    always,
    (
        *ABOUT,
        kept("PREV_PERM", ("cla_previous_permanence.order",), f"{NO_ORDER} where none is held.", "_order"),
        kept(
            "LA_PERM",
            ("cla_previous_permanence.authority",),
            f"The authority's three digits, by its name too; WAL, SCO, NIR or NUK; blank with {NO_ORDER}.",
            "_authority",
        ),
        kept(
            "DATE_PERM",
            ("cla_previous_permanence.order_date",),
            f"In capitals; blank with {NO_ORDER}.",
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
        *ABOUT,
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
        *ABOUT,
        kept(
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


def no_provider() -> pl.Expr:
    """Say that a placement has no provider."""
    return pl.col("kind").is_in(TEMPORARY) | pl.col("kind").str.contains(_ELSEWHERE)


def no_number() -> pl.Expr:
    """Say that a placement has no number of Ofsted's."""
    return pl.col("kind").is_in(_WITHOUT_NUMBER) | pl.col("kind").str.contains(_ELSEWHERE)


def short_break() -> pl.Expr:
    """Say that an episode is a short break."""
    return pl.col("_status").is_in(SHORT_BREAKS).fill_null(value=False)
