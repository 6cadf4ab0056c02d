"""The lists of Annex A: columns in the order of Ofsted's workbook, with its headings.

`required` is what a list must not leave blank. Source: ILACS Annex A workbook, child-level lists 1 to 11.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from schemas.annex_a.choices import code_set
from schemas.fields import Field, Group, Kind, Sensitivity
from schemas.tables import Layout, layout_for
from schemas.typed import BRITISH_DATES

# The lists are no yearly collection: a year only says which codes were in use.
YEARS = range(2023, 2041)
# How long before the day of the data most lists reach.
MONTHS = 6
CHILDREN = "Children"
CHILD_ID = "child_id"
LISTS = tuple(f"List {number}" for number in range(1, 12))
ADOPTERS = LISTS[-1]
_POSTCODE = r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2}"
# What must be given and the Standard Safeguarding Dataset does not hold: its absence is asked about, no error.
ASKED_FOR = frozenset({("List 8", "placement_location"), ("List 8", "placement_authority")})


@dataclass(frozen=True, slots=True)
class Scope:
    """Which records a list takes in: from which day and to which, and how long before the day of the data.

    `start` and `end` are its fields; `months` 0 means no window. With `one_per_child` a child stands in it once;
    else no two records have one child and one start.
    """

    title: str
    start: str
    end: str = ""
    months: int = MONTHS
    one_per_child: bool = False


SCOPES = {
    "List 1": Scope("Contacts", "contact_date"),
    "List 2": Scope("Early help", "start_date", "completion_date"),
    "List 3": Scope("Referrals", "referral_date"),
    "List 4": Scope("Assessments", "start_date", "authorised_date"),
    "List 5": Scope("Section 47 enquiries and conferences", "start_date", months=0),
    "List 6": Scope("Children in need", "start_date", "closure_date", one_per_child=True),
    "List 7": Scope("Child protection", "start_date", "end_date", one_per_child=True),
    "List 8": Scope("Children in care", "start_date", "ceased_date", one_per_child=True),
    "List 9": Scope("Care leavers", "", months=0, one_per_child=True),
    "List 10": Scope("Adoption: children", "decision_date", months=0, one_per_child=True),
    "List 11": Scope("Adopters", "enquiry_date", months=0),
}


def _text(name: str, heading: str, *, required: bool = False, pattern: str | None = None) -> Field:
    return Field(name, "", pattern=pattern, required=required, element=heading)


def _date(name: str, heading: str, *, required: bool = False) -> Field:
    return Field(name, "", Kind.DATE, required=required, element=heading)


def _count(name: str, heading: str, *, required: bool = True) -> Field:
    return Field(name, "", Kind.INTEGER, required=required, element=heading)


def _choice(name: str, heading: str, codes: str, *, required: bool = True) -> Field:
    return Field(
        name,
        "",
        Kind.CHOICE,
        code_set(codes),
        required=required,
        sensitivity=Sensitivity.SPECIAL,
        element=heading,
    )


def _list(number: int, *fields: Field) -> Group:
    return Group(LISTS[number - 1], fields, table=LISTS[number - 1], repeats=True)


_ID = _text(CHILD_ID, "Child Unique ID", required=True)
_ABOUT = (
    _choice("gender", "Gender", "Gender"),
    _choice("ethnicity", "Ethnicity", "Ethnicity"),
    _date("birth_date", "Date of Birth"),
    _count("age", "Age of Child (Years)", required=False),
)
_COMMON = (_ID, *_ABOUT)
_DISABILITY = _choice("disability", "Does the Child have a Disability", "YesNoUnknown")
_TEAM = _text("team", "Allocated Team", required=True)
_WORKER = _text("worker", "Allocated Worker", required=True)

_CHILD_LISTS = (
    _list(
        1,
        *_COMMON,
        _date("contact_date", "Date of Contact", required=True),
        _choice("source", "Contact Source", "Source"),
    ),
    _list(
        2,
        *_COMMON,
        _date("start_date", "Assessment start date", required=True),
        _date("completion_date", "Assessment completion date"),
        _text("organisation", "Organisation completing assessment", required=True),
    ),
    _list(
        3,
        *_COMMON,
        _date("referral_date", "Date of referral", required=True),
        _choice("source", "Referral Source", "Source"),
        _choice("no_further_action", "Referral NFA?", "YesNo"),
        _count("earlier_referrals", "Number of Referrals in Last 12 Months"),
        _TEAM,
        _WORKER,
    ),
    _list(
        4,
        *_COMMON,
        _DISABILITY,
        _date("start_date", "Continuous Assessment Start Date", required=True),
        _choice("child_seen", "Child Seen During Continuous Assessment", "YesNoUnknown", required=False),
        _date("authorised_date", "Continuous Assessment Date of Authorisation"),
        _choice(
            "needs_support",
            "Was the child assessed as requiring LA children's social care support?",
            "YesNo",
            required=False,
        ),
        _TEAM,
        _WORKER,
    ),
    _list(
        5,
        *_COMMON,
        _DISABILITY,
        _date("start_date", "Strategy discussion initiating Section 47 Enquiry Start Date", required=True),
        _choice(
            "conference_unnecessary",
            "Was an Initial Child Protection Conference deemed unnecessary?",
            "YesNo",
            required=False,
        ),
        _date("conference_date", "Date of Initial Child Protection Conference"),
        _choice(
            "plan_made",
            "Did the Initial Child Protection Conference Result in a Child Protection Plan",
            "YesNoUnknown",
            required=False,
        ),
        _count("enquiries", "Number of Section 47 Enquiries in the last 12 months"),
        _count("conferences", "Number of ICPCs in the last 12 months"),
        _TEAM,
        _WORKER,
    ),
    _list(
        6,
        *_COMMON,
        _DISABILITY,
        _date("start_date", "CIN Start Date"),
        _choice("primary_need", "Primary Need Code", "Need"),
        _date("seen_date", "Date Child Was Last Seen"),
        _date("closure_date", "CIN Closure Date"),
        _choice("closure_reason", "Reason for Closure", "Closure", required=False),
        _choice("status", "Case Status", "CaseStatus"),
        _TEAM,
        _WORKER,
    ),
    _list(
        7,
        *_COMMON,
        _DISABILITY,
        _date("start_date", "Child Protection Plan Start Date", required=True),
        _choice("initial_category", "Initial Category of Abuse", "Abuse"),
        _choice("latest_category", "Latest Category of Abuse", "Abuse"),
        _date("visit_date", "Date of the Last Statutory Visit"),
        _choice("seen_alone", "Was the Child Seen Alone?", "YesNoUnknown", required=False),
        _date("review_date", "Date of latest review conference"),
        _date("end_date", "Child Protection Plan End Date"),
        _choice(
            "emergency",
            "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)",
            "YesNo",
        ),
        _count("previous_plans", "Number of Previous Child Protection Plans"),
        _TEAM,
        _WORKER,
    ),
    _list(
        8,
        *_COMMON,
        _choice("unaccompanied", "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)", "YesNo"),
        _DISABILITY,
        _date("start_date", "Date Started to be Looked After", required=True),
        _choice("primary_need", "Child's Category of Need", "Need"),
        _choice(
            "second_period",
            "Is this a second or subsequent period of being a Looked After Child within the last 12 months (Y/N)",
            "YesNo",
        ),
        _date("legal_status_date", "Start date of current legal status", required=True),
        _choice("legal_status", "Child's Legal Status", "Legal"),
        _date("review_date", "Date of Latest Statutory Review"),
        _date("visit_date", "Date of Last Social Work Visit"),
        _choice("permanence_plan", "What is the permanence plan for this child?", "Permanence", required=False),
        _date("reviewer_date", "Date of Last IRO Visit / Contact to the Child"),
        _date("health_date", "Date of Last Health Assessment"),
        _date("dental_date", "Date of Last Dental Check"),
        _count("placements", "Number of Placements in the Last 12 months"),
        _date("ceased_date", "Date Ceased to be Looked After"),
        _choice("ceased_reason", "Reason Ceased to be Looked After", "Ceased", required=False),
        _date("placement_date", "Start Date of Most Recent Placement", required=True),
        _choice("placement_type", "Placement Type", "Placement"),
        _choice("placement_provider", "Placement Provider", "Provider"),
        _text("placement_postcode", "Placement postcode", required=True, pattern=_POSTCODE),
        _text("placement_urn", "URN of Placement"),
        _choice("placement_location", "Placement Location", "PlacementLocation"),
        _text("placement_authority", "LA of Placement", required=True),
        _count(
            "missing",
            "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months",
        ),
        _count("absent", "Number of Episodes the Child has been 'Absent' from their Placement in the last 12 months"),
        _choice(
            "interview_offered",
            "Was the child offered a Return Interview after their last missing episode (Y/N)?",
            "YesNo",
            required=False,
        ),
        _choice(
            "interview_accepted",
            "Did the child accept a Return Interview after their last missing episode (Y/N)?",
            "YesNo",
            required=False,
        ),
        _TEAM,
        _WORKER,
    ),
    _list(
        9,
        *_COMMON,
        _choice(
            "unaccompanied",
            "Unaccompanied Asylum Seeking Child (UASC), or formerly UASC if 18 or over (Y/N)",
            "YesNo",
        ),
        _DISABILITY,
        _TEAM,
        _WORKER,
        _text("adviser", "Allocated Personal Advisor", required=True),
        _choice("eligibility", "Eligibility Category", "Eligibility"),
        _date("plan_review_date", "Latest Pathway Plan Review Date"),
        _choice("in_touch", "LA in Touch", "InTouch"),
        _date("contact_date", "Latest Date of Contact"),
        _choice("accommodation", "Type of Accommodation", "Accommodation", required=False),
        _choice("suitable", "Suitability of Accommodation", "AccommodationFit", required=False),
        _choice("activity", "Activity Status", "Activity", required=False),
    ),
    _list(
        10,
        _ID,
        _text("family", "Family identifier"),
        *_ABOUT,
        _DISABILITY,
        _date("entered_care_date", "Date the Child Entered Care", required=True),
        _date("decision_date", "Date of Decision that Child Should be Placed for Adoption", required=True),
        _date("placement_order_date", "Date of Placement Order"),
        _date("matched_date", "Date of Matching Child and Prospective Adopters"),
        _date("placed_date", "Date Placed for Adoption"),
        _date("order_date", "Date of Adoption Order"),
        _date("reversed_date", "Date of Decision that Child Should No Longer be Placed for Adoption"),
        _choice("reversed_reason", "Reason Why Child No Longer Placed for Adoption", "Reversal", required=False),
        _date(
            "early_placement_date",
            "Date the child was placed for fostering in FFA or concurrent planning placement",
        ),
    ),
)
_ADOPTER_LIST = _list(
    11,
    _text("adopter_id", "Individual adopter identifier", required=True),
    _text("family", "Family identifier"),
    _choice("gender", "Gender", "Gender"),
    _choice("ethnicity", "Ethnicity", "Ethnicity"),
    _choice("disability", "Disability", "YesNoUnknown"),
    _choice("fostering", "Is the (prospective) adopter fostering for adoption?", "Fostering"),
    _date("enquiry_date", "Date enquiry received", required=True),
    _date("stage_1_start", "Date Stage 1 started"),
    _date("stage_1_end", "Date Stage 1 ended"),
    _date("stage_2_start", "Date Stage 2 started"),
    _date("stage_2_end", "Date Stage 2 ended"),
    _date("application_date", "Date application submitted"),
    _date("approved_date", "Date application approved"),
    _date("matched_date", "Date adopter matched with child(ren)"),
    _date("placed_date", "Date child/children placed with adopter(s)"),
    _count("children_placed", "No. of children placed", required=False),
    _date("order_date", "Date of Adoption Order"),
    _date("leaving_date", "Date of leaving adoption process"),
    _choice("leaving_reason", "Reason for leaving adoption process", "Leaving", required=False),
)
# What the lists say of a child, as the first of them does.
_CHILD = (_ID, *_ABOUT[:3])
_ROOT = Group(
    "AnnexA",
    (Group("Child", (*_CHILD, *_CHILD_LISTS), table=CHILDREN, repeats=True), _ADOPTER_LIST),
)


@cache
def annex_a_layout(year: int) -> Layout:
    """Return the lists with the codes of a year, the one that ends on the 31 March after the day of the data."""
    if year not in YEARS:
        raise KeyError(f"the lists are known for {YEARS[0]} to {YEARS[-1]}, not for {year}")
    return layout_for("annex-a", _ROOT, (), year, BRITISH_DATES)
