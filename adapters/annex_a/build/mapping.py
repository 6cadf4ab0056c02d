"""Where each column of the lists comes from: one row each, and which records are in.

Sources are case fields. Columns that begin with a `_` are brought beside the rows by `adapters.annex_a.build`.
"""

from __future__ import annotations

import polars as pl

from adapters.annex_a.build.items import (
    DAY,
    DISABILITY,
    SHORT_BREAKS,
    about,
    allocated,
    by_day,
    derived,
    flag,
    flag_back,
    known,
    told,
    whom,
    year_ago,
    yes_no,
)
from adapters.mapping.built import ReturnRows
from adapters.mapping.declare import Absent, Beside
from adapters.mapping.items import Mapped, as_is, same
from adapters.mapping.span import ReturnYear
from schemas.annex_a.layout import CHILDREN, MONTHS

_WINDOW = f"the last {MONTHS} months"
_NOT_KNOWN_SOURCE, _NOT_STATED = "10", "N0"
_TEAM_AND_WORKER = (Beside("department", named_in="team"), Beside("professionals", named_in="worker"))
_LOOK_UP = "Make the directory of postcodes, from which it is looked up; else enter it in the list."


def _always(_extract: ReturnYear) -> pl.Expr:
    return pl.lit(value=True)


def _recent(start: str, end: str, extract: ReturnYear) -> pl.Expr:
    """Take what is open or ended in the window, and had begun by the day."""
    return pl.col(start).is_not_null() & extract.touches(start, end)


def _source(target: str, source: str) -> Mapped:
    return Mapped(
        target,
        (source,),
        "Unknown where it is blank.",
        lambda _extract: pl.col("source").fill_null(_NOT_KNOWN_SOURCE),
        same,
    )


def _need(target: str, source: str) -> Mapped:
    return Mapped(
        target,
        (source,),
        "N0 where it is not known.",
        lambda _extract: pl.col("primary_need").fill_null(_NOT_STATED),
        same,
    )


