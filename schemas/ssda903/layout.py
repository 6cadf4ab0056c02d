"""The tables of the looked-after return: those of 2017, what each later collection added, and last year's beside them.

Every record belongs to the child that its CHILD names, and through it to the child's first row in
Header: both are tables around it, so that rules read them like the blocks around a block of a message.
Source: DfE children looked after return specifications, 2016-17 to 2026-27.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from schemas.codesets import CodeSet, load_code_sets
from schemas.fields import Field, Group, Kind, Sensitivity, YearDiff
from schemas.tables import Beside, Layout, Table, layout_for
from schemas.typed import BRITISH_DATES

FIRST_YEAR = 2017
LAST_YEAR = 2027
YEARS = range(FIRST_YEAR, LAST_YEAR + 1)

CHILDREN = "Children"
HEADER = "Header"
LAST = "_last"
# Items that only the XML form has; the CSV files tell them by their rows.
XML_ONLY = frozenset({(HEADER, "UASC")})

_CODES = load_code_sets("schemas.ssda903") | {"Ethnicity": load_code_sets("schemas.cin")["Ethnicity"]}


def code_set(name: str) -> CodeSet:
    """Return the code set of the return called `name`; raise KeyError where there is none."""
    return _CODES[name]


def _text(name: str, most: int, guidance: str = "", *, required: bool = False) -> Field:
    return Field(name, "", pattern=f".{{1,{most}}}", required=required, guidance=guidance, any_case=True)


def _code(name: str, codes: str, guidance: str = "", *, required: bool = False) -> Field:
    return Field(
        name,
        "",
        Kind.CODE,
        code_set(codes),
        required=required,
        sensitivity=Sensitivity.SPECIAL,
        guidance=guidance,
        any_case=True,
    )


def _flag(name: str, guidance: str = "", *, required: bool = False) -> Field:
    return _code(name, "Flag", guidance, required=required)


def _date(name: str, guidance: str = "", *, required: bool = False) -> Field:
    return Field(name, "", Kind.DATE, required=required, guidance=guidance)


def _table(name: str, *fields: Field) -> Group:
    return Group(name, fields, table=name, repeats=True)


CHILD = _text("CHILD", 10, "The authority's own identifier, the same every year.", required=True)
DOB = _date("DOB", "Date of birth.", required=True)

_HEADER = _table(
    HEADER,
    CHILD,
    _code("SEX", "Sex", required=True),
    DOB,
    _code("ETHNIC", "Ethnicity", required=True),
    _text("UPN", 13, "Unique pupil number, or UN1 to UN5 where there is none."),
    _flag("MOTHER", "The child is a mother."),
    _date("MC_DOB", "Date of birth of her child."),
    _flag("UASC", "Unaccompanied asylum seeker at any time in the year."),
)

_EPISODES = _table(
    "Episodes",
    CHILD,
    _date("DECOM", "First day of the episode.", required=True),
    _code("RNE", "ReasonForNewEpisode", required=True),
    _code("LS", "LegalStatus", required=True),
    _code("CIN", "CategoryOfNeed", required=True),
    _code("PLACE", "Placement", required=True),
    _code("PLACE_PROVIDER", "PlacementProvider"),
    _date("DEC", "Last day of the episode; blank while it is open."),
    _code("REC", "ReasonEpisodeCeased"),
    _code("REASON_PLACE_CHANGE", "ReasonPlaceChange"),
    _text("HOME_POST", 8, "Postcode of the home when care began."),
    _text("PL_POST", 8, "Postcode of the placement."),
    _text("URN", 8, "Ofsted's number of the provider; XXXXXXX stands for none."),
)

_REVIEWS = _table(
    "Reviews", CHILD, DOB, _date("REVIEW", required=True), _code("REVIEW_CODE", "Participation", required=True)
)

_UASC = _table(
    "UASC",
    CHILD,
    _code("SEX", "Sex", required=True),
    DOB,
    _date("DUC", "Day on which the status ends; the 18th birthday while it lasts."),
)

_OC2 = _table(
    "OC2",
    CHILD,
    DOB,
    Field("SDQ_SCORE", "", Kind.INTEGER, sensitivity=Sensitivity.SPECIAL, guidance="0 to 40."),
    _code("SDQ_REASON", "SDQReason", "Why there is no score."),
    _flag("CONVICTED", "Conviction or youth caution in the year."),
    _flag("HEALTH_CHECK", "Health checks of the under-fives are up to date."),
    _flag("IMMUNISATIONS", "Immunisations are up to date."),
    _flag("TEETH_CHECK", "Seen by a dentist."),
    _flag("HEALTH_ASSESSMENT", "Annual assessment done."),
    _flag("SUBSTANCE_MISUSE", "A problem was found."),
    _flag("INTERVENTION_RECEIVED"),
    _flag("INTERVENTION_OFFERED", "Offered and refused."),
)

_OC3 = _table(
    "OC3",
    CHILD,
    DOB,
    _code("IN_TOUCH", "InTouch", required=True),
    _code("ACTIV", "Activity", required=True),
    _code("ACCOM", "Accommodation", required=True),
)

_AD1 = _table(
    "AD1",
    CHILD,
    DOB,
    _date("DATE_INT", "Decision to place for adoption.", required=True),
    _date("DATE_MATCH", "Matched with adopters.", required=True),
    _flag("FOSTER_CARE", "Adopted by the current foster carer.", required=True),
    _code("NB_ADOPTR", "NumberOfAdopters", required=True),
    _code("SEX_ADOPTR", "SexOfAdopters", required=True),
    _code("LS_ADOPTR", "LegalStatusOfAdopters", required=True),
)

_PLACED_ADOPTION = _table(
    "PlacedAdoption",
    CHILD,
    DOB,
    _date("DATE_PLACED", "Decision to place for adoption.", required=True),
    _date("DATE_PLACED_CEASED", "The decision was reversed."),
    _code("REASON_PLACED_CEASED", "ReasonPlacedCeased"),
)

_PREV_PERM = _table(
    "PrevPerm",
    CHILD,
    DOB,
    _code("PREV_PERM", "PreviousPermanence", required=True),
    _text("LA_PERM", 3, "Three digits of the authority, 999 where not known, or WAL, SCO, NIR, NUK."),
    replace(
        _text("DATE_PERM", 10, "dd/mm/yyyy; parts not known are ZZ, ZZ and ZZZZ."), sensitivity=Sensitivity.SPECIAL
    ),
)

_MISSING = _table(
    "Missing",
    CHILD,
    DOB,
    _code("MISSING", "MissingType", required=True),
    _date("MIS_START", required=True),
    _date("MIS_END", "Blank while still missing."),
)

_SW_EPISODES = _table(
    "SWEpisodes",
    CHILD,
    DOB,
    _text("SW_ID", 14, "The social worker's registration number, from SW or XX on.", required=True),
    _date("SW_DECOM", "First day with this social worker.", required=True),
    _date("SW_DEC", "Last day; blank while it lasts."),
    _code("SW_REASON", "SocialWorkerReason", "Why the social worker changed."),
)

_DOLO = _table(
    "DoLo",
    CHILD,
    DOB,
    _date("DOLO_START", "First day of the deprivation of liberty order.", required=True),
    _date("DOLO_END", "Last day; blank while it lasts."),
)

_ROOT, _CHILD = "SSDA903", "CHILD"
RETURN_2017 = Group(
    _ROOT,
    (
        Group(
            _CHILD,
            (
                CHILD,
                _HEADER,
                _EPISODES,
                _REVIEWS,
                _UASC,
                _OC2,
                _OC3,
                _AD1,
                _PLACED_ADOPTION,
                _PREV_PERM,
                _MISSING,
            ),
            table=CHILDREN,
            repeats=True,
            opens=(HEADER,),
        ),
    ),
)
CHANGES = (
    YearDiff(2024, (_ROOT, _CHILD), add=_SW_EPISODES),
    YearDiff(2027, (_ROOT, _CHILD), add=_DOLO),
)


@cache
def ssda903_layout(year: int) -> Layout:
    """Return the layout of the collection that ends in `year` (2017 to 2027), last year's tables beside it."""
    if year not in YEARS:
        raise KeyError(f"the SSDA903 layout covers {FIRST_YEAR} to {LAST_YEAR}, not {year}")
    own = _of_year(year)
    before = _of_year(max(year - 1, FIRST_YEAR))
    return replace(own, beside=tuple(_last_year(own, before)))


def _of_year(year: int) -> Layout:
    return layout_for("ssda903", RETURN_2017, CHANGES, year, BRITISH_DATES)


def _last_year(own: Layout, before: Layout) -> Iterator[Beside]:
    """Give last year's tables; one that is new this year has this year's columns, should anybody hold it already."""
    for table in own:
        if table.name != CHILDREN:
            known = before.table(table.name) if before.has(table.name) else table
            absent = f"Last year's {table.name} was not given. Give last year's return with --previous."
            yield Beside(_renamed(known), absent)


def _renamed(table: Table) -> Table:
    ancestors = tuple(name if name == CHILDREN else f"{name}{LAST}" for name in table.ancestors)
    return replace(table, name=f"{table.name}{LAST}", ancestors=ancestors)


def csv_columns(table: Table) -> tuple[str, ...]:
    """List the columns of a table's CSV file, in order."""
    return tuple(field.name for field in table if (table.name.removesuffix(LAST), field.name) not in XML_ONLY)
