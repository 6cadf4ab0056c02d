"""A case file: every record about one family, table by table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from schemas.case.base import CaseRecord, Frozen
from schemas.case.care import (
    CareLeaver,
    CarePlan,
    LegalStatus,
    LookedAfterEpisode,
    LookedAfterReview,
    LookedAfterVisit,
    MissingEpisode,
    Permanence,
    Placement,
    PreviousPermanence,
)
from schemas.case.education import (
    Education,
    EhcActivePlan,
    EhcAssessment,
    EhcNamedPlan,
    EhcRequest,
    SendRecord,
    SenNeed,
)
from schemas.case.family import (
    Address,
    ContactArrangement,
    FamilyMember,
    Household,
    HouseholdMember,
    Relationship,
    Restriction,
)
from schemas.case.health import (
    Conviction,
    HealthCheck,
    HealthNeed,
    Immunisation,
    StrengthsScore,
    SubstanceMisuse,
    Voice,
)
from schemas.case.papers import Awareness, CopiedValue, Document, Event
from schemas.case.people import Agency, Involvement, Professional, Team
from schemas.case.person import Disability, ImmigrationStatus, LinkedIdentifier, Name, Person
from schemas.case.protection import (
    InitialConference,
    PreProceedings,
    ProtectionPlan,
    ProtectionReview,
    ProtectionVisit,
    Risk,
    SafetyPlan,
    Section47Enquiry,
    StrategyDiscussion,
)
from schemas.case.referral import (
    Assessment,
    AssessmentFactors,
    CinPlan,
    CinVisit,
    Contact,
    EarlyHelpEpisode,
    Referral,
)
from schemas.case.types import Key

_HEAD = ("format", "id")


class CaseFile(Frozen):
    """All records about a family. Every record's id is one in its table, and its persons are in `person`.

    Other references may lead nowhere, since real data has orphans and a part of a file is a file too:
    `orphans` lists them.
    """

    format: Literal["case/1"] = "case/1"
    id: Key = Field(description="Opaque identifier of the family's file.")

    person: tuple[Person, ...] = ()
    names: tuple[Name, ...] = ()
    linked_identifiers: tuple[LinkedIdentifier, ...] = ()
    disability: tuple[Disability, ...] = ()
    immigration_status: tuple[ImmigrationStatus, ...] = ()
    family: tuple[FamilyMember, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    address: tuple[Address, ...] = ()
    households: tuple[Household, ...] = ()
    household_members: tuple[HouseholdMember, ...] = ()
    contact_arrangements: tuple[ContactArrangement, ...] = ()
    restrictions: tuple[Restriction, ...] = ()
    contacts: tuple[Contact, ...] = ()
    early_help_episodes: tuple[EarlyHelpEpisode, ...] = ()
    cin_episodes: tuple[Referral, ...] = ()
    cin_assessments: tuple[Assessment, ...] = ()
    assessment_factors: tuple[AssessmentFactors, ...] = ()
    cin_plans: tuple[CinPlan, ...] = ()
    cin_visits: tuple[CinVisit, ...] = ()
    strategy_discussions: tuple[StrategyDiscussion, ...] = ()
    s47_enquiry: tuple[Section47Enquiry, ...] = ()
    initial_cp_conference: tuple[InitialConference, ...] = ()
    cp_plans: tuple[ProtectionPlan, ...] = ()
    cp_visits: tuple[ProtectionVisit, ...] = ()
    cp_reviews: tuple[ProtectionReview, ...] = ()
    safety_plans: tuple[SafetyPlan, ...] = ()
    risks: tuple[Risk, ...] = ()
    pre_proceedings: tuple[PreProceedings, ...] = ()
    legal_status: tuple[LegalStatus, ...] = ()
    cla_episodes: tuple[LookedAfterEpisode, ...] = ()
    cla_placement: tuple[Placement, ...] = ()
    cla_reviews: tuple[LookedAfterReview, ...] = ()
    cla_visits: tuple[LookedAfterVisit, ...] = ()
    cla_care_plan: tuple[CarePlan, ...] = ()
    cla_previous_permanence: tuple[PreviousPermanence, ...] = ()
    permanence: tuple[Permanence, ...] = ()
    missing: tuple[MissingEpisode, ...] = ()
    care_leavers: tuple[CareLeaver, ...] = ()
    health_needs: tuple[HealthNeed, ...] = ()
    cla_health: tuple[HealthCheck, ...] = ()
    cla_immunisations: tuple[Immunisation, ...] = ()
    cla_substance_misuse: tuple[SubstanceMisuse, ...] = ()
    sdq_scores: tuple[StrengthsScore, ...] = ()
    cla_convictions: tuple[Conviction, ...] = ()
    voice_of_child: tuple[Voice, ...] = ()
    education: tuple[Education, ...] = ()
    send: tuple[SendRecord, ...] = ()
    ehcp_requests: tuple[EhcRequest, ...] = ()
    ehcp_assessment: tuple[EhcAssessment, ...] = ()
    ehcp_named_plan: tuple[EhcNamedPlan, ...] = ()
    ehcp_active_plans: tuple[EhcActivePlan, ...] = ()
    sen_need: tuple[SenNeed, ...] = ()
    agencies: tuple[Agency, ...] = ()
    professionals: tuple[Professional, ...] = ()
    department: tuple[Team, ...] = ()
    involvements: tuple[Involvement, ...] = ()
    documents: tuple[Document, ...] = ()
    events: tuple[Event, ...] = ()
    awareness: tuple[Awareness, ...] = ()
    copied_values: tuple[CopiedValue, ...] = ()

    @model_validator(mode="after")
    def _ids_are_one_and_persons_known(self) -> Self:
        known = {person.id for person in self.person}
        for table, records in self.tables():
            if len({record.id for record in records}) < len(records):
                raise ValueError(f"two records of {table} have one id")
            if any(subject not in known for record in records for subject in record.subjects):
                raise ValueError(f"a record of {table} is about somebody whom the file does not have")
        return self

    @property
    def persons(self) -> tuple[Person, ...]:
        """Give the people of the family."""
        return self.person

    @property
    def children(self) -> tuple[Person, ...]:
        """Give the children, the unborn too."""
        return tuple(person for person in self.person if person.is_child)

    def tables(self) -> Iterator[tuple[str, tuple[CaseRecord, ...]]]:
        """Go through the tables, those without records too, in the order of the declaration."""
        for name in type(self).model_fields:
            if name not in _HEAD:
                yield name, getattr(self, name)

    def records(self) -> Iterator[tuple[str, CaseRecord]]:
        """Go through every record with the name of its table."""
        for table, records in self.tables():
            for record in records:
                yield table, record

    def about(self, person: str) -> Iterator[tuple[str, CaseRecord]]:
        """Go through every record that is about a person."""
        return ((table, record) for table, record in self.records() if person in record.subjects)

    def somebody(self, person: str) -> Person:
        """Return a person of the family; raise KeyError where the file does not have them."""
        for found in self.person:
            if found.id == person:
                return found
        raise KeyError(person)

    def with_records(self, table: str, records: tuple[CaseRecord, ...]) -> CaseFile:
        """Give a file with another content of one table, checked as a whole."""
        content = dict(self.tables()) | {table: records}
        return CaseFile(id=self.id, **content)  # type: ignore[arg-type]  # each table is checked against its own type
