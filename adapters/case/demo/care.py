"""What happens to a made-up child who is looked after, goes missing, leaves care, or has special needs."""

from __future__ import annotations

from datetime import date, timedelta

from adapters.case.demo.dossier import Dossier
from adapters.case.demo.people import Child, postcode, years

_ADULT, _LEAVER, _TEENAGER, _SDQ = 18, 16, 12, 4


def looked_after(dossier: Dossier, child: Child, episode: str, day: date) -> None:
    """Make a time in care that still runs: order, placement, care plan, reviews, visits, health."""
    care = dossier.identifier()
    placement = dossier.add(
        "cla_placement",
        day,
        person=child.id,
        period_of_care=care,
        start_date=day,
        kind=dossier.one(("U1", "U4", "U6")),
        provider=dossier.one(("PR1", "PR4")),
        provider_urn="SC999001",
        distance=float(dossier.rng.randint(1, 40)),
        postcode=postcode(dossier),
    )
    dossier.add(
        "cla_episodes",
        day,
        person=child.id,
        placement=placement,
        start_date=day,
        start_reason="S",
        primary_need="N1",
        period_of_care=care,
        referral=episode,
        entered_care_date=day,
    )
    dossier.add("legal_status", day, person=child.id, status=dossier.one(("C1", "C2", "V2")), start_date=day)
    dossier.add(
        "cla_care_plan", day, person=child.id, start_date=day, goals=("LTFOST18",), content="To live with the carers."
    )
    dossier.add("cla_previous_permanence", day, person=child.id, order="Z1")
    _leave_home(dossier, child, day)
    _reviews(dossier, child, care, day)
    _health(dossier, child, day)
    if child.age(day) >= _TEENAGER:
        missing(dossier, child, day)
        trouble(dossier, child, day)
    elif dossier.likely(0.3):
        adoption(dossier, child, care, day)
    if child.age(dossier.today) >= _LEAVER:
        care_leaver(dossier, child)


def _leave_home(dossier: Dossier, child: Child, day: date) -> None:
    for row in dossier.content.get("household_members", []):
        if row.subjects == (child.id,) and getattr(row, "end_date", None) is None:
            dossier.close("household_members", row.id, end_date=day)
    for row in dossier.content.get("address", []):
        if row.subjects == (child.id,) and getattr(row, "end_date", None) is None:
            dossier.close("address", row.id, end_date=day)


def _reviews(dossier: Dossier, child: Child, care: str, start: date) -> None:
    due = dossier.after(start, 26, 27)
    for gap in (90, 180, 180, 180, 180):
        held = dossier.past(due)
        asked = dossier.one(("PN1", "PN5")) if child.talks(due) else "PN0"
        dossier.add(
            "cla_reviews",
            due,
            person=child.id,
            period_of_care=care,
            due_on=due,
            held_on=held,
            cancelled=False,
            participation=asked if held else None,
            decisions="The plan goes on." if held else None,
        )
        if held is None:
            return
        visited = dossier.past(dossier.after(held, 20, 40))
        if visited is not None:
            dossier.add("cla_visits", visited, person=child.id, period_of_care=care, visit_date=visited, seen=True)
        due = dossier.after(due, gap - 5, gap)


def _health(dossier: Dossier, child: Child, start: date) -> None:
    for kind, days in (("INITIAL_HEALTH", 18), ("DENTAL", 60), ("REVIEW_HEALTH", 200)):
        day = dossier.past(start + timedelta(days=days))
        if day is not None:
            dossier.add("cla_health", day, person=child.id, kind=kind, check_date=day, status="COMPLETED")
    last = dossier.past(start + timedelta(days=30))
    if last is not None:
        dossier.add("cla_immunisations", last, person=child.id, up_to_date=dossier.likely(0.9), status_date=last)
        if child.age(last) >= _SDQ:
            dossier.add("sdq_scores", last, person=child.id, completed_on=last, score=dossier.rng.randint(3, 30))


