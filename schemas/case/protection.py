"""Protection: strategy discussions, section 47 enquiries, conferences, child protection plans, pre-proceedings."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from schemas.case.base import Dated, PersonRecord
from schemas.case.fields import NONE, PERSONAL, SPECIAL, case_field
from schemas.case.types import Count, Key, Line, Narrative


class StrategyDiscussion(PersonRecord):
    """A discussion of suspected significant harm; the one that starts an enquiry starts its clock."""

    title: ClassVar[str] = "Strategy discussions"
    dated: ClassVar[Dated | None] = Dated("Strategy discussion", ("held_on",), tells=("outcome",), key=True)

    referral: Key | None = case_field("Episode.", PERSONAL, points_to="cin_episodes")
    held_on: date | None = case_field("On.", PERSONAL)
    outcome: str | None = case_field("Decision.", PERSONAL, code_set="StrategyOutcome")
    attendance: Narrative | None = case_field("Agencies that took part.", PERSONAL)
    decisions: Narrative | None = case_field("Who does what; what keeps the child safe at once.", SPECIAL)


class Section47Enquiry(PersonRecord):
    """An enquiry under section 47 of the Children Act 1989."""

    title: ClassVar[str] = "Section 47 enquiries"
    dated: ClassVar[Dated | None] = Dated(
        "Section 47 enquiry", ("start_date", "end_date"), "end_date", ("outcomes",), key=True
    )

    referral: Key | None = case_field("Episode.", PERSONAL, reference="S47E010A", points_to="cin_episodes")
    start_date: date | None = case_field("Strategy discussion that opened it.", PERSONAL, reference="S47E004A")
    end_date: date | None = case_field("Signed off.", PERSONAL, reference="S47E005A")
    no_further_action: bool | None = case_field("Whether it ended there.", PERSONAL, reference="S47E006A")
    outcomes: tuple[str, ...] = case_field(
        "What came of it.", PERSONAL, code_set="Section47Outcome", reference="S47E007A", many=True
    )
    conference_not_required: bool | None = case_field("Whether no conference was called for.", PERSONAL)
    findings: Narrative | None = case_field("Whether concerns were borne out; the risk that remains.", SPECIAL)
    team: Key | None = case_field("Team.", NONE, reference="S47E009A", points_to="department")
    worker: Key | None = case_field("Worker.", PERSONAL, reference="S47E008A", points_to="professionals")


class InitialConference(PersonRecord):
    """An initial child protection conference, or the conference of a child who moves in on a plan."""

    title: ClassVar[str] = "Initial child protection conferences"
    dated: ClassVar[Dated | None] = Dated(
        "Initial child protection conference",
        ("held_on",),
        tells=("outcomes", "transfer_in"),
        key=True,
        due="target_date",
    )

    meeting: Key | None = case_field("The meeting, the same for brothers and sisters.", PERSONAL, reference="ICPC009A")
    enquiry: Key | None = case_field("Enquiry that led to it.", PERSONAL, reference="ICPC002A", points_to="s47_enquiry")
    plan: Key | None = case_field("Plan that came of it.", PERSONAL, reference="ICPC011A", points_to="cp_plans")
    referral: Key | None = case_field("Episode.", PERSONAL, reference="ICPC012A", points_to="cin_episodes")
    transfer_in: bool | None = case_field("Whether the child moved in on a plan.", PERSONAL, reference="ICPC003A")
    target_date: date | None = case_field(
        "Due on: 15 working days after the strategy discussion.", PERSONAL, reference="ICPC004A"
    )
    held_on: date | None = case_field("On.", PERSONAL, reference="ICPC005A")
    plan_made: bool | None = case_field("Whether it made a protection plan.", PERSONAL, reference="ICPC013A")
    outcomes: tuple[str, ...] = case_field(
        "What came of it.", PERSONAL, code_set="ConferenceOutcome", reference="ICPC006A", many=True
    )
    team: Key | None = case_field("Team.", NONE, reference="ICPC007A", points_to="department")
    worker: Key | None = case_field("Worker.", PERSONAL, reference="ICPC008A", points_to="professionals")


class ProtectionPlan(PersonRecord):
    """A child protection plan."""

    title: ClassVar[str] = "Child protection plans"
    dated: ClassVar[Dated | None] = Dated(
        "Child protection plan", ("start_date",), "end_date", ("initial_category", "latest_category"), key=True
    )

    referral: Key | None = case_field("Episode.", PERSONAL, reference="CPPL007A", points_to="cin_episodes")
    conference: Key | None = case_field(
        "Conference that made it.", PERSONAL, reference="CPPL008A", points_to="initial_cp_conference"
    )
    start_date: date | None = case_field("Began.", PERSONAL, reference="CPPL003A")
    end_date: date | None = case_field("Ended.", PERSONAL, reference="CPPL004A")
    other_authority: bool | None = case_field(
        "Whether another authority owns it and the child is here for a time.", PERSONAL, reference="CPPL011A"
    )
    initial_category: str | None = case_field(
        "Category of abuse at the start.", SPECIAL, code_set="CategoryOfAbuse", reference="CPPL009A"
    )
    latest_category: str | None = case_field(
        "Category of abuse now.", SPECIAL, code_set="CategoryOfAbuse", reference="CPPL010A"
    )
    previous_plans: Count | None = case_field("How many plans came before it.", SPECIAL)
    content: Narrative | None = case_field("Outcomes, actions, who, by when, contingency.", SPECIAL)
    core_group: Narrative | None = case_field("Members of the core group, by role.", PERSONAL)


class ProtectionVisit(PersonRecord):
    """A visit under a protection plan."""

    title: ClassVar[str] = "Child protection visits"
    dated: ClassVar[Dated | None] = Dated("Protection visit", ("visit_date",), tells=("seen", "seen_alone"))

    plan: Key | None = case_field("Plan.", PERSONAL, reference="CPPV001A", points_to="cp_plans")
    visit_date: date | None = case_field("On.", PERSONAL, reference="CPPV003A")
    seen: bool | None = case_field("Whether the child was seen.", PERSONAL, reference="CPPV004A")
    seen_alone: bool | None = case_field("Whether alone.", PERSONAL, reference="CPPV005A")
    bedroom_seen: bool | None = case_field("Whether the bedroom was seen.", PERSONAL, reference="CPPV006A")
    note: Narrative | None = case_field("What was seen and said.", SPECIAL)


class ProtectionReview(PersonRecord):
    """A review conference."""

    title: ClassVar[str] = "Child protection reviews"
    dated: ClassVar[Dated | None] = Dated(
        "Review conference", ("held_on",), tells=("plan_continues",), key=True, due="due_on"
    )

    plan: Key | None = case_field("Plan.", PERSONAL, reference="CPPR002A", points_to="cp_plans")
    meeting: Key | None = case_field("The meeting, the same for brothers and sisters.", PERSONAL, reference="CPPR009A")
    due_on: date | None = case_field("Due on.", PERSONAL, reference="CPPR003A")
    held_on: date | None = case_field("On.", PERSONAL, reference="CPPR004A")
    plan_continues: bool | None = case_field("Whether the plan goes on.", PERSONAL, reference="CPPR005A")
    quorate: bool | None = case_field("Whether enough agencies were there.", NONE, reference="CPPR006A")
    participation: str | None = case_field(
        "How the child took part.", PERSONAL, code_set="Participation", reference="CPPR007A"
    )


class SafetyPlan(PersonRecord):
    """What keeps a child safe until somebody else takes over, and who does it."""

    title: ClassVar[str] = "Interim safety plans"
    dated: ClassVar[Dated | None] = Dated("Interim safety plan", ("start_date",), "end_date", key=True)

    start_date: date | None = case_field("From.", PERSONAL)
    end_date: date | None = case_field("Until.", PERSONAL)
    content: Narrative | None = case_field("What is done, by which role.", SPECIAL)


class Risk(PersonRecord):
    """A risk to the child or to those who visit, and whom it comes from."""

    title: ClassVar[str] = "Risks"
    dated: ClassVar[Dated | None] = Dated("Risk", ("start_date",), "end_date", ("kind",), key=True)

    kind: str | None = case_field("Kind of risk.", SPECIAL, code_set="RiskKind")
    other: Key | None = case_field("Whom it comes from, where a person.", SPECIAL, points_to="person")
    detail: Narrative | None = case_field("What is known; bail or licence conditions.", SPECIAL)
    start_date: date | None = case_field("Known from.", PERSONAL)
    end_date: date | None = case_field("Until.", PERSONAL)


class PreProceedings(PersonRecord):
    """Pre-proceedings and care proceedings under the public law outline."""

    title: ClassVar[str] = "Pre-proceedings"
    dated: ClassVar[Dated | None] = Dated(
        "Pre-proceedings", ("decision_date", "letter_date"), "step_date", ("outcome",), key=True
    )

    group: Key | None = case_field("Family group in proceedings together.", PERSONAL, reference="PREP002A")
    decision_date: date | None = case_field("Decision to start.", SPECIAL, reference="PREP003A")
    letter_date: date | None = case_field("Letter before proceedings sent.", SPECIAL, reference="PREP011A")
    first_meeting_date: date | None = case_field("First meeting.", SPECIAL, reference="PREP004A")
    later_meetings: Count | None = case_field("Meetings after the first.", SPECIAL, reference="PREP013A")
    outcome: str | None = case_field("Where it led.", SPECIAL, code_set="ProceedingsDecision", reference="PREP005A")
    step_date: date | None = case_field("Decision to leave pre-proceedings.", SPECIAL, reference="PREP006A")
    issue_letter_date: date | None = case_field("Letter that proceedings are issued.", SPECIAL, reference="PREP012A")
    gateway_outcome: str | None = case_field(
        "Decision of the legal gateway.", SPECIAL, code_set="LegalGateway", reference="PREP008A"
    )
    plans_in_referral: Count | None = case_field("Protection plans in this episode.", SPECIAL, reference="PREP007A")
    earlier_pre_proceedings: Count | None = case_field(
        "Earlier times in pre-proceedings.", SPECIAL, reference="PREP009A"
    )
    earlier_proceedings: Count | None = case_field("Earlier care proceedings.", SPECIAL, reference="PREP010A")
    family_meeting_offered: bool | None = case_field(
        "Whether a family group decision-making meeting was offered.", SPECIAL
    )
    family_meeting_held: bool | None = case_field("Whether it was held.", SPECIAL)
    parents_represented: str | None = case_field(
        "Parents represented before proceedings.", SPECIAL, code_set="YesNoUnknown", reference="PREP014A"
    )
    parents_represented_at_issue: str | None = case_field(
        "Parents represented at issue.", SPECIAL, code_set="YesNoUnknown", reference="PREP015A"
    )
    court_reference: Line | None = case_field("Court case number.", SPECIAL, reference="PREP016A")
    hearings: Count | None = case_field("Hearings held.", SPECIAL, reference="PREP017A")
    next_hearing_date: date | None = case_field("Next hearing.", SPECIAL)
    short_notice: str | None = case_field(
        "Issued at short notice.", SPECIAL, code_set="YesNoUnknown", reference="PREP018A"
    )
    short_notice_reason: str | None = case_field(
        "Why at short notice.", SPECIAL, code_set="ShortNoticeReason", reference="PREP019A"
    )
    initial_plan_approved: str | None = case_field(
        "First plan accepted by the court.", SPECIAL, code_set="YesNoUnknown", reference="PREP020A"
    )
    initial_plan: str | None = case_field(
        "Plan at the first hearing.", SPECIAL, code_set="CourtPlan", reference="PREP021A"
    )
    final_plan_approved: str | None = case_field(
        "Final plan accepted by the court.", SPECIAL, code_set="YesNoUnknown", reference="PREP022A"
    )
    final_plan: str | None = case_field(
        "Plan at the final hearing.", SPECIAL, code_set="CourtPlan", reference="PREP023A"
    )
