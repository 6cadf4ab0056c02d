"""Where each column of the return comes from: one row each, and which rows of a case table are in.

Sources are case fields. Columns that begin with a `_` are brought beside the rows by `adapters.ssda903.build.prepare`;
what tells of a time in care is in `adapters.ssda903.build.care`.
"""

from __future__ import annotations

import polars as pl

from adapters.mapping.built import ReturnRows
from adapters.mapping.declare import Absent
from adapters.mapping.items import CHILD, Mapped, always, as_is, by_end, ethnicity, same, sex
from adapters.ssda903.build.care import EPISODES, MISSING, PREV_PERM, REVIEWS, SOCIAL_WORKERS, UASC
from adapters.ssda903.build.items import ABOUT, KNOWN_AS, SEX, kept, seen

_NUMBERS_UNKNOWN = ("UN1", "UN2", "UN3", "UN4", "UN5")
_NOT_KNOWN = ("DIED", "RHOM")
_YES, _NO = "1", "0"


def _flag(text: pl.Expr) -> pl.Expr:
    return pl.when(text == _YES).then(pl.lit(value=True)).when(text == _NO).then(pl.lit(value=False))


HEADER = ReturnRows(
    "Header",
    "person",
    "Every child in Episodes or in OC3.",
    always,
    (
        KNOWN_AS,
        sex("SEX", SEX),
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
        seen(
            "MOTHER",
            ("relationships.kind", "relationships.person", "relationships.other"),
            "For girls in Episodes, not with short breaks alone: 1 where she is the mother of a child born by the end "
            "of the year, else 0.",
            "_mother",
        ),
        seen(
            "MC_DOB",
            ("person.date_of_birth", "relationships.other"),
            "Of her eldest child, where she is a mother.",
            "_first_child",
        ),
    ),
    order=(CHILD,),
)
OC2 = ReturnRows(
    "OC2",
    "person",
    "Looked after on the last day of the year and all the year before it, short breaks left out.",
    always,
    (
        *ABOUT,
        seen(
            "SDQ_SCORE",
            ("sdq_scores.score", "sdq_scores.completed_on"),
            "The latest of the year, of those who were 4 to 16 in it.",
            "_score",
        ),
        seen(
            "SDQ_REASON",
            ("sdq_scores.no_score_reason", "person.date_of_birth"),
            "Where there is no score: the latest of the year; SDQ1 where the 4th or 17th birthday was in it.",
            "_no_score",
        ),
        seen(
            "CONVICTED",
            ("cla_convictions.offence_date",),
            "From the age of 10: whether an offence of the year is held. Case systems hold the day of the offence, the "
            "return asks for the day of the outcome.",
            "_convicted",
        ),
        seen(
            "HEALTH_CHECK",
            ("cla_health.kind", "cla_health.check_date", "cla_health.status"),
            "Under the age of 5: whether a developmental check was completed in the year.",
            "_checked",
        ),
        seen("IMMUNISATIONS", ("cla_immunisations.up_to_date",), "No where it is not known.", "_immunised"),
        seen(
            "TEETH_CHECK",
            ("cla_health.kind", "cla_health.check_date", "cla_health.status"),
            "Whether a dental check was completed in the year.",
            "_dentist",
        ),
        seen(
            "HEALTH_ASSESSMENT",
            ("cla_health.kind", "cla_health.check_date", "cla_health.status"),
            "Whether an initial or review health assessment was completed in the year.",
            "_assessed",
        ),
        seen("SUBSTANCE_MISUSE", ("cla_substance_misuse.found_on",), "Whether any was found in the year.", "_misuse"),
        seen(
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
    always,
    (
        *ABOUT,
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
    always,
    (
        *ABOUT,
        as_is("DATE_INT", "permanence.decision_date"),
        as_is("DATE_MATCH", "permanence.matched_date"),
        kept("FOSTER_CARE", ("permanence.adopted_by_carer",), "1 or 0.", "adopted_by_carer", _flag),
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
        *ABOUT,
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
