"""Where the columns of the lists about care come from: children looked after, care leavers, adoption."""

from __future__ import annotations

import polars as pl

from adapters.annex_a.build.items import (
    DAY,
    DISABILITY,
    SHORT_BREAKS,
    TEAM_AND_WORKER,
    WINDOW,
    about,
    allocated,
    by_day,
    derived,
    need,
    recent,
    told,
    whom,
    year_ago,
)
from adapters.mapping.built import ReturnRows
from adapters.mapping.declare import Beside
from adapters.mapping.items import Mapped, as_is, same

_LOOK_UP = "Make the directory of postcodes, from which it is looked up; else enter it in the list."

IN_CARE = ReturnRows(
    "List 8",
    "cla_episodes",
    f"Looked after, or ceased in {WINDOW}; the latest time in care of a child, told by its last episode. Not short "
    "breaks (V3, V4).",
    lambda extract: (
        recent("_entered", "_ceased", extract) & ~pl.col("_legal_status").is_in(SHORT_BREAKS).fill_null(value=False)
    ),
    (
        *about(),
        derived(
            "unaccompanied",
            "_asylum_year",
            "Yes where a status UASC was in force in the last 12 months.",
            "immigration_status.status",
        ),
        DISABILITY,
        told("start_date", "_entered", "The first day of the time in care.", "cla_episodes.entered_care_date"),
        need("primary_need", "cla_episodes.primary_need"),
        derived(
            "second_period",
            "_second_period",
            "Yes where an earlier time in care began in the last 12 months.",
            "cla_episodes.entered_care_date",
        ),
        told(
            "legal_status_date",
            "_legal_status_date",
            "Of the latest status in the time in care.",
            "legal_status.start_date",
        ),
        told("legal_status", "_legal_status", "Of the latest status in the time in care.", "legal_status.status"),
        told("review_date", "_reviewed", "The latest that was not called off.", "cla_reviews.held_on"),
        told("visit_date", "_visited", "The latest in the time in care.", "cla_visits.visit_date"),
        derived(
            "permanence_plan",
            "_permanence",
            "The goal of the latest care plan; of several the most permanent.",
            "cla_care_plan.goals",
        ),
        told("reviewer_date", "_reviewer", "Of the last episode.", "cla_episodes.last_iro_contact_date"),
        told(
            "health_date",
            "_health",
            "The latest completed health assessment in the time in care.",
            "cla_health.check_date",
            "cla_health.kind",
        ),
        derived("dental_date", "_dental", "The latest completed dental check.", "cla_health.check_date"),
        derived(
            "placements",
            "_placements",
            "Episodes touching the last 12 months that began with a new carer, one more where the placement at their "
            "start began otherwise; at least one.",
            "cla_episodes.start_reason",
        ),
        told(
            "ceased_date",
            "_ceased",
            f"Of the last episode, by {DAY}, where another did not follow (X1).",
            "cla_episodes.end_date",
        ),
        told("ceased_reason", "_ceased_reason", "With a day of ceasing.", "cla_episodes.end_reason"),
        told("placement_date", "_placed", "The latest placement.", "cla_placement.start_date"),
        told("placement_type", "_placement", "The latest placement.", "cla_placement.kind"),
        told("placement_provider", "_provider", "The latest placement.", "cla_placement.provider"),
        told("placement_postcode", "_postcode", "The latest placement.", "cla_placement.postcode"),
        told("placement_urn", "_urn", "The latest placement.", "cla_placement.provider_urn"),
        Mapped(
            "placement_location",
            ("cla_placement.authority",),
            "In where the authority of the placement is the one that makes the lists.",
            lambda extract: pl.when(pl.col("_authority").is_not_null() & pl.lit(bool(extract.authority))).then(
                pl.when(pl.col("_authority") == extract.authority).then(pl.lit("IN")).otherwise(pl.lit("OUT"))
            ),
            instead=_LOOK_UP,
        ),
        Mapped(
            "placement_authority",
            ("cla_placement.authority",),
            "Its three digits; where the record does not name it, those of the authority in which the postcode lies.",
            lambda _extract: pl.col("_authority"),
            same,
            instead=_LOOK_UP,
        ),
        derived("missing", "_missing", "Of kind M, begun in the last 12 months.", "missing.start_date"),
        derived("absent", "_absent", "Of kind A, begun in the last 12 months.", "missing.start_date"),
        told(
            "interview_offered",
            "_offered",
            "After the latest time missing (M) that has ended; blank where it does not apply.",
            "missing.interview_offered",
        ),
        told("interview_accepted", "_accepted", "After the same time.", "missing.interview_accepted"),
        *allocated(),
    ),
    under="person",
    beside=(
        Beside("legal_status"),
        Beside("cla_reviews", constant=(("cancelled", False),)),
        Beside("cla_visits"),
        Beside("cla_health", constant=(("kind", "REVIEW_HEALTH"), ("status", "COMPLETED"))),
        Beside("cla_placement", named_in="placement"),
    ),
)
LEAVERS = ReturnRows(
    "List 9",
    "care_leavers",
    "The row of a person with the latest contact; younger than 25, and with a category.",
    lambda extract: (
        (pl.col("eligibility") != "NONE").fill_null(value=True)
        & (pl.col("_birth").dt.offset_by("25y") > extract.end).fill_null(value=True)
    ),
    (
        *about(),
        derived("unaccompanied", "_asylum", "Yes where a status UASC was ever held.", "immigration_status.status"),
        DISABILITY,
        *whom(),
        derived("adviser", "_adviser", "The adviser's name.", "professionals.name", "care_leavers.adviser"),
        as_is("eligibility", "care_leavers.eligibility"),
        by_day("plan_review_date", "care_leavers.pathway_review_date"),
        as_is("in_touch", "care_leavers.in_touch"),
        by_day("contact_date", "care_leavers.latest_contact_date"),
        as_is("accommodation", "care_leavers.accommodation"),
        as_is("suitable", "care_leavers.suitable"),
        as_is("activity", "care_leavers.activity"),
    ),
    under="person",
    beside=TEAM_AND_WORKER,
)
ADOPTION = ReturnRows(
    "List 10",
    "permanence",
    "With a decision by the day; adopted or reversed in the last 12 months, or in force; the latest of a child.",
    lambda extract: (
        (pl.col("decision_date") <= extract.end)
        & (
            (pl.max_horizontal("_adopted", "reversed_date") >= year_ago(extract))
            | (pl.col("order_date").is_null() & pl.col("reversed_date").is_null())
        )
    ),
    (
        *about(),
        DISABILITY,
        derived(
            "entered_care_date",
            "_entered",
            "Of the time in care of the decision, else the last that began before it.",
            "cla_episodes.entered_care_date",
        ),
        as_is("decision_date", "permanence.decision_date"),
        by_day("placement_order_date", "permanence.placement_order_date"),
        by_day("matched_date", "permanence.matched_date"),
        by_day("placed_date", "permanence.placed_date"),
        Mapped(
            "order_date",
            ("permanence.order_date", "permanence.order"),
            f"Of an adoption order, by {DAY}.",
            lambda extract: extract.by_end("_adopted"),
            same,
            also=(("permanence.order", lambda date: pl.when(date.is_not_null()).then(pl.lit("ADOPTION"))),),
        ),
        by_day("reversed_date", "permanence.reversed_date"),
        as_is("reversed_reason", "permanence.reversed_reason"),
        by_day("early_placement_date", "permanence.early_placement_date"),
    ),
    under="person",
)
