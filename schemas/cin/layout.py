"""The CIN census message: the tree of 2017 and what each later collection changed.

Source: DfE children in need census specifications, 2016-17 to 2026-27. Item numbers are those of
the Common Basic Data Set; the marked ones of module 5 are inferred.
"""

from __future__ import annotations

from functools import cache

from schemas.codesets import CodeSet, load_code_sets
from schemas.fields import Field, Group, Kind, Sensitivity, YearDiff
from schemas.tables import Layout, layout_for

FIRST_YEAR = 2017
LAST_YEAR = 2027
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)

UPN_PATTERN = "[A-Za-z][0-9]{11}[0-9A-Za-z]"
_CODES = load_code_sets("schemas.cin")


def code_set(name: str) -> CodeSet:
    """Return the census code set called `name`; raise KeyError where there is none."""
    return _CODES[name]


def _code(name: str, item: str, codes: str, *, required: bool = False, **more: str) -> Field:
    guidance = more.get("guidance", "")
    return Field(
        name,
        item,
        Kind.CODE,
        code_set(codes),
        required=required,
        sensitivity=Sensitivity.SPECIAL,
        guidance=guidance,
        table=more.get("table"),
        element=more.get("element", ""),
    )


def _date(name: str, item: str, *, required: bool = False, guidance: str = "", table: str | None = None) -> Field:
    return Field(name, item, Kind.DATE, required=required, guidance=guidance, table=table)


def _flag(name: str, item: str, *, required: bool = False, guidance: str = "") -> Field:
    return Field(name, item, Kind.BOOLEAN, required=required, guidance=guidance)


def _count(name: str, item: str, *, required: bool = False, guidance: str = "") -> Field:
    return Field(name, item, Kind.INTEGER, required=required, guidance=guidance)


def _header(
    name: str, item: str, kind: Kind = Kind.TEXT, *, pattern: str | None = None, codes: str | None = None
) -> Field:
    listed = code_set(codes) if codes else None
    return Field(name, item, kind, listed, pattern=pattern, required=True, sensitivity=Sensitivity.NONE)


HEADER = Group(
    "Header",
    (
        Group(
            "CollectionDetails",
            (
                _header("Collection", "N00600", Kind.CODE, codes="Collection"),
                _header("Year", "N00602", Kind.YEAR),
                _header("ReferenceDate", "N00603", Kind.DATE),
            ),
            required=True,
        ),
        Group(
            "Source",
            (
                _header("SourceLevel", "N00604", Kind.CODE, codes="SourceLevel"),
                _header("LEA", "N00216", pattern="[0-9]{3}"),
                _header("SoftwareCode", "N00605"),
                _header("Release", "N00607"),
                _header("SerialNo", "N00606", pattern="[0-9]{3,}"),
                _header("DateTime", "N00609", Kind.DATETIME),
            ),
            required=True,
        ),
        Group(
            "Content",
            (
                Group(
                    "CBDSLevels",
                    (Field("CBDSLevel", "", Kind.CODE, code_set("CBDSLevel"), sensitivity=Sensitivity.NONE),),
                ),
            ),
        ),
    ),
    table="Header",
    required=True,
)

IDENTIFIERS = Group(
    "ChildIdentifiers",
    (
        Field("LAchildID", "N00097", required=True, guidance="The authority's own identifier, unique in the return."),
        Field("UPN", "N00001", pattern=UPN_PATTERN, guidance="Unique pupil number."),
        Field("FormerUPN", "N00002", pattern=UPN_PATTERN, guidance="May be a temporary number."),
        _code("UPNunknown", "N00135", "UPNunknown", guidance="Why there is no UPN."),
        _date("PersonBirthDate", "N00066"),
        _date("ExpectedPersonBirthDate", "N00098", guidance="For a child not born at the census end."),
        _code("GenderCurrent", "N00065", "Gender", required=True),
        _date("PersonDeathDate", "N00108"),
    ),
    table="ChildIdentifiers",
    required=True,
)

CHARACTERISTICS = Group(
    "ChildCharacteristics",
    (
        _code("Ethnicity", "N00177", "Ethnicity", required=True),
        Group("Disabilities", (_code("Disability", "N00099", "Disability", required=True, table="Disabilities"),)),
    ),
    table="ChildCharacteristics",
    required=True,
)

# Real systems write empty lists of factors and of reviews, so neither list asks for an entry.
ASSESSMENTS = Group(
    "Assessments",
    (
        _date("AssessmentActualStartDate", "N00159", required=True),
        _date("AssessmentInternalReviewDate", "N00161"),
        _date("AssessmentAuthorisationDate", "N00160", guidance="When the assessment was completed and signed off."),
        Group(
            "FactorsIdentifiedAtAssessment",
            (
                _code(
                    "AssessmentFactor",
                    "N00181",
                    "AssessmentFactor",
                    table="AssessmentFactorsList",
                    element="AssessmentFactors",
                ),
            ),
        ),
    ),
    table="Assessments",
    repeats=True,
)

