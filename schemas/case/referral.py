"""How a child comes to notice and what follows: contacts, early help, referrals, assessments, child in need plans."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from schemas.case.base import Dated, PersonRecord
from schemas.case.fields import NONE, PERSONAL, SPECIAL, case_field
from schemas.case.types import Key, Line, Narrative


class Contact(PersonRecord):
    """An approach that may or may not become a referral."""

    title: ClassVar[str] = "Contacts"
    dated: ClassVar[Dated | None] = Dated("Contact", ("contact_date",), tells=("source", "outcomes"))

    contact_date: date | None = case_field("Received on.", PERSONAL, reference="CONT003A")
    source: str | None = case_field("Who made it.", PERSONAL, code_set="ReferralSource", reference="CONT004A")
    source_detail: Line | None = case_field("The source in words.", PERSONAL, reference="CONT006A")
    outcomes: tuple[str, ...] = case_field(
        "What came of it.", PERSONAL, code_set="ContactOutcome", reference="CONT005A", many=True
    )
    comments: Narrative | None = case_field("Reason and what was said.", SPECIAL)


class EarlyHelpEpisode(PersonRecord):
    """Early help from its start to its end."""

    title: ClassVar[str] = "Early help"
    dated: ClassVar[Dated | None] = Dated("Early help", ("start_date",), "end_date", ("reason", "end_reason"))

    start_date: date | None = case_field("Began.", PERSONAL, reference="EARL003A")
    end_date: date | None = case_field("Ended.", PERSONAL, reference="EARL004A")
    reason: Line | None = case_field("Why it began.", SPECIAL, reference="EARL005A")
    end_reason: Line | None = case_field("Why it ended.", SPECIAL, reference="EARL006A")
    organisation: Line | None = case_field("Who led it.", PERSONAL, reference="EARL007A")
    worker: Key | None = case_field("Lead worker.", PERSONAL, reference="EARL008A", points_to="professionals")


class Referral(PersonRecord):
    """A referral and the episode of need that follows it, until closure: the spine of the record."""

    title: ClassVar[str] = "Referrals and episodes of need"
    dated: ClassVar[Dated | None] = Dated(
        "Referral", ("referral_date",), "close_date", ("source", "primary_need", "close_reason"), key=True
    )

    referral_date: date | None = case_field("Received on.", PERSONAL, reference="CINE003A")
    primary_need: str | None = case_field("Main need.", SPECIAL, code_set="PrimaryNeed", reference="CINE010A")
    source: str | None = case_field("Who referred.", PERSONAL, code_set="ReferralSource", reference="CINE004A")
    source_detail: Line | None = case_field("The source in words.", PERSONAL, reference="CINE012A")
    outcomes: tuple[str, ...] = case_field(
        "What came of it.", PERSONAL, code_set="ReferralOutcome", reference="CINE005A", many=True
    )
    no_further_action: bool | None = case_field("Whether it ended there.", PERSONAL, reference="CINE011A")
    reason: Narrative | None = case_field("Why: present concerns, what would worry us.", SPECIAL)
    family_aware: bool | None = case_field("Whether the parents know of it.", PERSONAL)
    close_reason: str | None = case_field(
        "Why the case closed.", PERSONAL, code_set="ReasonForClosure", reference="CINE006A"
    )
    close_date: date | None = case_field("Closed on; empty while open.", PERSONAL, reference="CINE007A")
    team: Key | None = case_field("Team that took it.", NONE, reference="CINE008A", points_to="department")
    worker: Key | None = case_field("Worker who took it.", PERSONAL, reference="CINE009A", points_to="professionals")


class Assessment(PersonRecord):
    """An assessment of the child and family."""

    title: ClassVar[str] = "Assessments"
    dated: ClassVar[Dated | None] = Dated(
        "Assessment", ("start_date", "authorised_date"), "authorised_date", ("outcomes",), key=True
    )

    referral: Key | None = case_field("Episode.", PERSONAL, reference="CINA010A", points_to="cin_episodes")
    start_date: date | None = case_field("Began.", PERSONAL, reference="CINA003A")
    internal_review_date: date | None = case_field("Reviewed within the team.", PERSONAL)
    authorised_date: date | None = case_field("Signed off.", PERSONAL, reference="CINA005A")
    child_seen: bool | None = case_field("Whether the child was seen.", PERSONAL, reference="CINA004A")
    outcomes: tuple[str, ...] = case_field(
        "What came of it.", PERSONAL, code_set="AssessmentOutcome", reference="CINA006A", many=True
    )
    no_further_action: bool | None = case_field("Whether it ended there.", PERSONAL, reference="CINA009A")
    analysis: Narrative | None = case_field("Analysis: strengths, needs, risk.", SPECIAL)
    team: Key | None = case_field("Team.", NONE, reference="CINA007A", points_to="department")
    worker: Key | None = case_field("Worker.", PERSONAL, reference="CINA008A", points_to="professionals")


class AssessmentFactors(PersonRecord):
    """The factors that an assessment found, all in one row."""

    title: ClassVar[str] = "Assessment factors"

    assessment: Key = case_field(
        "The assessment.", PERSONAL, reference="CINF001A", points_to="cin_assessments", required=True
    )
    factors: tuple[str, ...] = case_field(
        "Each factor once.", SPECIAL, code_set="AssessmentFactor", reference="CINF002A", many=True
    )


class CinPlan(PersonRecord):
    """A plan for a child in need."""

    title: ClassVar[str] = "Child in need plans"
    dated: ClassVar[Dated | None] = Dated("Child in need plan", ("start_date",), "end_date", key=True)

    referral: Key | None = case_field("Episode.", PERSONAL, reference="CINP007A", points_to="cin_episodes")
    start_date: date | None = case_field("Began.", PERSONAL, reference="CINP003A")
    end_date: date | None = case_field("Ended.", PERSONAL, reference="CINP004A")
    content: Narrative | None = case_field("What is to be reached, who does what by when.", SPECIAL)
    team: Key | None = case_field("Team.", NONE, reference="CINP005A", points_to="department")
    worker: Key | None = case_field("Worker.", PERSONAL, reference="CINP006A", points_to="professionals")


class CinVisit(PersonRecord):
    """A visit to a child in need."""

    title: ClassVar[str] = "Child in need visits"
    dated: ClassVar[Dated | None] = Dated("Visit to a child in need", ("visit_date",), tells=("seen", "seen_alone"))

    visit_date: date | None = case_field("On.", PERSONAL, reference="CINV003A")
    seen: bool | None = case_field("Whether the child was seen.", PERSONAL, reference="CINV004A")
    seen_alone: bool | None = case_field("Whether alone.", PERSONAL, reference="CINV005A")
    bedroom_seen: bool | None = case_field("Whether the bedroom was seen.", PERSONAL, reference="CINV006A")
    note: Narrative | None = case_field("What was seen and said.", SPECIAL)
