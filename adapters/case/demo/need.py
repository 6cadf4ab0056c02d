"""What happens to a made-up child in need: contact, early help, referral, assessment, plan, protection."""

from __future__ import annotations

from datetime import date, timedelta

from adapters.case.demo.dossier import Dossier
from adapters.case.demo.people import Child
from schemas.case.codes import known
from schemas.working_days import working_days_after

_RETIRED_FACTORS = {"18A", "19A", "21"}
_CATEGORIES = ("NEG", "EMO", "PHY", "NEG", "EMO", "SAB")
_WORRIES = "The school is worried about what the child sees at home and about missed days."


def contact(dossier: Dossier, child: Child, day: date, *, referred: bool) -> None:
    """Make a contact, which becomes a referral or advice."""
    dossier.add(
        "contacts",
        day,
        person=child.id,
        contact_date=day,
        source=dossier.source,
        outcomes=("NEW_REFERRAL",) if referred else ("ADVICE",),
        comments=_WORRIES if referred else "Somebody asked how to get help; told of the family hub.",
    )


def early_help(dossier: Dossier, child: Child, day: date) -> date:
    """Make early help of some months and give its last day."""
    end = dossier.after(day, 60, 180)
    dossier.add(
        "early_help_episodes",
        day,
        person=child.id,
        start_date=day,
        end_date=dossier.past(end),
        reason="Routines and school attendance",
        end_reason="Needs met" if dossier.past(end) else None,
        organisation="Northmere Family Hub",
        worker=dossier.worker,
    )
    return end


def referral(dossier: Dossier, child: Child, day: date) -> str:
    """Make a referral, with the worker who takes it."""
    identifier = dossier.add(
        "cin_episodes",
        day,
        person=child.id,
        referral_date=day,
        primary_need=dossier.need,
        source=dossier.source,
        outcomes=("SINGLE_ASSESSMENT",),
        no_further_action=False,
        reason=_WORRIES,
        family_aware=True,
        team=dossier.team,
        worker=dossier.worker,
    )
    dossier.add(
        "involvements",
        day,
        person=child.id,
        professional=dossier.worker,
        role="CW",
        team=dossier.team,
        start_date=day,
        referral=identifier,
    )
    return identifier


def closed(dossier: Dossier, child: Child, episode: str, day: date, reason: str) -> None:
    """Close an episode of need and the worker's time with the child, if the day has come."""
    if dossier.past(day) is None:
        return
    dossier.close("cin_episodes", episode, close_date=day, close_reason=reason)
    for row in dossier.content["involvements"]:
        if row.subjects == (child.id,) and getattr(row, "referral", None) == episode:
            dossier.close("involvements", row.id, end_date=day)


def assessment(dossier: Dossier, child: Child, episode: str, day: date, *, further: bool) -> date | None:
    """Make an assessment with its factors; give the day on which it was authorised, None while it runs."""
    start = dossier.past(dossier.after(day, 1, 4))
    if start is None:
        return None
    authorised = dossier.past(dossier.after(start, 15, 45))
    outcomes = ("PROV_OF_SERVICES",) if further else ("NFA",)
    identifier = dossier.add(
        "cin_assessments",
        authorised or start,
        person=child.id,
        referral=episode,
        start_date=start,
        authorised_date=authorised,
        child_seen=True if authorised else None,
        outcomes=outcomes if authorised else (),
        no_further_action=not further if authorised else None,
        analysis="Warm between child and mother; what happens between the adults frightens the child."
        if authorised
        else None,
        team=dossier.team,
        worker=dossier.worker,
    )
    if authorised is not None:
        factors = sorted(known("AssessmentFactor") - _RETIRED_FACTORS)
        chosen = tuple(dossier.rng.sample(factors, dossier.one((1, 2, 3))))
        dossier.add("assessment_factors", authorised, person=child.id, assessment=identifier, factors=chosen)
    return authorised


def cin_plan(dossier: Dossier, child: Child, episode: str, day: date) -> date | None:
    """Make a child in need plan with visits; give its last day, None while it runs."""
    end = dossier.past(dossier.after(day, 90, 240))
    dossier.add(
        "cin_plans",
        day,
        person=child.id,
        referral=episode,
        start_date=day,
        end_date=end,
        content="Attend every day; parents take the course; reviewed every twelve weeks.",
        team=dossier.team,
        worker=dossier.worker,
    )
    _visits(dossier, "cin_visits", child, day, end, 40, {})
    return end


