"""Education: settings, special needs, and the way to an education, health and care plan."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from schemas.case.base import Dated, PersonRecord
from schemas.case.fields import NONE, PERSONAL, SPECIAL, Copying, case_field
from schemas.case.types import ULN, UPN, URN, Count, Establishment, Key, Line, Narrative


class Education(PersonRecord):
    """A time at a school, college or other setting."""

    alike: ClassVar[tuple[str, ...]] = ("start_date",)
    title: ClassVar[str] = "Education"
    dated: ClassVar[Dated | None] = Dated(
        "At a school or setting", ("start_date",), "end_date", ("change", "sen_status")
    )

    setting: Line | None = case_field("Name of the setting.", PERSONAL, copying=Copying.CHILD)
    urn: URN | None = case_field("The setting's unique reference number.", PERSONAL, copying=Copying.CHILD)
    establishment: Establishment | None = case_field(
        "Authority's and school's number, seven digits.", PERSONAL, copying=Copying.CHILD
    )
    change: str | None = case_field("What changed.", PERSONAL, code_set="EducationChange")
    sen_status: str | None = case_field("Special educational need.", SPECIAL, code_set="SenStatus")
    attendance: Line | None = case_field("Attendance, in words.", SPECIAL)
    education_plan: Narrative | None = case_field("Personal education plan.", SPECIAL)
    start_date: date | None = case_field("From.", PERSONAL, copying=Copying.CHILD)
    end_date: date | None = case_field("Until.", PERSONAL, copying=Copying.CHILD)


class SendRecord(PersonRecord):
    """How the special educational needs service knows the child."""

    title: ClassVar[str] = "Special educational needs"

    upn: UPN | None = case_field("Pupil number held there.", PERSONAL, reference="SEND002A")
    uln: ULN | None = case_field("Learner number held there.", PERSONAL)
    upn_unknown: str | None = case_field("Why there is neither.", PERSONAL, code_set="UPNunknown", reference="SEND004A")


class EhcRequest(PersonRecord):
    """A request for an education, health and care needs assessment."""

    title: ClassVar[str] = "EHC requests"
    dated: ClassVar[Dated | None] = Dated(
        "Request for an education, health and care assessment", ("request_date",), "outcome_date", ("outcome",)
    )

    send: Key | None = case_field("The service's record.", PERSONAL, reference="EHCR002A", points_to="send")
    request_date: date | None = case_field("Received on; starts the 20 weeks.", SPECIAL, reference="EHCR003A")
    outcome_date: date | None = case_field("Requester told.", SPECIAL, reference="EHCR004A")
    outcome: str | None = case_field("Whether to assess.", SPECIAL, code_set="EhcDecision", reference="EHCR005A")


class EhcAssessment(PersonRecord):
    """An education, health and care needs assessment."""

    title: ClassVar[str] = "EHC assessments"
    dated: ClassVar[Dated | None] = Dated(
        "Education, health and care assessment", ("outcome_date",), tells=("outcome",)
    )

    request: Key | None = case_field("Request.", PERSONAL, reference="EHCA002A", points_to="ehcp_requests")
    outcome_date: date | None = case_field("Plan issued, or refusal told.", SPECIAL, reference="EHCA003A")
    outcome: str | None = case_field("Whether to issue a plan.", SPECIAL, code_set="EhcDecision", reference="EHCA004A")
    exception: bool | None = case_field("Whether an exception to 20 weeks applies.", NONE, reference="EHCA005A")


class EhcNamedPlan(PersonRecord):
    """An education, health and care plan that was issued."""

    title: ClassVar[str] = "EHC plans issued"
    dated: ClassVar[Dated | None] = Dated(
        "Education, health and care plan", ("start_date",), "end_date", ("end_reason",), key=True
    )

    assessment: Key | None = case_field("Assessment.", PERSONAL, reference="EHCN002A", points_to="ehcp_assessment")
    start_date: date | None = case_field("Day of the plan.", SPECIAL, reference="EHCN003A")
    end_date: date | None = case_field("Ended or moved.", SPECIAL, reference="EHCN004A")
    end_reason: str | None = case_field("Why.", SPECIAL, code_set="EhcCeaseReason", reference="EHCN005A")


class EhcActivePlan(PersonRecord):
    """An education, health and care plan in force, and its last review."""

    title: ClassVar[str] = "EHC plans in force"
    dated: ClassVar[Dated | None] = Dated("Education, health and care plan reviewed", ("last_review_date",))

    request: Key | None = case_field("Request.", PERSONAL, reference="EHCP002A", points_to="ehcp_requests")
    last_review_date: date | None = case_field("Letter of the last annual review.", SPECIAL, reference="EHCP003A")


class SenNeed(PersonRecord):
    """A kind of need on a plan in force."""

    title: ClassVar[str] = "Special educational needs by kind"

    plan: Key | None = case_field("Plan in force.", PERSONAL, reference="SENN002A", points_to="ehcp_active_plans")
    need: str | None = case_field("Kind of need.", SPECIAL, code_set="SenNeed", reference="SENN003A")
    rank: Count | None = case_field("1 primary, 2 secondary.", SPECIAL, reference="SENN004A")
