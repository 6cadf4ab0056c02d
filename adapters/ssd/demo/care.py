"""Made-up times in care: orders, placements, reviews, health, missing, the way to adoption, leaving care."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from adapters.ssd.demo import need, people
from adapters.ssd.demo.need import Episode
from adapters.ssd.demo.office import PLACEMENTS, Office
from adapters.ssd.demo.people import Child

_TEENAGER, _GROWN, _SCHOOL, _SDQ_ENDS, _PROMOTED = 12, 15, 4, 17, 5
_IRO_AGO = timedelta(days=20)
_FOSTERED = (("U4", "PR1"), ("U6", "PR4"), ("U6", "PR1"), ("U3", "PR1"))
_GROUP_HOME = (("K2", "PR4"), ("U6", "PR4"))


@dataclass(slots=True)
class Care:
    """A time in care while it is made; `step` is the episode that runs."""

    office: Office
    child: Child
    referral: Episode
    key: str
    entered: date
    status: str
    placement: str
    reason: str = "S"
    since: date = date.min

    def begin(self, day: date, reason: str) -> None:
        """Begin an episode of the time in care."""
        self.since, self.reason = day, reason

    def end(self, day: date | None, why: str | None) -> None:
        """Put in the episode that ran, ended on a day or open."""
        self.office.rows.add(
            "cla_episodes",
            person=self.child.id,
            placement=self.placement,
            start_date=self.since,
            start_reason=self.reason,
            primary_need=self.referral.need,
            end_date=day,
            end_reason=why,
            period_of_care=self.key,
            referral=self.referral.id,
            last_iro_contact_date=max(self.since, (day or self.office.today) - _IRO_AGO),
            entered_care_date=self.entered,
        )

    def order(self, start: date, end: date | None) -> None:
        """Put in the legal status that ran from one day to another."""
        self.office.rows.add("legal_status", person=self.child.id, status=self.status, start_date=start, end_date=end)

    def place(self, day: date, end: date | None, kind: tuple[str, str], why_changed: str | None = None) -> str:
        """Put in a placement."""
        self.placement = self.office.rows.add(
            "cla_placement",
            person=self.child.id,
            period_of_care=self.key,
            start_date=day,
            end_date=end,
            kind=kind[0],
            provider=kind[1],
            provider_urn=f"SC{self.office.rng.randint(900_000, 999_999)}",
            distance=float(self.office.rng.randint(1, 60)),
            postcode=self.office.one(PLACEMENTS),
            change_reason=why_changed,
        )
        return self.placement


def looked_after(office: Office, child: Child, referral: Episode, entered: date) -> None:
    """Make a time in care that still runs, with a change of placement or of order for some."""
    care = Care(office, child, referral, office.rows.number("period"), entered, office.one(("V2", "C1", "C1")), "")
    kinds = _GROUP_HOME if child.age(entered) >= _TEENAGER else _FOSTERED
    changed = office.past(office.after(entered, 60, 250))
    ordered = office.past(office.after(entered, 120, 200)) if care.status == "C1" else None
    if changed is None or changed == ordered or office.likely(0.5):
        changed = None
    _steps(care, kinds, changed, ordered)
    around(care, None)
    if child.sex == "F" and child.age(office.today) >= _GROWN and office.likely(0.4):
        people.baby(office, child)


def _steps(care: Care, kinds: tuple[tuple[str, str], ...], moved: date | None, ordered: date | None) -> None:
    """Put in the episodes from the first to the one that runs, with their placements and orders."""
    changes = sorted((day, why) for day, why in ((moved, "P"), (ordered, "L")) if day is not None)
    care.place(care.entered, moved, kinds[0], "CARPL" if moved else None)
    care.begin(care.entered, "S")
    in_force = care.entered
    for day, why in changes:
        care.end(day, "X1")
        if why == "P":
            care.place(day, None, kinds[1])
        else:
            care.order(in_force, day)
            care.status, in_force = "C2", day
        care.begin(day, why)
    care.end(None, None)
    care.order(in_force, None)


def around(care: Care, left: date | None) -> None:
    """Put in what goes with every time in care."""
    office, child = care.office, care.child
    worker = office.other(office.workers, care.referral.worker)
    need.allocate(office, child, care.referral, worker, care.entered, None, "TSPROC")
    goal = "ADOPTION" if care.status == "E1" else "LTFOST18"
    office.rows.add("cla_care_plan", person=child.id, start_date=care.entered, end_date=left, goals=[goal])
    office.rows.add("cla_previous_permanence", person=child.id, order="Z1")
    _reviews(care, left)
    need.visits(office, child, "cla_visits", care.entered, left, period_of_care=care.key)
    _health(care, left or office.today)
    if child.age(care.entered) >= _TEENAGER:
        _trouble(care, left or office.today)


def _reviews(care: Care, left: date | None) -> None:
    day, gaps = care.entered + timedelta(days=18), iter((85,))
    last = left or care.office.today
    while day <= last:
        care.office.rows.add(
            "cla_reviews",
            person=care.child.id,
            period_of_care=care.key,
            due_on=day,
            held_on=day,
            cancelled=False,
            participation=need.took_part(care.office, care.child, day),
        )
        day += timedelta(days=next(gaps, 170))


def _health(care: Care, last: date) -> None:
    office, child = care.office, care.child
    days = (("INITIAL_HEALTH", care.entered + timedelta(days=18)), ("REVIEW_HEALTH", last - timedelta(days=40)))
    checks = (*days, ("DENTAL", last - timedelta(days=100)), ("DEVELOPMENTAL", last - timedelta(days=90)))
    for kind, day in checks:
        if care.entered < day <= last and (kind != "DEVELOPMENTAL" or child.age(last) < _PROMOTED):
            office.rows.add("cla_health", person=child.id, kind=kind, check_date=day, status="COMPLETED")
    office.rows.add("cla_immunisations", id=child.id, person=child.id, up_to_date=office.likely(0.9), status_date=last)
    asked = last - timedelta(days=30)
    if asked >= care.entered and child.birthday(_SCHOOL) <= asked < child.birthday(_SDQ_ENDS):
        office.rows.add("sdq_scores", person=child.id, completed_on=asked, score=office.rng.randint(3, 30))
    elif care.entered <= asked and child.birthday(_SCHOOL) <= last and child.birthday(_SDQ_ENDS) >= office.start:
        office.rows.add("sdq_scores", person=child.id, completed_on=asked, no_score_reason="SDQ1")


def _trouble(care: Care, last: date) -> None:
    office, child = care.office, care.child
    day = office.after(care.entered, 20, 90)
    if day + timedelta(days=5) > last:
        return
    if office.likely(0.3):
        office.rows.add(
            "missing",
            person=child.id,
            start_date=day,
            kind=office.one(("M", "M", "A")),
            end_date=office.after(day, 1, 3),
            interview_offered="Y",
            interview_accepted=office.one(("Y", "N")),
        )
    if office.likely(0.1):
        office.rows.add("cla_convictions", person=child.id, offence_date=day, offence="Shoplifting")
    if office.likely(0.1):
        office.rows.add("cla_substance_misuse", person=child.id, found_on=day, substance="Cannabis", help_received=True)


def unaccompanied(office: Office, child: Child, referral: Episode, entered: date) -> None:
    """Make the care of a child who came alone to seek asylum."""
    care = Care(office, child, referral, office.rows.number("period"), entered, "V2", "")
    office.rows.add("immigration_status", person=child.id, status="UASC", start_date=entered)
    _steps(care, (("U6", "PR4"), ("U6", "PR4")), None, None)
    around(care, None)


def adopted(office: Office, child: Child, referral: Episode, entered: date) -> None:
    """Make the way from care to adoption, as far as it has come; the day of adoption closes the referral."""
    care = Care(office, child, referral, office.rows.number("period"), entered, "C1", "")
    decided, ordered, matched = (entered + timedelta(days=days) for days in (100, 150, 190))
    placed, left = entered + timedelta(days=210), referral.closed
    care.place(entered, placed, ("U6", "PR1"), "CARPL")
    care.begin(entered, "S")
    care.end(ordered, "X1")
    care.order(entered, ordered)
    care.status = "E1"
    care.begin(ordered, "L")
    care.end(placed, "X1")
    care.place(placed, left, ("A6", "PR1"))
    care.begin(placed, "P")
    care.end(left, "E12" if left else None)
    care.order(ordered, left)
    office.rows.add(
        "permanence",
        person=child.id,
        period_of_care=care.key,
        decision_date=decided,
        in_sibling_group=False,
        placement_order_date=ordered,
        matched_date=matched,
        adopter_sex="MF",
        adopter_legal_status="L11",
        adopters=2,
        placed_date=placed,
        adopted_by_carer=False,
        order_date=left,
        order="ADOPTION" if left else None,
        worker=referral.worker.id,
    )
    around(care, left)


def left_care(office: Office, child: Child, referral: Episode, entered: date, left: date) -> None:
    """Make a time in care that ended on a day, and what is known since."""
    care = Care(office, child, referral, office.rows.number("period"), entered, "C2", "")
    care.place(entered, left, ("U4", "PR1"))
    care.begin(entered, "S")
    care.end(left, "E5")
    care.order(entered, left)
    around(care, left)
    leaver(office, child)


def leaver(office: Office, child: Child) -> None:
    """Put in what is known of a young person who has left care."""
    adviser, in_touch = office.one(office.advisers), office.likely(0.9)
    day = office.today - timedelta(days=office.rng.randint(3, 50))
    office.rows.add(
        "care_leavers",
        person=child.id,
        eligibility="FORMER_RELEVANT",
        in_touch="YES" if in_touch else "NO",
        latest_contact_date=day,
        accommodation=office.one(("B", "D", "E", "U")) if in_touch else "R",
        suitable=office.one(("1", "1", "1", "2")),
        activity=office.one(("F1", "F2", "F5", "P5", "G5")),
        pathway_review_date=day,
        adviser=adviser.id,
        team=adviser.team,
        worker=adviser.id,
    )
    office.rows.add(
        "involvements",
        person=child.id,
        professional=adviser.id,
        role="16PLUS",
        team=adviser.team,
        start_date=min(child.birthday(18), office.today),
    )
