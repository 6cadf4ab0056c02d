"""Put an episode of the census in the tables, with the contacts, visits and workers that it does not ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from adapters.ssd.demo.office import Office, Worker
from adapters.ssd.demo.people import Child
from adapters.xml.write import Record
from schemas.working_days import is_working_day, working_days_after

_MOST_VISITS = 8
_BETWEEN_VISITS = {"cin_visits": 42, "cp_visits": 14, "cla_visits": 42}
_WINDOW_YEARS = 5
_TALKS = 4
_ENQUIRY = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Episode:
    """An episode of need while it is made."""

    id: str
    referred: date
    closed: date | None
    need: str | None
    worker: Worker


def day_of(record: Record, name: str) -> date | None:
    """Give a day that a census record has, None where it does not."""
    text = record.get(name)
    return date.fromisoformat(text) if isinstance(text, str) else None


def records(record: Record, name: str) -> list[Record]:
    """Give the records inside a census record under one name."""
    return cast("list[Record]", record.get(name, []))


def contact(office: Office, child: Child, day: date, source: str, outcome: str) -> None:
    """Put in a contact."""
    office.rows.add("contacts", person=child.id, contact_date=day, source=source, outcomes=[outcome])


def early_help(office: Office, child: Child, day: date) -> None:
    """Put in some months of early help."""
    office.rows.add(
        "early_help_episodes",
        person=child.id,
        start_date=day,
        end_date=office.past(office.after(day, 60, 180)),
        reason="Routines and school attendance",
        organisation="Northmere Family Hub",
        worker=office.one(office.workers).id,
    )


def episode(office: Office, child: Child, record: Record, handed_over: date | None = None) -> Episode:
    """Put in an episode with all that the census tells of it; the first worker hands it over on a day."""
    made = _referral(office, child, record, handed_over)
    _assessments(office, child, made, record)
    for plan in records(record, "CINPlanDates"):
        _plan(office, child, made, plan)
    enquiries = [_enquiry(office, child, made, enquiry) for enquiry in records(record, "Section47")]
    moved_in = day_of(record, "DateOfInitialCPC")
    conference = next((found for found in enquiries if found), None)
    if moved_in:
        conference = _conference(office, child, made, None, moved_in, moved_in)
    for plan in records(record, "ChildProtectionPlans"):
        _protection(office, child, made, plan, conference)
    for proceedings in records(record, "PreProceedingsandFGDM"):
        # What else the census asks of them is not in the dataset, and half of it would be an error.
        office.rows.add("pre_proceedings", person=child.id, decision_date=day_of(proceedings, "PPStartDate"))
    return made


def _referral(office: Office, child: Child, record: Record, handed_over: date | None = None) -> Episode:
    referred, closed = cast("date", day_of(record, "CINreferralDate")), day_of(record, "CINclosureDate")
    ended_there = record["ReferralNFA"] == "1"
    worker = office.one(office.workers)
    contact(office, child, referred, str(record["ReferralSource"]), "NEW_REFERRAL")
    identifier = office.rows.add(
        "cin_episodes",
        person=child.id,
        referral_date=referred,
        primary_need=record.get("PrimaryNeedCode"),
        source=record["ReferralSource"],
        outcomes=["NFA" if ended_there else "SINGLE_ASSESSMENT"],
        no_further_action=ended_there,
        close_reason=record.get("ReasonForClosure"),
        close_date=closed,
        team=worker.team,
        worker=worker.id,
    )
    made = Episode(identifier, referred, closed, cast("str | None", record.get("PrimaryNeedCode")), worker)
    if not ended_there:
        allocate(office, child, made, worker, referred, handed_over or closed, "FCONTA")
    return made


def allocate(
    office: Office, child: Child, made: Episode, worker: Worker, start: date, end: date | None, reason: str
) -> None:
    """Put in the time for which a worker has the child."""
    office.rows.add(
        "involvements",
        person=child.id,
        professional=worker.id,
        role="CW",
        team=worker.team,
        start_date=start,
        end_date=end,
        change_reason=reason,
        referral=made.id,
    )


def _assessments(office: Office, child: Child, made: Episode, record: Record) -> None:
    for assessment in records(record, "Assessments"):
        authorised = day_of(assessment, "AssessmentAuthorisationDate")
        nothing_more = record.get("ReasonForClosure") in {"RC8", "RC9"}
        identifier = office.rows.add(
            "cin_assessments",
            person=child.id,
            referral=made.id,
            start_date=day_of(assessment, "AssessmentActualStartDate"),
            authorised_date=authorised,
            child_seen=not child.unborn,
            outcomes=["NFA" if nothing_more else "PROV_OF_SERVICES"] if authorised else None,
            no_further_action=nothing_more if authorised else None,
            team=made.worker.team,
            worker=made.worker.id,
        )
        found = cast("dict[str, list[str]]", assessment.get("FactorsIdentifiedAtAssessment", {}))
        if factors := found.get("AssessmentFactors"):
            office.rows.add("assessment_factors", person=child.id, assessment=identifier, factors=factors)


def _plan(office: Office, child: Child, made: Episode, record: Record) -> None:
    start, end = cast("date", day_of(record, "CINPlanStartDate")), day_of(record, "CINPlanEndDate")
    office.rows.add(
        "cin_plans",
        person=child.id,
        referral=made.id,
        start_date=start,
        end_date=end,
        team=made.worker.team,
        worker=made.worker.id,
    )
    visits(office, child, "cin_visits", start, end, bedroom_seen=True)


def visits(office: Office, child: Child, table: str, start: date, end: date | None, **more: object) -> None:
    """Put in the last visits of a plan or a time in care."""
    last, gap = min(end or office.today, office.today), _BETWEEN_VISITS[table]
    day = max(start + timedelta(days=5), last - timedelta(days=gap * _MOST_VISITS))
    while day <= last:
        alone = child.age(day) >= _TALKS and office.likely(0.7)
        office.rows.add(table, person=child.id, visit_date=day, seen=True, seen_alone=alone, **more)
        day = office.after(day, gap - 3, gap)


def _enquiry(office: Office, child: Child, made: Episode, record: Record) -> str | None:
    """Put in an enquiry; give the conference to which it led."""
    start, held = cast("date", day_of(record, "S47ActualStartDate")), day_of(record, "DateOfInitialCPC")
    conference_needed = record["ICPCnotRequired"] == "0"
    end = held if conference_needed else office.past(office.after(start, 8, 15))
    outcomes = ["CP_CONFERENCE" if conference_needed else "NFA_CONTINUE_SINGLE"] if end or conference_needed else None
    identifier = office.rows.add(
        "s47_enquiry",
        person=child.id,
        referral=made.id,
        start_date=start,
        end_date=end,
        # An enquiry that ends without a conference ends there, whatever the assessment goes on to find.
        no_further_action=not conference_needed,
        outcomes=outcomes or ["NFA_CONTINUE_SINGLE"],
        team=made.worker.team,
        worker=made.worker.id,
    )
    if not conference_needed:
        return None
    target = day_of(record, "InitialCPCtarget") or working_days_after(start, 15)
    return _conference(office, child, made, identifier, target, held)


def _conference(
    office: Office, child: Child, made: Episode, enquiry: str | None, target: date, held: date | None
) -> str:
    return office.rows.add(
        "initial_cp_conference",
        person=child.id,
        meeting=office.rows.number("meeting"),
        enquiry=enquiry,
        referral=made.id,
        transfer_in=enquiry is None,
        target_date=target,
        held_on=held,
        plan_made=True if held else None,
        outcomes=["CP"] if held else None,
        team=made.worker.team,
        worker=made.worker.id,
    )


def _working_day(day: date) -> date:
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def _before(office: Office, child: Child, made: Episode, day: date) -> str:
    """Put in the assessment, the enquiry and the conference before a plan of which the census no longer tells them."""
    begun = day - _ENQUIRY
    assessment = office.rows.add(
        "cin_assessments",
        person=child.id,
        referral=made.id,
        start_date=begun,
        authorised_date=day,
        child_seen=True,
        outcomes=["PROV_OF_SERVICES"],
        no_further_action=False,
        team=made.worker.team,
        worker=made.worker.id,
    )
    office.rows.add("assessment_factors", person=child.id, assessment=assessment, factors=["16A"])
    enquiry = office.rows.add(
        "s47_enquiry",
        person=child.id,
        referral=made.id,
        start_date=begun,
        end_date=day,
        no_further_action=False,
        outcomes=["CP_CONFERENCE"],
        team=made.worker.team,
        worker=made.worker.id,
    )
    return _conference(office, child, made, enquiry, working_days_after(begun, 15), day)


def _protection(office: Office, child: Child, made: Episode, record: Record, conference: str | None) -> None:
    start, end = cast("date", day_of(record, "CPPstartDate")), day_of(record, "CPPendDate")
    if conference is None:
        start = _working_day(start)
        conference = _before(office, child, made, start)
    plan = office.rows.add(
        "cp_plans",
        person=child.id,
        referral=made.id,
        conference=conference,
        start_date=start,
        end_date=end,
        other_authority=False,
        initial_category=record["InitialCategoryOfAbuse"],
        latest_category=record["LatestCategoryOfAbuse"],
    )
    for text in cast("dict[str, list[str]]", record.get("Reviews", {})).get("CPPreviewDate", []):
        _review(office, child, plan, date.fromisoformat(text))
    visits(office, child, "cp_visits", start, end, plan=plan, bedroom_seen=True)
    earlier_plans(office, child, made.referred, int(str(record["NumberOfPreviousCPP"])))


def _review(office: Office, child: Child, plan: str, day: date) -> None:
    office.rows.add(
        "cp_reviews",
        person=child.id,
        plan=plan,
        meeting=office.rows.number("meeting"),
        due_on=day,
        held_on=day,
        plan_continues=True,
        quorate=True,
        participation=took_part(office, child, day),
    )


def took_part(office: Office, child: Child, day: date) -> str:
    """Choose how a child took part in a review."""
    return office.one(("PN1", "PN5", "PN6")) if day >= child.birthday(_TALKS) else "PN0"


def earlier_plans(office: Office, child: Child, before: date, count: int) -> None:
    """Put in protection plans of earlier episodes, as many as there was time for."""
    for _ in range(count):
        referred = before - timedelta(days=office.rng.randint(500, 620))
        if child.unborn or referred <= child.born or referred < office.today - timedelta(days=365 * _WINDOW_YEARS):
            return
        closed = referred + timedelta(days=300)
        record: Record = {
            "CINreferralDate": referred.isoformat(),
            "ReferralSource": "2A",
            "PrimaryNeedCode": "N1",
            "ReferralNFA": "0",
            "CINclosureDate": closed.isoformat(),
            "ReasonForClosure": "RC7",
        }
        made = _referral(office, child, record)
        start = _working_day(referred + timedelta(days=25))
        office.rows.add(
            "cp_plans",
            person=child.id,
            referral=made.id,
            conference=_before(office, child, made, start),
            start_date=start,
            end_date=closed - timedelta(days=5),
            other_authority=False,
            initial_category="NEG",
            latest_category="NEG",
        )
        before = referred
