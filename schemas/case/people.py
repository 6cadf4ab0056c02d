"""Those who work with a child: professionals, teams, allocations, agencies."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from schemas.case.base import CaseRecord, Dated, PersonRecord
from schemas.case.fields import NONE, PERSONAL, Copying, case_field
from schemas.case.types import URN, Count, Key, Line, Measure, SocialWorkerNumber

_FAMILY = Copying.FAMILY


class Professional(CaseRecord):
    """A worker of the authority."""

    title: ClassVar[str] = "Professionals"

    staff_number: Key | None = case_field("Staff number.", PERSONAL, reference="PROF010A")
    name: Line | None = case_field("Name.", PERSONAL, reference="PROF013A")
    registration: SocialWorkerNumber | None = case_field("Social Work England number.", PERSONAL, reference="PROF002A")
    agency_worker: bool | None = case_field("Whether from an agency.", PERSONAL, reference="PROF014A")
    job_title: Line | None = case_field("Role.", NONE, reference="PROF007A")
    caseload: Count | None = case_field("Open cases on the last 30 September.", PERSONAL, reference="PROF008A")
    team_name: Line | None = case_field("Team, in words.", NONE, reference="PROF012A")
    full_time_equivalent: Measure | None = case_field("1 is full time.", PERSONAL, reference="PROF011A")


class Team(CaseRecord):
    """A team of the authority, and how to reach it."""

    title: ClassVar[str] = "Teams"

    name: Line | None = case_field("Name.", NONE, reference="DEPT1002A")
    parent: Key | None = case_field("Team above it.", NONE, reference="DEPT1003A", points_to="department")
    parent_name: Line | None = case_field("Its name.", NONE, reference="DEPT1004A")
    contact: Line | None = case_field("Team mailbox or telephone.", NONE)
    out_of_hours: Line | None = case_field("Number out of hours.", NONE)


class Involvement(PersonRecord):
    """The time for which a worker is allocated to a child."""

    title: ClassVar[str] = "Involvements"
    dated: ClassVar[Dated | None] = Dated("Worker allocated", ("start_date",), "end_date", ("role", "change_reason"))

    professional: Key | None = case_field("Worker.", PERSONAL, reference="INVO006A", points_to="professionals")
    role: str | None = case_field("As what.", NONE, code_set="InvolvementRole", reference="INVO007A")
    team: Key | None = case_field("Team.", NONE, reference="INVO009A", points_to="department")
    start_date: date | None = case_field("From.", PERSONAL, reference="INVO002A")
    end_date: date | None = case_field("Until.", PERSONAL, reference="INVO003A")
    change_reason: str | None = case_field(
        "Why the worker changed.", PERSONAL, code_set="WorkerChangeReason", reference="INVO004A"
    )
    referral: Key | None = case_field("Episode.", PERSONAL, reference="INVO010A", points_to="cin_episodes")


class Agency(PersonRecord):
    """An agency that works with the person: practice, health visitor, police, voluntary body."""

    alike: ClassVar[tuple[str, ...]] = ("kind",)
    title: ClassVar[str] = "Agencies"
    dated: ClassVar[Dated | None] = Dated("Agency involved", ("start_date",), "end_date", ("kind",))

    kind: str | None = case_field("What it is.", PERSONAL, code_set="AgencyKind", copying=_FAMILY)
    name: Line | None = case_field("Name.", PERSONAL, copying=_FAMILY)
    role: Line | None = case_field("What it does for the person.", PERSONAL, copying=_FAMILY)
    contact: Line | None = case_field("Mailbox or telephone of the role.", PERSONAL, copying=_FAMILY)
    code: Key | None = case_field("Its national code.", PERSONAL, copying=_FAMILY)
    urn: URN | None = case_field("Unique reference number, of a school or provider.", PERSONAL, copying=_FAMILY)
    in_core_group: bool | None = case_field("Whether in the core group.", PERSONAL)
    continues: bool | None = case_field("Whether it goes on after a move.", PERSONAL)
    start_date: date | None = case_field("From.", PERSONAL, copying=_FAMILY)
    end_date: date | None = case_field("Until.", PERSONAL, copying=_FAMILY)