PEOPLE = ReturnRows(
    CHILDREN,
    "person",
    "Whoever stands in one of the lists.",
    _always,
    known(),
)
CONTACTS = ReturnRows(
    "List 1",
    "contacts",
    f"Received in {_WINDOW}.",
    lambda extract: extract.holds("contact_date"),
    (*about(), as_is("contact_date", "contacts.contact_date"), _source("source", "contacts.source")),
    under="person",
    order=("contact_date",),
)
EARLY_HELP = ReturnRows(
    "List 2",
    "early_help_episodes",
    f"Open, or ended in {_WINDOW}. The dataset has episodes of early help; they stand for assessments.",
    lambda extract: _recent("start_date", "end_date", extract),
    (
        *about(),
        as_is("start_date", "early_help_episodes.start_date"),
        by_day("completion_date", "early_help_episodes.end_date"),
        as_is("organisation", "early_help_episodes.organisation"),
    ),
    under="person",
    order=("start_date",),
)
REFERRALS = ReturnRows(
    "List 3",
    "cin_episodes",
    f"Received in {_WINDOW}.",
    lambda extract: extract.holds("referral_date"),
    (
        *about(),
        as_is("referral_date", "cin_episodes.referral_date"),
        _source("source", "cin_episodes.source"),
        yes_no(
            "no_further_action",
            "cin_episodes.no_further_action",
            "No where it is not known.",
            pl.col("no_further_action").fill_null(value=False),
        ),
        derived(
            "earlier_referrals",
            "_earlier",
            "The child's other referrals in the 12 months before this one.",
            "cin_episodes.referral_date",
        ),
        *whom(),
    ),
    under="person",
    order=("referral_date",),
    beside=_TEAM_AND_WORKER,
)
ASSESSMENTS = ReturnRows(
    "List 4",
    "cin_assessments",
    f"Open, or signed off in {_WINDOW}.",
    lambda extract: _recent("start_date", "_authorised", extract),
    (
        *about(),
        DISABILITY,
        as_is("start_date", "cin_assessments.start_date"),
        yes_no("child_seen", "cin_assessments.child_seen", "Blank where it is not known.", pl.col("child_seen")),
        by_day("authorised_date", "cin_assessments.authorised_date"),
        Mapped(
            "needs_support",
            ("cin_assessments.no_further_action", "cin_assessments.authorised_date"),
            "No where the assessment ended in no further action, else Yes; blank while it is not signed off.",
            lambda extract: pl.when(pl.col("_authorised") <= extract.end).then(flag(~pl.col("no_further_action"))),
            lambda choice: ~flag_back(choice),
        ),
        *whom(),
    ),
    under="person",
    order=("start_date",),
    beside=_TEAM_AND_WORKER,
)
ENQUIRIES = ReturnRows(
    "List 5",
    "s47_enquiry",
    f"Open, or ended in {_WINDOW}.",
    lambda extract: _recent("start_date", "end_date", extract),
    (
        *about(),
        DISABILITY,
        as_is("start_date", "s47_enquiry.start_date"),
        yes_no(
            "conference_unnecessary",
            "s47_enquiry.conference_not_required",
            "No where a conference was held; else as the record says itself, its outcomes, or that nothing further was "
            "done; blank while the enquiry is open and the record does not say.",
            pl.col("_unnecessary"),
            "s47_enquiry.outcomes",
            "s47_enquiry.no_further_action",
            "s47_enquiry.end_date",
        ),
        told(
            "conference_date",
            "_held_on",
            f"The first conference of the enquiry and the child held by {DAY}.",
            "initial_cp_conference.held_on",
            "initial_cp_conference.enquiry",
        ),
        yes_no(
            "plan_made",
            "initial_cp_conference.plan_made",
            "Of that conference.",
            pl.col("_plan_made"),
        ),
        derived(
            "enquiries",
            "_enquiries",
            "The child's other enquiries in the 12 months before the latest one, the same in every row of the child.",
            "s47_enquiry.start_date",
        ),
        derived(
            "conferences",
            "_conferences",
            "The child's conferences in the 12 months before the start of the latest enquiry.",
            "initial_cp_conference.held_on",
        ),
        *whom(),
    ),
    under="person",
    order=("start_date",),
    beside=(Beside("initial_cp_conference", "enquiry"), *_TEAM_AND_WORKER),
)
IN_NEED = ReturnRows(
    "List 6",
    "cin_episodes",
    f"Open, or closed in {_WINDOW}; the latest of a child. Not referrals that ended in no further action, and not "
    "young people who are care leavers and nothing else.",
    lambda extract: (
        _recent("referral_date", "close_date", extract)
        & ~pl.col("no_further_action").fill_null(value=False)
        & ~pl.col("_leaver_alone")
    ),
    (
        *about(),
        DISABILITY,
        as_is("start_date", "cin_episodes.referral_date"),
        _need("primary_need", "cin_episodes.primary_need"),
        derived(
            "seen_date",
            "_seen",
            "The latest visit of any kind within the episode.",
            "cin_visits.visit_date",
            "cp_visits.visit_date",
            "cla_visits.visit_date",
        ),
        by_day("closure_date", "cin_episodes.close_date"),
        Mapped(
            "closure_reason",
            ("cin_episodes.close_reason", "cin_episodes.close_date"),
            "Only with a day of closure.",
            lambda extract: pl.when(pl.col("close_date") <= extract.end).then("close_reason"),
            same,
        ),
        derived(
            "status",
            "_status",
            "The first that fits: closed; looked after, under 18; protection plan; child in need plan or care leaver; "
            "open assessment; else child in need.",
            "cin_episodes.close_date",
            "legal_status.status",
            "cp_plans.start_date",
            "cin_plans.start_date",
            "care_leavers.person",
            "cin_assessments.authorised_date",
        ),
        *allocated("cin_episodes.team", "cin_episodes.worker"),
    ),
    under="person",
)
PROTECTION = ReturnRows(
    "List 7",
    "cp_plans",
    f"Open, or ended in {_WINDOW}; the latest of a child. Not where another authority owns it.",
    lambda extract: _recent("start_date", "end_date", extract) & ~pl.col("other_authority").fill_null(value=False),
    (
        *about(),
        DISABILITY,
        as_is("start_date", "cp_plans.start_date"),
        as_is("initial_category", "cp_plans.initial_category"),
        as_is("latest_category", "cp_plans.latest_category"),
        told("visit_date", "_visited", "The latest visit of the plan in its time.", "cp_visits.visit_date"),
        yes_no("seen_alone", "cp_visits.seen_alone", "At that visit.", pl.col("_seen_alone")),
        told("review_date", "_reviewed", "The latest review of the plan in its time.", "cp_reviews.held_on"),
        by_day("end_date", "cp_plans.end_date"),
        derived(
            "emergency",
            "_emergency",
            f"Yes where a legal status L1 or L2 was in force in {_WINDOW}.",
            "legal_status.status",
        ),
        told(
            "previous_plans",
            "_previous_plans",
            "The child's own plans here that began before; never fewer than the record says.",
            "cp_plans.previous_plans",
            "cp_plans.start_date",
        ),
        *allocated(),
    ),
    under="person",
    beside=(Beside("cp_visits", "plan"), Beside("cp_reviews", "plan")),
)
IN_CARE = ReturnRows(
    "List 8",
    "cla_episodes",
    f"Looked after, or ceased in {_WINDOW}; the latest time in care of a child, told by its last episode. Not short "
    "breaks (V3, V4).",
    lambda extract: (
        _recent("_entered", "_ceased", extract) & ~pl.col("_legal_status").is_in(SHORT_BREAKS).fill_null(value=False)
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
        _need("primary_need", "cla_episodes.primary_need"),
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
    beside=_TEAM_AND_WORKER,
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
DECLARED = (
    PEOPLE,
    CONTACTS,
    EARLY_HELP,
    REFERRALS,
    ASSESSMENTS,
    ENQUIRIES,
    IN_NEED,
    PROTECTION,
    IN_CARE,
    LEAVERS,
    ADOPTION,
)
"""Every list that case records tell of, the people first."""
ABSENT = (
    Absent("List 10", "family", "The adoptive family is known to the adoption agency. Enter its number for a match."),
    Absent("List 11", "*", "Case records are about children. Take adopters from the adoption agency's system."),
)
