"""Where each item of a child's record comes from: one row each, and the rows that a block takes in.

Sources are names of case fields. `how` says in words what the expression does; without both it is taken as it stands.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from adapters.csc_api.choices import Choices, SecondId, WorkerId
from adapters.csc_api.window import Window
from adapters.mapping import declare
from adapters.mapping.declare import ID
from schemas.csc_api import layout
from schemas.csc_api.declare import Block

Expression = Callable[[Choices, Window], pl.Expr]
Mapped = declare.Mapped[[Choices, Window]]
Rows = declare.Rows[Block, [Choices, Window]]


def as_is(target: str, source: str) -> Mapped:
    """Take a field as it stands."""
    return Mapped(target, (source,))


def identity(target: str, table: str) -> Mapped:
    """Take the id that the case system gives the record."""
    return Mapped(target, (f"{table}.id",), "The case system's own id.", lambda _choices, _window: pl.col(ID))


def touching(start: str, end: str) -> Expression:
    """Take rows whose period touches the window."""
    return lambda _choices, window: window.touches(start, end)


_FILLER = 1900
_PERIOD = "Its period touches the window."

DETAILS = Rows(
    layout.DETAILS,
    "person",
    "Always, for a child who is sent.",
    lambda _choices, _window: pl.lit(value=True),
    (
        as_is("unique_pupil_number", "person.upn"),
        Mapped(
            "former_unique_pupil_number",
            ("linked_identifiers.value", "linked_identifiers.kind", "linked_identifiers.start_date"),
            "The number of kind FORMER_UPN with the latest start.",
            lambda _choices, _window: pl.col("_former_upn"),
        ),
        Mapped(
            "unique_pupil_number_unknown_reason",
            ("person.upn_unknown", "person.upn"),
            "Only where there is no pupil number.",
            lambda _choices, _window: pl.when(pl.col("upn").is_null()).then("upn_unknown"),
        ),
        as_is("first_name", "person.forename"),
        as_is("surname", "person.surname"),
        as_is("date_of_birth", "person.date_of_birth"),
        Mapped(
            "expected_date_of_birth",
            ("person.expected_date_of_birth", "person.date_of_birth"),
            "Only while there is no date of birth.",
            lambda _choices, _window: pl.when(pl.col("date_of_birth").is_null()).then("expected_date_of_birth"),
        ),
        Mapped(
            "sex", ("person.sex",), "U where it is not known.", lambda _choices, _window: pl.col("sex").fill_null("U")
        ),
        as_is("ethnicity", "person.ethnicity"),
        Mapped(
            "disabilities",
            ("disability.code",),
            "Each code once; NONE where there is none. For unborn children as the choice says.",
            lambda choices, _window: (
                pl.when(pl.lit(choices.unborn_disabilities) | pl.col("date_of_birth").is_not_null())
                .then(pl.col("_disabilities").fill_null(["NONE"]))
                .otherwise("_disabilities")
            ),
        ),
        Mapped(
            "postcode",
            ("address.postcode", "address.start_date"),
            "Of the address with the latest start.",
            lambda _choices, _window: pl.col("_postcode"),
        ),
        Mapped(
            "uasc_flag",
            ("immigration_status.status", "immigration_status.end_date"),
            "Whether a status UASC has not ended before the window; not for unborn children.",
            lambda _choices, _window: pl.when(pl.col("date_of_birth").is_not_null()).then(
                pl.col("_uasc").fill_null(value=False)
            ),
        ),
        Mapped(
            "uasc_end_date",
            ("immigration_status.end_date",),
            "Of that row, the one with the latest start.",
            lambda _choices, _window: pl.col("_uasc_end"),
        ),
    ),
)
SCORES = Rows(
    layout.SCORES,
    "sdq_scores",
    "Completed in the window, with a score.",
    lambda _choices, window: window.holds("completed_on") & pl.col("score").is_not_null(),
    (as_is("date", "sdq_scores.completed_on"), as_is("score", "sdq_scores.score")),
)
EPISODES = Rows(
    layout.EPISODES,
    "cin_episodes",
    _PERIOD,
    touching("referral_date", "close_date"),
    (
        identity("social_care_episode_id", "cin_episodes"),
        as_is("referral_date", "cin_episodes.referral_date"),
        as_is("referral_source", "cin_episodes.source"),
        as_is("closure_date", "cin_episodes.close_date"),
        as_is("closure_reason", "cin_episodes.close_reason"),
        as_is("referral_no_further_action_flag", "cin_episodes.no_further_action"),
    ),
)
WORKERS = Rows(
    layout.WORKERS,
    "involvements",
    "In a role that is sent, with a number, in force on a 31 March in the window; under episodes that have a child in "
    "need plan in the window.",
    lambda choices, window: (
        pl.col("role").is_in(choices.worker_roles)
        & pl.col("_worker").is_not_null()
        & pl.col("_has_plan")
        & pl.any_horizontal(
            pl.lit(value=False),
            *(
                (pl.col("start_date") <= day) & (pl.col("end_date").is_null() | (pl.col("end_date") >= day))
                for day in window.marches()
            ),
        )
    ),
    (
        Mapped(
            "worker_id",
            ("professionals.registration", "professionals.staff_number", "involvements.professional"),
            "The registration number, or the staff number where that is chosen.",
            lambda _choices, _window: pl.col("_worker"),
        ),
        as_is("start_date", "involvements.start_date"),
        as_is("end_date", "involvements.end_date"),
    ),
)
ASSESSMENTS = Rows(
    layout.ASSESSMENTS,
    "cin_assessments",
    "Started or signed off in the window.",
    lambda _choices, window: window.holds("start_date") | window.holds("authorised_date"),
    (
        identity("child_and_family_assessment_id", "cin_assessments"),
        as_is("start_date", "cin_assessments.start_date"),
        Mapped(
            "authorisation_date",
            ("cin_assessments.authorised_date",),
            "Left out where it is of 1900, which some case systems fill in.",
            lambda _choices, _window: pl.when(pl.col("authorised_date").dt.year() != _FILLER).then("authorised_date"),
        ),
        Mapped(
            "factors",
            ("assessment_factors.factors", "assessment_factors.assessment"),
            "Each factor once; an empty list where there is none.",
            lambda _choices, _window: pl.col("_factors").fill_null(pl.lit([], pl.List(pl.String))),
        ),
    ),
)
CIN_PLANS = Rows(
    layout.CIN_PLANS,
    "cin_plans",
    _PERIOD,
    touching("start_date", "end_date"),
    (
        identity("child_in_need_plan_id", "cin_plans"),
        as_is("start_date", "cin_plans.start_date"),
        as_is("end_date", "cin_plans.end_date"),
    ),
)
ENQUIRIES = Rows(
    layout.ENQUIRIES,
    "s47_enquiry",
    "Its period touches the window, or its conference was in it.",
    lambda _choices, window: window.touches("start_date", "end_date") | window.holds("_conference"),
    (
        identity("section_47_assessment_id", "s47_enquiry"),
        as_is("start_date", "s47_enquiry.start_date"),
        Mapped(
            "icpc_required_flag",
            ("s47_enquiry.outcomes", "s47_enquiry.conference_not_required"),
            "Whether the outcomes have CP_CONFERENCE; without outcomes, what the record says itself.",
            lambda _choices, _window: (
                pl.when(pl.col("outcomes").list.len() > 0)
                .then(pl.col("outcomes").list.contains("CP_CONFERENCE"))
                .otherwise(~pl.col("conference_not_required"))
            ),
        ),
        Mapped(
            "icpc_date",
            ("initial_cp_conference.held_on", "initial_cp_conference.enquiry"),
            "The latest conference of the enquiry.",
            lambda _choices, _window: pl.col("_conference"),
        ),
        as_is("end_date", "s47_enquiry.end_date"),
    ),
)
PROTECTION_PLANS = Rows(
    layout.PROTECTION_PLANS,
    "cp_plans",
    "Its period touches the window, and no other authority owns it.",
    lambda _choices, window: (
        window.touches("start_date", "end_date") & ~pl.col("other_authority").fill_null(value=False)
    ),
    (
        identity("child_protection_plan_id", "cp_plans"),
        as_is("start_date", "cp_plans.start_date"),
        as_is("end_date", "cp_plans.end_date"),
    ),
)
PLACEMENTS = Rows(
    layout.PLACEMENTS,
    "cla_placement",
    _PERIOD,
    touching("start_date", "end_date"),
    (
        identity("child_looked_after_placement_id", "cla_placement"),
        as_is("start_date", "cla_placement.start_date"),
        Mapped(
            "start_reason",
            ("cla_episodes.start_reason", "cla_episodes.placement"),
            "Of the first episode of care in the placement.",
            lambda _choices, _window: pl.col("_start_reason"),
        ),
        as_is("postcode", "cla_placement.postcode"),
        as_is("placement_type", "cla_placement.kind"),
        Mapped(
            "end_date",
            ("cla_placement.end_date",),
            "Left out where it is before the start.",
            lambda _choices, _window: pl.when(
                pl.col("start_date").is_null() | (pl.col("end_date") >= pl.col("start_date"))
            ).then("end_date"),
        ),
        Mapped(
            "end_reason",
            ("cla_episodes.end_reason", "cla_episodes.placement"),
            "Of the last episode of care in the placement.",
            lambda _choices, _window: pl.col("_end_reason"),
        ),
        as_is("change_reason", "cla_placement.change_reason"),
    ),
)
ADOPTION = Rows(
    layout.ADOPTION,
    "permanence",
    "With one of the three dates in the window; the latest by placed, matched, decision; under the episode in force.",
    lambda _choices, window: window.holds("decision_date") | window.holds("matched_date") | window.holds("placed_date"),
    (
        as_is("initial_decision_date", "permanence.decision_date"),
        as_is("matched_date", "permanence.matched_date"),
        as_is("placed_date", "permanence.placed_date"),
    ),
)
LEAVERS = Rows(
    layout.LEAVERS,
    "care_leavers",
    "The row with the latest contact, however old; under the episode in force.",
    lambda _choices, _window: pl.col("latest_contact_date").is_not_null(),
    (
        as_is("contact_date", "care_leavers.latest_contact_date"),
        as_is("activity", "care_leavers.activity"),
        as_is("accommodation", "care_leavers.accommodation"),
    ),
)
OF_CHILD = (DETAILS, SCORES, EPISODES)
OF_EPISODE = (WORKERS, ASSESSMENTS, CIN_PLANS, ENQUIRIES, PROTECTION_PLANS, PLACEMENTS, ADOPTION, LEAVERS)
CHILD_ID = Mapped("la_child_id", ("person.id",), "The case system's own id.", lambda _choices, _window: pl.col(ID))
CHILD_SECOND_ID = Mapped(
    "mis_child_id",
    ("person.legacy_reference",),
    "Null or the first id where there is none, as the choice says.",
    lambda choices, _window: (
        pl.coalesce("legacy_reference", ID) if choices.second_id is SecondId.REPEAT else pl.col("legacy_reference")
    ),
)


def worker_number(choices: Choices) -> pl.Expr:
    """Give the number of a professional that is sent."""
    return pl.col("registration" if choices.worker_id is WorkerId.REGISTRATION else "staff_number")
