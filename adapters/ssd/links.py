"""The mapping between the standard and the case records: for each table, which column is which field, in which form.

The item number that a case field declares names its column; the type and code set of the field choose the form. What
that does not tell is declared here. Reading and writing both go by these links.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from adapters.ssd import forms, lists
from adapters.ssd.forms import Form, code
from adapters.ssd.lists import Keys, flags
from schemas.case.columns import value_type
from schemas.case.fields import CaseField
from schemas.case.tables import TABLES, fields
from schemas.ssd.layout import Column, Table, tables

PERSON = "ssd_person"
_STAFF = {"ssd_professionals", "ssd_department"}


@dataclass(frozen=True, slots=True)
class Link:
    """One column and the case field that holds it; `also` are more fields that the same text gives.

    Without a field the column is one that case records have no place for.
    """

    column: str
    field: str
    form: Form
    also: tuple[tuple[str, Form], ...] = ()

    @property
    def fields(self) -> tuple[tuple[str, Form], ...]:
        """Give every field that the column gives, each with its form."""
        return ((self.field, self.form), *self.also) if self.field else self.also


@dataclass(frozen=True, slots=True)
class TableLink:
    """One table of the standard, the case table that holds its rows, and its columns.

    `person_through` names, for rows that do not say whom they are about, a column, the case table to look it up in,
    and the field of that table that has the same value, best first. `constant` are fields that every row has.
    """

    table: str
    case: str
    links: tuple[Link, ...]
    person_through: tuple[tuple[str, str, str], ...] = ()
    constant: tuple[tuple[str, str], ...] = ()


# The one table that is called otherwise in case records.
_CALLED = {"ssd_mother": "relationships"}
_CONSTANT = {"ssd_mother": (("kind", "MOTHER"),)}
_NOT_HELD = {"ssd_s251_finance"}
_PERSON_THROUGH = {
    "ssd_assessment_factors": (("cinf_assessment_id", "cin_assessments", "id"),),
    "ssd_cin_plans": (("cinp_referral_id", "cin_episodes", "id"),),
    "ssd_cin_visits": (("cinv_cin_plan_id", "cin_plans", "id"),),
    "ssd_cp_visits": (("cppv_cp_plan_id", "cp_plans", "id"),),
    "ssd_cp_reviews": (("cppr_cp_plan_id", "cp_plans", "id"),),
    "ssd_cla_placement": (
        ("clap_cla_id", "cla_episodes", "period_of_care"),
        ("clap_cla_placement_id", "cla_episodes", "placement"),
    ),
    "ssd_cla_reviews": (("clar_cla_id", "cla_episodes", "period_of_care"),),
    "ssd_cla_visits": (("clav_cla_id", "cla_episodes", "period_of_care"),),
    "ssd_involvements": (("invo_referral_id", "cin_episodes", "id"),),
    "ssd_ehcp_requests": (("ehcr_send_table_id", "send", "id"),),
    "ssd_ehcp_assessment": (("ehca_ehcp_request_id", "ehcp_requests", "id"),),
    "ssd_ehcp_named_plan": (("ehcn_ehcp_asmt_id", "ehcp_assessment", "id"),),
    "ssd_ehcp_active_plans": (("ehcp_ehcp_request_id", "ehcp_requests", "id"),),
    "ssd_sen_need": (("senn_active_ehcp_id", "ehcp_active_plans", "id"),),
}

# Where the type and the code set of the field do not tell the form, by item number.
_FORMS: dict[str, Form] = {
    "PERS003A": forms.words("Gender"),
    "PERS006A": forms.UPN,
    "PERS013A": forms.NHS,
    "SEND002A": forms.UPN,
    "SEND003A": forms.ULN,
    "PROF002A": forms.SOCIAL_WORKER,
    "CLAP005A": forms.URN,
    "PERM015A": forms.URN,
    "ADDR001A": lists.LINES,
    "ADDR006A": forms.POSTCODE,
    "CLAP008A": forms.POSTCODE,
    "LAPP005A": forms.PARTIAL_DATE,
    "PERM012A": forms.ZERO_ONE,
    "EHCA005A": forms.ZERO_ONE,
    "CINF002A": lists.array("AssessmentFactor"),
    "CONT005A": flags("ContactOutcome", Keys(count="NUMBER_OF_OUTCOMES", remark_held=True)),
    "CINE005A": flags("ReferralOutcome", Keys(count="NUMBER_OF_OUTCOMES")),
    "CINA006A": flags("AssessmentOutcome", Keys()),
    "S47E007A": flags("Section47Outcome", Keys(comments="OUTCOME_COMMENTS")),
    "ICPC006A": flags("ConferenceOutcome", Keys()),
    "LACP003A": flags("CarePlanGoal", Keys(suffix="", count="")),
    # Keys that records of one time in care, one meeting or one family share.
    **dict.fromkeys(("PERS014A", "FAMI001A", "ICPC009A", "CPPR009A", "CLAE010A", "CLAP012A"), forms.KEY),
    **dict.fromkeys(("CLAR011A", "CLAV007A", "PERM022A", "PREP002A"), forms.KEY),
    "PROF010A": forms.STAFF,
    # Without a field: a mother is known by her children.
    "PERS011A": forms.NOT_N,
}
_ALSO: dict[str, tuple[tuple[str, Form], ...]] = {
    "PERS001A": (("authority_reference", forms.KEY),),
    "ADDR001A": (("uprn", lists.UPRN),),
    "CONT005A": (("comments", lists.comments("COMMENTS")),),
    "LEGA003A": (("other_status", forms.unread("LegalStatus")),),
    "CLAI002A": (("person", forms.KEY),),
}
# Two tables hold the learner's number; the field of the case records names the item of one.
_FIELDS = {"SEND003A": "uln", "PERS001A": "id"}
_PLAIN_FORMS = {str: forms.TEXT, bool: forms.FLAG, int: forms.COUNT, float: forms.MEASURE, date: forms.DATE}


@cache
def table_links() -> dict[str, TableLink]:
    """Give the links of every table of the standard that case records hold, by its name."""
    held = (table for table in tables().values() if table.carries_cases and table.name not in _NOT_HELD)
    return {table.name: _table_link(table) for table in held}


def case_tables() -> tuple[str, ...]:
    """List the case tables that the standard feeds, in its order."""
    return tuple(link.case for link in table_links().values())


def _table_link(table: Table) -> TableLink:
    case = _CALLED.get(table.name, table.name.removeprefix("ssd_"))
    return TableLink(
        table=table.name,
        case=case,
        links=tuple(_link(case, table, column) for column in table.columns),
        person_through=_PERSON_THROUGH.get(table.name, ()),
        constant=_CONSTANT.get(table.name, ()),
    )


def _link(case: str, table: Table, column: Column) -> Link:
    also = _ALSO.get(column.reference, ())
    if column is table.key:
        return Link(column.name, "id", forms.KEY, also)
    field = _field(case, column)
    if field is None:
        return Link(column.name, "", _FORMS.get(column.reference, forms.TEXT), also)
    return Link(column.name, field, _form(case, column, field), also)


def _field(case: str, column: Column) -> str | None:
    if column.reference in _FIELDS:
        return _FIELDS[column.reference]
    found = _by_reference().get(column.reference)
    if found is not None and found.table == case:
        return found.field
    if column.points_to.startswith(f"{PERSON}."):
        return "person"
    return None


@cache
def _by_reference() -> dict[str, CaseField]:
    return {item.reference: item for item in fields().values() if item.reference}


def _form(case: str, column: Column, field: str) -> Form:
    if column.reference in _FORMS:
        return _FORMS[column.reference]
    if column.points_to:
        return forms.STAFF if column.points_to.partition(".")[0] in _STAFF else forms.KEY
    known = _by_reference().get(column.reference)
    if known is not None and known.codes is not None:
        return code(known.codes.name)
    kind, _ = value_type(TABLES[case].model_fields[field])
    return _PLAIN_FORMS[kind]