def protection(dossier: Dossier, children: tuple[Child, ...], episodes: dict[str, str], day: date) -> date | None:
    """Make an enquiry, a conference and plans for all the children; give the plans' last day, None while they run."""
    category = dossier.one(_CATEGORIES)
    start = dossier.past(dossier.after(day, 1, 3))
    if start is None:
        return None
    due = working_days_after(start, 15)
    held = dossier.past(min(dossier.after(start, 8, 16), due))
    end = dossier.past(dossier.after(due, 150, 420))
    meeting = dossier.identifier()
    for child in children:
        enquiry = _enquiry(dossier, child, episodes[child.id], start, held)
        _conference(dossier, child, (episodes[child.id], enquiry, meeting, category), (due, held, end))
    return end


def _enquiry(dossier: Dossier, child: Child, episode: str, start: date, held: date | None) -> str:
    dossier.add(
        "strategy_discussions",
        start,
        person=child.id,
        referral=episode,
        held_on=start,
        outcome="S47_JOINT",
        attendance="Social care, police, health, school",
        decisions="Joint enquiry; the child stays with the mother under the safety plan.",
    )
    return dossier.add(
        "s47_enquiry",
        start,
        person=child.id,
        referral=episode,
        start_date=start,
        end_date=held,
        no_further_action=False if held else None,
        outcomes=("CP_CONFERENCE",) if held else (),
        conference_not_required=False if held else None,
        findings="Concerns borne out; the child is likely to suffer harm." if held else None,
        team=dossier.team,
        worker=dossier.worker,
    )


def _conference(
    dossier: Dossier, child: Child, ties: tuple[str, str, str, str], days: tuple[date, date | None, date | None]
) -> None:
    (episode, enquiry, meeting, category), (due, held, end) = ties, days
    conference = dossier.add(
        "initial_cp_conference",
        held or dossier.today,
        person=child.id,
        meeting=meeting,
        enquiry=enquiry,
        referral=episode,
        transfer_in=False,
        target_date=due,
        held_on=held,
        plan_made=True if held else None,
        outcomes=("CP",) if held else (),
        team=dossier.team,
        worker=dossier.worker,
    )
    if held is None:
        return
    plan = dossier.add(
        "cp_plans",
        held,
        person=child.id,
        referral=episode,
        conference=conference,
        start_date=held,
        end_date=end,
        initial_category=category,
        latest_category=category,
        previous_plans=0,
        other_authority=False,
        content="The child is safe at home and sees no violence; who does what by when is in the minutes.",
        core_group="Social worker, health visitor or school nurse, teacher, mother",
    )
    dossier.close("initial_cp_conference", conference, plan=plan)
    _reviews(dossier, child, plan, held, end)
    _visits(dossier, "cp_visits", child, held, end, 14, {"plan": plan})


def _reviews(dossier: Dossier, child: Child, plan: str, start: date, end: date | None) -> None:
    due, gap = start + timedelta(days=84), timedelta(days=175)
    while due < (end or dossier.today + gap):
        held = dossier.past(dossier.after(due, 0, 0))
        dossier.add(
            "cp_reviews",
            min(due, dossier.today),
            person=child.id,
            plan=plan,
            due_on=due,
            held_on=held,
            plan_continues=True if held else None,
            quorate=True if held else None,
            participation=_took_part(dossier, child, held) if held else None,
        )
        due += gap


def _took_part(dossier: Dossier, child: Child, day: date) -> str:
    return dossier.one(("PN1", "PN5", "PN6")) if child.talks(day) else "PN0"


def _visits(
    dossier: Dossier, table: str, child: Child, start: date, end: date | None, gap: int, more: dict[str, str]
) -> None:
    day, last = dossier.after(start, 5, 9), end or dossier.today
    # A year of visits shows how it went on; more would only lengthen the file.
    for _ in range(12):
        if day > last:
            return
        dossier.add(
            table,
            day,
            person=child.id,
            visit_date=day,
            seen=True,
            seen_alone=child.talks(day) and dossier.likely(0.7),
            bedroom_seen=dossier.likely(0.4),
            note="Calm, talked of school and of the dog.",
            **more,
        )
        day = dossier.after(day, gap - 4, gap + 4)


def proceedings(dossier: Dossier, children: tuple[Child, ...], day: date) -> None:
    """Make pre-proceedings for all the children together, as far as they have come."""
    group, steps = dossier.identifier(), [dossier.after(day, 0, 0)]
    for least, most in ((2, 5), (14, 30), (40, 70)):
        steps.append(dossier.after(steps[-1], least, most))
    decided, letter, met, left = (dossier.past(step) for step in steps)
    if decided is None:
        return
    outcome = dossier.one(("ISSUE", "STEP_DOWN"))
    for child in children:
        dossier.add(
            "pre_proceedings",
            left or met or letter or decided,
            person=child.id,
            group=group,
            decision_date=decided,
            letter_date=letter,
            first_meeting_date=met,
            later_meetings=dossier.rng.randint(0, 2) if met else None,
            outcome=outcome if left else None,
            step_date=left,
            family_meeting_offered=True if letter else None,
            parents_represented="Y" if met else None,
            gateway_outcome="B",
        )
