"""The record of one child, item by item. Source: DfE children's social care data receiver, versions 0.7 to 0.9.

Placement types may have three characters, because the codes Z11 to Z14 do; the specification was seen with two.
"""

from __future__ import annotations

from schemas.case.codes import code_set
from schemas.csc_api.declare import Block, Item
from schemas.fields import Kind

IDENTIFIER = r"^[A-Za-z0-9_-]*$"
_LONGEST_ID = 36
_UPN = r"^[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]$"
_POSTCODE = r"^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$"


def _id(name: str, number: int = 0) -> Item:
    return Item(name, number, most=_LONGEST_ID, pattern=IDENTIFIER, required=True)


def _day(name: str, number: int, *, required: bool = False, future: bool = False) -> Item:
    return Item(name, number, Kind.DATE, most=10, required=required, future=future)


def _code(name: str, number: int, most: int, codes: str, values: int = 0) -> Item:
    return Item(name, number, Kind.CODE, most=most, codes=code_set(codes), values=values)


def _flag(name: str, number: int) -> Item:
    return Item(name, number, Kind.BOOLEAN)


DETAILS = Block(
    "child_details",
    (
        Item("unique_pupil_number", 3, most=13, pattern=_UPN),
        Item("former_unique_pupil_number", 4, most=13, pattern=_UPN),
        _code("unique_pupil_number_unknown_reason", 5, 4, "UPNunknown"),
        Item("first_name", 6, most=128),
        Item("surname", 7, most=128),
        _day("date_of_birth", 8),
        _day("expected_date_of_birth", 9, future=True),
        _code("sex", 10, 1, "Sex"),
        _code("ethnicity", 11, 4, "Ethnicity"),
        _code("disabilities", 12, 4, "Disability", values=12),
        Item("postcode", 13, most=8, pattern=_POSTCODE),
        _flag("uasc_flag", 14),
        _day("uasc_end_date", 15, future=True),
    ),
    required=True,
)
SCORES = Block(
    "sdq_assessments",
    (_day("date", 45, required=True), Item("score", 46, Kind.INTEGER, required=True, highest=40)),
    repeats=True,
    purge=False,
)
HEALTH = Block("health_and_wellbeing", (SCORES,))
ASSESSMENTS = Block(
    "child_and_family_assessments",
    (
        _id("child_and_family_assessment_id", 22),
        _day("start_date", 23),
        _day("authorisation_date", 24),
        _code("factors", 25, 3, "AssessmentFactor", values=41),
    ),
    repeats=True,
    key="child_and_family_assessment_id",
)
CIN_PLANS = Block(
    "child_in_need_plans",
    (_id("child_in_need_plan_id", 26), _day("start_date", 27), _day("end_date", 28)),
    repeats=True,
    key="child_in_need_plan_id",
)
ENQUIRIES = Block(
    "section_47_assessments",
    (
        _id("section_47_assessment_id", 29),
        _day("start_date", 30),
        _flag("icpc_required_flag", 31),
        _day("icpc_date", 32),
        _day("end_date", 33),
    ),
    repeats=True,
    key="section_47_assessment_id",
)
PROTECTION_PLANS = Block(
    "child_protection_plans",
    (_id("child_protection_plan_id", 34), _day("start_date", 35), _day("end_date", 36)),
    repeats=True,
    key="child_protection_plan_id",
)
PLACEMENTS = Block(
    "child_looked_after_placements",
    (
        _id("child_looked_after_placement_id", 37),
        _day("start_date", 38),
        _code("start_reason", 39, 1, "ReasonForNewEpisode"),
        Item("postcode", 40, most=8, pattern=_POSTCODE),
        _code("placement_type", 41, 3, "PlacementType"),
        _day("end_date", 42),
        _code("end_reason", 43, 3, "ReasonEpisodeCeased"),
        _code("change_reason", 44, 6, "PlacementChangeReason"),
    ),
    repeats=True,
    key="child_looked_after_placement_id",
    newest="start_date",
)
ADOPTION = Block("adoption", (_day("initial_decision_date", 47), _day("matched_date", 48), _day("placed_date", 49)))
LEAVERS = Block(
    "care_leavers",
    (
        _day("contact_date", 50),
        _code("activity", 51, 2, "LeaverActivity"),
        _code("accommodation", 52, 1, "LeaverAccommodation"),
    ),
)
WORKERS = Block(
    "care_worker_details",
    (Item("worker_id", 53, most=12, pattern=IDENTIFIER, required=True), _day("start_date", 54), _day("end_date", 55)),
    repeats=True,
    purge=False,
)
EPISODES = Block(
    "social_care_episodes",
    (
        _id("social_care_episode_id", 16),
        _day("referral_date", 17),
        _code("referral_source", 18, 2, "ReferralSource"),
        _day("closure_date", 19),
        _code("closure_reason", 20, 3, "ReasonForClosure"),
        _flag("referral_no_further_action_flag", 21),
        WORKERS,
        ASSESSMENTS,
        CIN_PLANS,
        ENQUIRIES,
        PROTECTION_PLANS,
        PLACEMENTS,
        ADOPTION,
        LEAVERS,
    ),
    repeats=True,
    key="social_care_episode_id",
)
CHILD = Block(
    "children",
    (
        _id("la_child_id", 2),
        Item("mis_child_id", 0, most=_LONGEST_ID, pattern=IDENTIFIER),
        DETAILS,
        HEALTH,
        EPISODES,
    ),
    repeats=True,
    key="la_child_id",
)
SECOND_ID = "mis_child_id"
"""The one item whose key must be there even where it has no value."""
MOST_RECORDS = 100
"""Records in one POST: 1 to 100. Source: DfE children's social care data receiver, limits."""
UNSTABLE = (ASSESSMENTS.name, ENQUIRIES.name)
"""The lists whose ids some case systems issue anew each night, because they are ids of forms."""
