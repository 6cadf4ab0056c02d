"""Where each column of the lists comes from: one row each, and which records are in.

Sources are case fields. Columns that begin with a `_` are brought beside the rows by `adapters.annex_a.build`.
"""

from __future__ import annotations

import polars as pl

from adapters.annex_a.build.in_care import ADOPTION, IN_CARE, LEAVERS
from adapters.annex_a.build.items import (
    DAY,
    DISABILITY,
    TEAM_AND_WORKER,
    WINDOW,
    about,
    allocated,
    by_day,
    derived,
    flag,
    flag_back,
    known,
    need,
    recent,
    told,
    whom,
    yes_no,
)
from adapters.mapping.built import ReturnRows
from adapters.mapping.declare import Absent, Beside
from adapters.mapping.items import Mapped, always, as_is, same
from schemas.annex_a.layout import CHILDREN

_NOT_KNOWN_SOURCE = "10"


def _source(target: str, source: str) -> Mapped:
    return Mapped(
        target,
        (source,),
        "Unknown where it is blank.",
        lambda _extract: pl.col("source").fill_null(_NOT_KNOWN_SOURCE),
        same,
    )


PEOPLE = ReturnRows(
    CHILDREN,
    "person",
    "Whoever stands in one of the lists.",
    always,
    known(),
)
CONTACTS = ReturnRows(
    "List 1",
    "contacts",
    f"Received in {WINDOW}.",
    lambda extract: extract.holds("contact_date"),
    (*about(), as_is("contact_date", "contacts.contact_date"), _source("source", "contacts.source")),
    under="person",
    order=("contact_date",),
)
EARLY_HELP = ReturnRows(
    "List 2",
    "early_help_episodes",
    f"Open, or ended in {WINDOW}. The dataset has episodes of early help; they stand for assessments.",
    lambda extract: recent("start_date", "end_date", extract),
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
    f"Received in {WINDOW}.",
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
    beside=TEAM_AND_WORKER,
)
ASSESSMENTS = ReturnRows(
    "List 4",
    "cin_assessments",
    f"Open, or signed off in {WINDOW}.",
    lambda extract: recent("start_date", "_authorised", extract),
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
    beside=TEAM_AND_WORKER,
)
ENQUIRIES = ReturnRows(
    "List 5",
    "s47_enquiry",
    f"Open, or ended in {WINDOW}.",
    lambda extract: recent("start_date", "end_date", extract),
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
    beside=(Beside("initial_cp_conference", "enquiry"), *TEAM_AND_WORKER),
)
IN_NEED = ReturnRows(
    "List 6",
    "cin_episodes",
    f"Open, or closed in {WINDOW}; the latest of a child. Not referrals that ended in no further action, and not "
    "young people who are care leavers and nothing else.",
    lambda extract: (
        recent("referral_date", "close_date", extract)
        & ~pl.col("no_further_action").fill_null(value=False)
        & ~pl.col("_leaver_alone")
    ),
    (
        *about(),
        DISABILITY,
        as_is("start_date", "cin_episodes.referral_date"),
        need("primary_need", "cin_episodes.primary_need"),
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
    f"Open, or ended in {WINDOW}; the latest of a child. Not where another authority owns it.",
    lambda extract: recent("start_date", "end_date", extract) & ~pl.col("other_authority").fill_null(value=False),
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
            f"Yes where a legal status L1 or L2 was in force in {WINDOW}.",
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
