"""Children who are looked after: legal status, episodes, placements, care plans, reviews, visits, missing."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from schemas.case.base import Dated, PersonRecord
from schemas.case.fields import NONE, PERSONAL, SPECIAL, case_field
from schemas.case.types import URN, AuthorityCode, Count, Key, Line, Measure, Narrative, PartialDate, Postcode


class LegalStatus(PersonRecord):
    """A legal status in force for a time."""

    title: ClassVar[str] = "Legal status"
    dated: ClassVar[Dated | None] = Dated("Legal status", ("start_date",), "end_date", ("status",), key=True)

    status: str | None = case_field("Status in force.", SPECIAL, code_set="LegalStatus", reference="LEGA003A")
    other_status: Line | None = case_field("A status that the list does not have, in words.", SPECIAL)
    start_date: date | None = case_field("From.", SPECIAL, reference="LEGA004A")
    end_date: date | None = case_field("Until.", SPECIAL, reference="LEGA005A")
    court: Line | None = case_field("Court that made the order.", SPECIAL)
    case_number: Line | None = case_field("The court's case number.", SPECIAL)
    next_hearing_date: date | None = case_field("Next hearing.", SPECIAL)


class LookedAfterEpisode(PersonRecord):
    """An episode of care: a new one begins with every change of legal status or placement."""

    title: ClassVar[str] = "Looked-after episodes"
    dated: ClassVar[Dated | None] = Dated(
        "Looked after", ("start_date", "entered_care_date"), "end_date", ("start_reason", "end_reason"), key=True
    )

    placement: Key | None = case_field(
        "Placement in the episode.", PERSONAL, reference="CLAE013A", points_to="cla_placement"
    )
    start_date: date | None = case_field("Began.", PERSONAL, reference="CLAE003A")
    start_reason: str | None = case_field(
        "Why it began.", PERSONAL, code_set="ReasonForNewEpisode", reference="CLAE004A"
    )
    primary_need: str | None = case_field(
        "Main need on entry to care.", SPECIAL, code_set="PrimaryNeed", reference="CLAE009A"
    )
    end_date: date | None = case_field("Ended.", PERSONAL, reference="CLAE005A")
    end_reason: str | None = case_field("Why it ended.", PERSONAL, code_set="ReasonEpisodeCeased", reference="CLAE006A")
    period_of_care: Key | None = case_field(
        "Key that the episodes of one time in care share.", PERSONAL, reference="CLAE010A"
    )
    referral: Key | None = case_field("Episode of need.", PERSONAL, reference="CLAE011A", points_to="cin_episodes")
    last_iro_contact_date: date | None = case_field(
        "Last contact of the reviewing officer.", PERSONAL, reference="CLAE012A"
    )
    entered_care_date: date | None = case_field("Start of this time in care.", PERSONAL, reference="CLAE014A")


class Placement(PersonRecord):
    """Where a looked-after child was placed. The postcode is an address: it can be hidden."""

    title: ClassVar[str] = "Placements"
    dated: ClassVar[Dated | None] = Dated("Placement", ("start_date",), "end_date", ("kind", "change_reason"), key=True)

    period_of_care: Key | None = case_field("Time in care.", PERSONAL, reference="CLAP012A")
    start_date: date | None = case_field("Began.", PERSONAL, reference="CLAP003A")
    kind: str | None = case_field("Kind of placement.", PERSONAL, code_set="PlacementType", reference="CLAP004A")
    provider_urn: URN | None = case_field("Provider's registration number.", PERSONAL, reference="CLAP005A")
    distance: Measure | None = case_field("Miles from home.", PERSONAL, reference="CLAP011A")
    provider: str | None = case_field("Kind of provider.", NONE, code_set="PlacementProvider", reference="CLAP007A")
    postcode: Postcode | None = case_field("Where the child lives.", PERSONAL, reference="CLAP008A")
    authority: AuthorityCode | None = case_field("DfE number of the authority in whose area it lies.", PERSONAL)
    hidden: bool | None = case_field("Whether the place must be kept from somebody.", SPECIAL)
    end_date: date | None = case_field("Ended.", PERSONAL, reference="CLAP009A")
    change_reason: str | None = case_field(
        "Why it changed.", PERSONAL, code_set="PlacementChangeReason", reference="CLAP010A"
    )


class LookedAfterReview(PersonRecord):
    """A statutory review of a looked-after child."""

    title: ClassVar[str] = "Looked-after reviews"
    dated: ClassVar[Dated | None] = Dated(
        "Looked-after review", ("held_on",), tells=("participation", "cancelled"), key=True, due="due_on"
    )

    period_of_care: Key | None = case_field("Time in care.", PERSONAL, reference="CLAR011A")
    due_on: date | None = case_field("Due on.", PERSONAL, reference="CLAR003A")
    held_on: date | None = case_field("On.", PERSONAL, reference="CLAR004A")
    cancelled: bool | None = case_field("Whether it was called off.", PERSONAL, reference="CLAR012A")
    participation: str | None = case_field(
        "How the child took part.", PERSONAL, code_set="Participation", reference="CLAR007A"
    )
    decisions: Narrative | None = case_field("What was decided.", SPECIAL)


class LookedAfterVisit(PersonRecord):
    """A visit to a looked-after child."""

    title: ClassVar[str] = "Looked-after visits"
    dated: ClassVar[Dated | None] = Dated("Looked-after visit", ("visit_date",), tells=("seen", "seen_alone"))

    period_of_care: Key | None = case_field("Time in care.", PERSONAL, reference="CLAV007A")
    visit_date: date | None = case_field("On.", PERSONAL, reference="CLAV003A")
    seen: bool | None = case_field("Whether the child was seen.", PERSONAL, reference="CLAV004A")
    seen_alone: bool | None = case_field("Whether alone.", PERSONAL, reference="CLAV005A")
    note: Narrative | None = case_field("What was seen and said.", SPECIAL)


class CarePlan(PersonRecord):
    """The long-term plan for a looked-after child."""

    title: ClassVar[str] = "Care plans"
    dated: ClassVar[Dated | None] = Dated("Care plan", ("start_date",), "end_date", ("goals",), key=True)

    start_date: date | None = case_field("From.", SPECIAL, reference="LACP004A")
    end_date: date | None = case_field("Until.", SPECIAL, reference="LACP005A")
    goals: tuple[str, ...] = case_field(
        "Where the child is to live for good.", SPECIAL, code_set="CarePlanGoal", reference="LACP003A", many=True
    )
    content: Narrative | None = case_field("The plan.", SPECIAL)


class PreviousPermanence(PersonRecord):
    """An adoption or other order that came before this time in care."""

    title: ClassVar[str] = "Previous permanence"

    order: str | None = case_field("Kind of order.", SPECIAL, code_set="PreviousPermanence", reference="LAPP003A")
    authority: Line | None = case_field("Authority that arranged it.", SPECIAL, reference="LAPP004A")
    order_date: PartialDate | None = case_field(
        "Day as dd/mm/yyyy, with z where a part is unknown.", SPECIAL, reference="LAPP005A"
    )


class Permanence(PersonRecord):
    """The way to adoption or another permanent home; restricted, never sent of itself."""

    title: ClassVar[str] = "Permanence"
    dated: ClassVar[Dated | None] = Dated(
        "Permanence decision",
        ("decision_date", "placement_order_date", "order_date"),
        "order_date",
        ("order",),
        key=True,
    )

    period_of_care: Key | None = case_field("Time in care.", SPECIAL, reference="PERM022A")
    decision_date: date | None = case_field("Decision to place for adoption.", SPECIAL, reference="PERM003A")
    in_sibling_group: bool | None = case_field("One of a group of brothers and sisters.", SPECIAL, reference="PERM012A")
    siblings_together: Count | None = case_field("Placed together, this child too.", SPECIAL, reference="PERM013A")
    siblings_apart: Count | None = case_field("Placed elsewhere.", SPECIAL, reference="PERM014A")
    early_placement_decision_date: date | None = case_field(
        "Decision on fostering for adoption or concurrent planning.", SPECIAL, reference="PERM004A"
    )
    placement_order_date: date | None = case_field("Placement order made.", SPECIAL, reference="PERM006A")
    matched_date: date | None = case_field("Matched with adopters.", SPECIAL, reference="PERM008A")
    adopter_sex: str | None = case_field("Sex of the adopters.", SPECIAL, code_set="AdopterSex", reference="PERM025A")
    adopter_legal_status: str | None = case_field(
        "Legal status of the adopters.", SPECIAL, code_set="AdopterLegalStatus", reference="PERM026A"
    )
    adopters: Count | None = case_field("One or two.", SPECIAL, reference="PERM027A")
    placed_date: date | None = case_field("Placed for adoption.", SPECIAL, reference="PERM007A")
    adopted_by_carer: bool | None = case_field("Adopted by the foster carer.", SPECIAL, reference="PERM021A")
    placed_with_carer_date: date | None = case_field("First placed with that carer.", SPECIAL, reference="PERM011A")
    early_placement_date: date | None = case_field(
        "Placed under fostering for adoption or concurrent planning.", SPECIAL, reference="PERM009A"
    )
    provider_urn: URN | None = case_field("Agency's registration number.", SPECIAL, reference="PERM015A")
    reversed_date: date | None = case_field("Decision withdrawn.", SPECIAL, reference="PERM010A")
    reversed_reason: str | None = case_field(
        "Why withdrawn.", SPECIAL, code_set="AdoptionReversal", reference="PERM016A"
    )
    order_date: date | None = case_field("Order made.", SPECIAL, reference="PERM017A")
    order: str | None = case_field("Kind of order.", SPECIAL, code_set="PermanenceOrder", reference="PERM018A")
    worker: Key | None = case_field("Adoption worker.", PERSONAL, reference="PERM023A", points_to="professionals")


class MissingEpisode(PersonRecord):
    """A time when a child was missing or away without leave."""

    title: ClassVar[str] = "Missing"
    dated: ClassVar[Dated | None] = Dated("Missing", ("start_date",), "end_date", ("kind",), key=True)

    start_date: date | None = case_field("Last seen.", PERSONAL, reference="MISS003A")
    kind: str | None = case_field("Missing or away.", PERSONAL, code_set="MissingKind", reference="MISS004A")
    end_date: date | None = case_field("Found or returned.", PERSONAL, reference="MISS005A")
    interview_offered: str | None = case_field(
        "Return interview offered.", PERSONAL, code_set="Offered", reference="MISS006A"
    )
    interview_accepted: str | None = case_field(
        "Return interview taken up.", PERSONAL, code_set="Offered", reference="MISS007A"
    )


class CareLeaver(PersonRecord):
    """A young person who has left care, or is about to."""

    title: ClassVar[str] = "Care leavers"
    dated: ClassVar[Dated | None] = Dated(
        "In touch with a care leaver",
        ("latest_contact_date", "pathway_review_date"),
        tells=("in_touch", "accommodation"),
    )

    eligibility: str | None = case_field("Category.", PERSONAL, code_set="LeaverEligibility", reference="CLEA003A")
    in_touch: str | None = case_field("Whether in touch.", PERSONAL, code_set="InTouch", reference="CLEA004A")
    latest_contact_date: date | None = case_field("Last contact.", PERSONAL, reference="CLEA005A")
    accommodation: str | None = case_field(
        "How the young person lives.", PERSONAL, code_set="LeaverAccommodation", reference="CLEA006A"
    )
    suitable: str | None = case_field("Whether it suits.", PERSONAL, code_set="Suitability", reference="CLEA007A")
    activity: str | None = case_field(
        "Education, training or work.", SPECIAL, code_set="LeaverActivity", reference="CLEA008A"
    )
    pathway_review_date: date | None = case_field("Pathway plan last reviewed.", PERSONAL, reference="CLEA009A")
    pathway_plan: Narrative | None = case_field("The plan.", SPECIAL)
    adviser: Key | None = case_field("Personal adviser.", PERSONAL, reference="CLEA010A", points_to="professionals")
    team: Key | None = case_field("Team.", NONE, reference="CLEA011A", points_to="department")
    worker: Key | None = case_field("Worker.", PERSONAL, reference="CLEA012A", points_to="professionals")
