"""Where each element of the census comes from: one row each, and which rows of a case table are in.

Sources are case fields. Columns that begin with a `_` are brought beside the rows by `adapters.cin.build.prepare`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

import polars as pl

from adapters.mapping.built import ReturnRows
from adapters.mapping.declare import Absent, Beside
from adapters.mapping.items import CHILD, Mapped, always, as_is, by_end, child, constant, ethnicity, same, sex
from adapters.mapping.span import ReturnYear

Inside = Callable[[ReturnYear], pl.Expr]
_PERIOD = "Its period touches the year."
_FAMILY_MEETING = "Enter it in the case record, or in the census file before it is sent."


def touching(start: str, end: str) -> Inside:
    """Take rows whose period touches the year; a row without a start tells nothing."""
    return lambda year: pl.col(start).is_not_null() & year.touches(start, end)


HEADER = ReturnRows(
    "Header",
    "",
    "Once.",
    always,
    (
        constant("Collection", "Always CIN.", "CIN"),
        Mapped("Year", (), "The year in which the collection ends.", lambda year: pl.lit(str(year.year))),
        Mapped("ReferenceDate", (), "31 March of that year.", lambda year: pl.lit(year.end)),
        constant("SourceLevel", "Always L, a local authority.", "L"),
        Mapped("LEA", (), "The authority's three digits, as given.", lambda year: pl.lit(year.authority or None)),
        constant("SoftwareCode", "This gateway.", "ics-gateway"),
        constant("Release", "Its version.", version("ics-gateway")),
        Mapped("SerialNo", (), "The number of the file, as given.", lambda year: pl.lit(f"{year.serial:03}")),
        constant("CBDSLevel", "Always Child; until 2021.", "Child"),
        Mapped("DateTime", (), "When it is built.", lambda year: pl.lit(f"{year.made:%Y-%m-%dT%H:%M:%S}")),
    ),
)
IDENTIFIERS = ReturnRows(
    "ChildIdentifiers",
    "person",
    "With a referral whose episode touches the year, unborn children too.",
    always,
    (
        child("LAchildID"),
        Mapped(
            "UPN",
            ("person.upn", "linked_identifiers.value", "linked_identifiers.kind"),
            "Where its check letter fits; without one the latest of kind UPN.",
            lambda _year: pl.col("_upn"),
            same,
        ),
        Mapped(
            "FormerUPN",
            ("linked_identifiers.value", "linked_identifiers.kind", "linked_identifiers.start_date"),
            "The number of kind FORMER_UPN with the latest start, where it is another than the number now.",
            lambda _year: pl.when(pl.col("_former_upn").ne_missing(pl.col("_upn"))).then("_former_upn"),
            same,
        ),
        Mapped(
            "UPNunknown",
            ("person.upn_unknown", "person.upn", "cin_episodes.no_further_action"),
            "Only where there is no UPN; UN7 where no reason is held and every referral ended in no further action.",
            lambda _year: pl.when(pl.col("_upn").is_null()).then(
                pl.coalesce("upn_unknown", pl.when("_no_further").then(pl.lit("UN7")))
            ),
            same,
        ),
        by_end("PersonBirthDate", "person.date_of_birth"),
        Mapped(
            "ExpectedPersonBirthDate",
            ("person.expected_date_of_birth", "person.date_of_birth"),
            "Only for a child who was not born by the end of the year; the birth date where no due date is held.",
            lambda year: pl.when(pl.col("date_of_birth").is_null() | (pl.col("date_of_birth") > year.end)).then(
                pl.coalesce("expected_date_of_birth", "date_of_birth")
            ),
            same,
        ),
        sex("GenderCurrent", {"M": "1", "F": "2", "U": "0"}),
        sex("Sex", {}),
        by_end("PersonDeathDate", "person.date_of_death"),
    ),
    order=(CHILD,),
    beside=(Beside("linked_identifiers", constant=(("kind", "FORMER_UPN"),)),),
)
CHARACTERISTICS = ReturnRows(
    "ChildCharacteristics", "person", "Once for each child.", always, (ethnicity("Ethnicity"),), under="id"
)
DISABILITIES = ReturnRows(
    "Disabilities",
    "disability",
    "Each code once. NONE for a child without one who is born and of whom a referral went further.",
    always,
    (as_is("Disability", "disability.code"),),
    under="person",
    told=lambda: pl.col("Disability") != "NONE",
)
DETAILS = ReturnRows(
    "CINdetails",
    "cin_episodes",
    f"{_PERIOD} Rows of one referral, with the same day and source, are one.",
    touching("referral_date", "close_date"),
    (
        as_is("CINreferralDate", "cin_episodes.referral_date"),
        as_is("ReferralSource", "cin_episodes.source"),
        Mapped(
            "PrimaryNeedCode",
            ("cin_episodes.primary_need", "cin_episodes.no_further_action"),
            "N0 where it is not known; blank where the referral ended in no further action.",
            lambda _year: pl.when(~pl.col("_nfa")).then(pl.col("primary_need").fill_null("N0")),
            same,
        ),
        by_end("CINclosureDate", "cin_episodes.close_date"),
        Mapped(
            "ReasonForClosure",
            ("cin_episodes.close_reason", "cin_episodes.close_date"),
            "Only with a day of closure.",
            lambda year: pl.when(pl.col("close_date") <= year.end).then("close_reason"),
            same,
        ),
        Mapped(
            "DateOfInitialCPC",
            ("initial_cp_conference.held_on", "initial_cp_conference.transfer_in", "initial_cp_conference.enquiry"),
            "The latest conference in the year of a child who moved in, or one that no enquiry led to.",
            lambda _year: pl.col("_moved_in"),
            same,
        ),
        Mapped(
            "ReferralNFA",
            ("cin_episodes.no_further_action",),
            "No where it is not known.",
            lambda _year: pl.col("_nfa"),
            same,
        ),
    ),
    under="person",
    order=("referral_date",),
    beside=(Beside("initial_cp_conference", "referral", constant=(("transfer_in", True),)),),
)
ASSESSMENTS = ReturnRows(
    "Assessments",
    "cin_assessments",
    "Its time from start to sign-off touches the year.",
    touching("start_date", "authorised_date"),
    (
        as_is("AssessmentActualStartDate", "cin_assessments.start_date"),
        by_end(
            "AssessmentInternalReviewDate",
            "cin_assessments.internal_review_date",
            "It may be left out. Enter it in the case record where the authority returns it.",
        ),
        by_end("AssessmentAuthorisationDate", "cin_assessments.authorised_date"),
    ),
    under="referral",
    order=("start_date",),
)
FACTORS = ReturnRows(
    "AssessmentFactorsList",
    "assessment_factors",
    "Each code once, of an assessment that was signed off by the end of the year; 21 only where it stands alone.",
    always,
    (as_is("AssessmentFactor", "assessment_factors.factors"),),
    under="assessment",
    gathered="factors",
)
CIN_PLANS = ReturnRows(
    "CINplanDates",
    "cin_plans",
    _PERIOD,
    touching("start_date", "end_date"),
    (as_is("CINPlanStartDate", "cin_plans.start_date"), by_end("CINPlanEndDate", "cin_plans.end_date")),
    under="referral",
    order=("start_date",),
)
SECTION_47 = ReturnRows(
    "Section47",
    "s47_enquiry",
    "Its period touches the year, or its conference was in it; of one child's that began on one day, the one with a "
    "conference.",
    lambda year: (
        touching("start_date", "end_date")(year) | (pl.col("start_date").is_not_null() & year.holds("_held_on"))
    ),
    (
        as_is("S47ActualStartDate", "s47_enquiry.start_date"),
        Mapped(
            "InitialCPCtarget",
            ("initial_cp_conference.target_date", "s47_enquiry.start_date"),
            "15 working days after the start where none is held; blank where no conference was called for.",
            lambda _year: pl.when(~pl.col("_not_required")).then(pl.coalesce("_target", "_due")),
            same,
        ),
        Mapped(
            "DateOfInitialCPC",
            ("initial_cp_conference.held_on", "initial_cp_conference.enquiry"),
            "The first that was held on or after the start, by the end of the year.",
            lambda year: year.by_end("_held_on"),
            same,
        ),
        Mapped(
            "ICPCnotRequired",
            ("s47_enquiry.conference_not_required", "s47_enquiry.outcomes", "s47_enquiry.no_further_action"),
            "No where a conference was held or is among the outcomes, or the enquiry goes on; else as the record says, "
            "yes where it ended or has outcomes.",
            lambda _year: pl.col("_not_required"),
            same,
        ),
    ),
    under="referral",
    order=("start_date",),
    beside=(Beside("initial_cp_conference", "enquiry", constant=(("transfer_in", False),)),),
)
PROTECTION_PLANS = ReturnRows(
    "ChildProtectionPlans",
    "cp_plans",
    f"{_PERIOD} Not where another authority owns it.",
    lambda year: touching("start_date", "end_date")(year) & ~pl.col("other_authority").fill_null(value=False),
    (
        as_is("CPPstartDate", "cp_plans.start_date"),
        by_end("CPPendDate", "cp_plans.end_date"),
        as_is("InitialCategoryOfAbuse", "cp_plans.initial_category"),
        as_is("LatestCategoryOfAbuse", "cp_plans.latest_category"),
        Mapped(
            "NumberOfPreviousCPP",
            ("cp_plans.previous_plans", "cp_plans.start_date", "cp_plans.other_authority"),
            "The child's own plans here that began before this one, however old; never fewer than the record says.",
            lambda _year: pl.max_horizontal("_earlier", pl.col("previous_plans").fill_null(0)),
            same,
        ),
    ),
    under="referral",
    order=("start_date",),
)
REVIEWS = ReturnRows(
    "Reviews",
    "cp_reviews",
    "Held in the year, from the start of the plan on.",
    lambda year: year.holds("held_on"),
    (as_is("CPPreviewDate", "cp_reviews.held_on"),),
    under="plan",
    order=("held_on",),
)
PRE_PROCEEDINGS = ReturnRows(
    "PreProceedings",
    "pre_proceedings",
    "The decision to begin was by the end of the year, the decision to leave not before it; under the episode that was "
    "open on the day of the decision.",
    touching("decision_date", "step_date"),
    (
        as_is("PPStartDate", "pre_proceedings.decision_date"),
        by_end("LBPSentDate", "pre_proceedings.letter_date"),
        as_is("FGDMMeetingOffer", "pre_proceedings.family_meeting_offered", _FAMILY_MEETING),
        as_is("FGDMMeetingFac", "pre_proceedings.family_meeting_held", _FAMILY_MEETING),
        by_end("InitialPPMeetingDate", "pre_proceedings.first_meeting_date"),
        as_is("ReviewMeetingsCount", "pre_proceedings.later_meetings"),
        by_end("StepDecisionDate", "pre_proceedings.step_date"),
        by_end("LetterInitCPDate", "pre_proceedings.issue_letter_date"),
    ),
    under="referral",
    order=("decision_date",),
)
DECLARED = (
    HEADER,
    IDENTIFIERS,
    CHARACTERISTICS,
    DISABILITIES,
    DETAILS,
    ASSESSMENTS,
    FACTORS,
    CIN_PLANS,
    SECTION_47,
    PROTECTION_PLANS,
    REVIEWS,
    PRE_PROCEEDINGS,
)
"""Every record of the census, outer ones first."""
ABSENT = (
    Absent(
        "PreProceedings",
        "PPOutcome",
        "The codes A, B and C have no confirmed meaning to map to. Enter it in the census file before it is sent.",
    ),
    Absent(
        "PreProceedings",
        "CourtAppDate",
        "A court number shows only that there is a case. Enter the date in the census file before it is sent.",
    ),
)