def missing(dossier: Dossier, child: Child, start: date) -> None:
    """Make a night or two away."""
    gone = dossier.past(dossier.after(start, 20, 90))
    if gone is None:
        return
    back = dossier.past(gone + timedelta(days=dossier.rng.randint(1, 2)))
    dossier.add(
        "missing",
        gone,
        person=child.id,
        start_date=gone,
        kind="M",
        end_date=back,
        interview_offered="Y" if back else None,
        interview_accepted=dossier.one(("Y", "N")) if back else None,
    )


def trouble(dossier: Dossier, child: Child, start: date) -> None:
    """Make, for some, an offence or a use of substances."""
    day = dossier.past(dossier.after(start, 40, 200))
    if day is not None and dossier.likely(0.5):
        dossier.add("cla_convictions", day, person=child.id, offence_date=day, offence="Shoplifting")
    if day is not None and dossier.likely(0.5):
        dossier.add(
            "cla_substance_misuse", day, person=child.id, found_on=day, substance="Cannabis", help_received=True
        )


def adoption(dossier: Dossier, child: Child, care: str, start: date) -> None:
    """Make the way to adoption, as far as it has come; the record is restricted from the decision on."""
    decided = dossier.past(dossier.after(start, 120, 200))
    if decided is None:
        return
    dossier.add(
        "permanence",
        decided,
        person=child.id,
        period_of_care=care,
        decision_date=decided,
        in_sibling_group=False,
        placement_order_date=dossier.past(dossier.after(decided, 60, 120)),
        worker=dossier.worker,
    )
    dossier.add("restrictions", decided, person=child.id, restriction="X3", reason="Adoption.", start_date=decided)


def care_leaver(dossier: Dossier, child: Child) -> None:
    """Make what is known of a young person who leaves care, or soon will."""
    adult = child.age(dossier.today) >= _ADULT
    day = max(dossier.today - timedelta(days=dossier.rng.randint(3, 50)), child.born + years(_LEAVER))
    dossier.add(
        "care_leavers",
        day,
        person=child.id,
        eligibility="FORMER_RELEVANT" if adult else "ELIGIBLE",
        in_touch="YES",
        latest_contact_date=day,
        accommodation="U" if adult else "E",
        suitable="1",
        activity="F2",
        pathway_review_date=day,
        pathway_plan="A flat, college, money and somebody to call.",
        adviser=dossier.worker,
        team=dossier.team,
        worker=dossier.worker,
    )


def special_needs(dossier: Dossier, child: Child) -> None:
    """Make the way to an education, health and care plan, as far as it has come."""
    asked = dossier.after(child.born + years(5), 0, 200)
    if dossier.past(asked) is None:
        return
    send = dossier.add("send", asked, person=child.id)
    decided = dossier.past(asked + timedelta(days=40))
    request = dossier.add(
        "ehcp_requests",
        decided or asked,
        person=child.id,
        send=send,
        request_date=asked,
        outcome_date=decided,
        outcome="Y" if decided else "A",
    )
    issued = dossier.past(asked + timedelta(days=138))
    if issued is None:
        return
    assessed = dossier.add(
        "ehcp_assessment",
        issued,
        person=child.id,
        request=request,
        outcome_date=issued,
        outcome="Y",
        exception=False,
    )
    dossier.add("ehcp_named_plan", issued, person=child.id, assessment=assessed, start_date=issued)
    active = dossier.add(
        "ehcp_active_plans",
        issued,
        person=child.id,
        request=request,
        last_review_date=dossier.past(issued + timedelta(days=360)),
    )
    for rank, need in enumerate(dossier.rng.sample(("ASD", "SLCN", "SEMH", "MLD"), 2), start=1):
        dossier.add("sen_need", issued, person=child.id, plan=active, need=need, rank=rank)
    for row in dossier.content["person"]:
        if row.id == child.id:
            dossier.close("person", child.id, has_ehc_plan=True)