CIN_PLANS = Group(
    "CINPlanDates",
    (_date("CINPlanStartDate", "N00689", required=True), _date("CINPlanEndDate", "N00690")),
    table="CINplanDates",
    repeats=True,
)

SECTION_47 = Group(
    "Section47",
    (
        _date("S47ActualStartDate", "N00148", required=True, guidance="Date of the strategy discussion."),
        _date("InitialCPCtarget", "N00109", guidance="15 working days after the start."),
        _date("DateOfInitialCPC", "N00110"),
        _flag("ICPCnotRequired", "N00111", required=True),
    ),
    table="Section47",
    repeats=True,
)

PROTECTION_PLANS = Group(
    "ChildProtectionPlans",
    (
        _date("CPPstartDate", "N00105", required=True),
        _date("CPPendDate", "N00115"),
        _code("InitialCategoryOfAbuse", "N00113", "CategoryOfAbuse", required=True),
        _code("LatestCategoryOfAbuse", "N00114", "CategoryOfAbuse", required=True),
        _count("NumberOfPreviousCPP", "N00106", required=True, guidance="Earlier plans, without this one."),
        Group("Reviews", (_date("CPPreviewDate", "N00116", table="Reviews"),)),
    ),
    table="ChildProtectionPlans",
    repeats=True,
)

PRE_PROCEEDINGS = Group(
    "PreProceedingsandFGDM",
    (
        _date("PPStartDate", "N00826", guidance="Decision to begin pre-proceedings."),
        _date("LBPSentDate", "N00827", guidance="Letter before proceedings sent."),
        _flag("FGDMMeetingOffer", "N00828", guidance="Family group decision-making meeting offered."),
        _flag("FGDMMeetingFac", "N00829", guidance="That meeting was held."),
        _date("InitialPPMeetingDate", "N00830"),
        _count("ReviewMeetingsCount", "N00831", guidance="Meetings after the first."),
        _date("StepDecisionDate", "N00832", guidance="Decision to step up or down (item number inferred)."),
        _code("PPOutcome", "N00833", "PreProceedingsOutcome"),
        _date("CourtAppDate", "N00834", guidance="Application to start care proceedings."),
        _date("LetterInitCPDate", "N00835", guidance="Letter that proceedings are starting (item number inferred)."),
    ),
    table="PreProceedings",
    repeats=True,
)

DETAILS = Group(
    "CINdetails",
    (
        _date("CINreferralDate", "N00100", required=True),
        _code("ReferralSource", "N00152", "ReferralSource", required=True),
        _code("PrimaryNeedCode", "N00101", "PrimaryNeed"),
        _date("CINclosureDate", "N00102"),
        _code("ReasonForClosure", "N00103", "ReasonForClosure"),
        _date("DateOfInitialCPC", "N00110", guidance="A conference without a section 47 enquiry here."),
        ASSESSMENTS,
        SECTION_47,
        _flag("ReferralNFA", "N00112", required=True, guidance="The referral ended in no further action."),
        PROTECTION_PLANS,
    ),
    table="CINdetails",
    required=True,
    repeats=True,
)

MESSAGE_2017 = Group(
    "Message",
    (
        HEADER,
        Group(
            "Children",
            (
                Group(
                    "Child",
                    (IDENTIFIERS, CHARACTERISTICS, DETAILS),
                    required=True,
                    repeats=True,
                    opens=("ChildIdentifiers", "ChildCharacteristics"),
                ),
            ),
            required=True,
        ),
    ),
)

_CHILD = ("Message", "Children", "Child")
CHANGES = (
    YearDiff(2022, (*_CHILD, "CINdetails"), add=CIN_PLANS, after="Assessments"),
    YearDiff(2022, ("Message", "Header"), remove="Content"),
    YearDiff(
        2025,
        (*_CHILD, "ChildIdentifiers"),
        remove="GenderCurrent",
        add=_code("Sex", "N00783", "Sex", required=True, guidance="U for an unborn child."),
    ),
    YearDiff(2027, (*_CHILD, "CINdetails"), add=PRE_PROCEEDINGS),
)


@cache
def cin_layout(year: int) -> Layout:
    """Return the census layout of the collection that ends in `year` (2017 to 2027)."""
    if year not in YEARS:
        raise KeyError(f"the CIN layout covers {FIRST_YEAR} to {LAST_YEAR}, not {year}")
    return layout_for("cin", MESSAGE_2017, CHANGES, year)
