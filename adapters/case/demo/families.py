"""Made-up families: the same seed makes the same families, each with another history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from adapters.case.demo import care, need, people
from adapters.case.demo.dossier import SOURCE, Dossier
from adapters.case.demo.people import Child
from schemas.case.copying import Decision, confirm, copy
from schemas.case.fields import Copying
from schemas.case.record import CaseFile
from schemas.case.sharing import offers

_SIZES = (1, 1, 2, 2, 3, 4)
_MOST_CHILDREN = 10


@dataclass(frozen=True, slots=True)
class Home:
    """A family while it is made: the parents, where they live, the children from the eldest on."""

    mother: str
    father: str
    together: bool
    children: tuple[Child, ...]
    since: date


History = Callable[[Dossier, Home, date], None]


def families(count: int, seed: int, today: date) -> Iterator[CaseFile]:
    """Make families whose histories end today."""
    for number in range(1, count + 1):
        yield family(number, seed, today)


def family(number: int, seed: int, today: date) -> CaseFile:
    """Make one family; its children's numbers in other schemes differ from those of every other family."""
    dossier = Dossier(f"family-{number:04d}", today, Random(f"case {seed} {number}"))  # noqa: S311  # made-up data
    begun = today - timedelta(days=dossier.rng.randint(40, 900))
    staff(dossier, begun)
    home = household(dossier, number, begun)
    agencies(dossier, home.children, home.mother, begun)
    kind = dossier.rng.choices([history for history, _ in _HISTORIES], [weight for _, weight in _HISTORIES])[0]
    kind(dossier, home, begun)
    for child in home.children:
        if child.born < today:
            beside(dossier, child, begun)
    return spread(dossier, home.children)


def staff(dossier: Dossier, begun: date) -> None:
    """Put in the team and the worker of the family; choose why the family comes to them."""
    dossier.source = dossier.one(("2A", "3A", "6", "1A"))
    dossier.need = dossier.one(("N1", "N1", "N2", "N4", "N5"))
    dossier.team = dossier.add(
        "department",
        begun,
        name="Safeguarding team 2",
        parent_name="Children's social care",
        contact="safeguarding2@northmere.example",
        out_of_hours="01632 960123",
    )
    number = dossier.rng.randint(100_000, 999_999)
    dossier.worker = dossier.add(
        "professionals",
        begun,
        staff_number=f"N{number}",
        name=f"{dossier.one(people.FORENAMES['F'])} {dossier.one(people.SURNAMES)}",
        registration=f"SW{number}",
        agency_worker=False,
        job_title="Social worker",
        caseload=dossier.rng.randint(8, 22),
        team_name="Safeguarding team 2",
        full_time_equivalent=1.0,
    )


def household(
    dossier: Dossier, number: int, begun: date, births: list[date] | None = None, *, parted: bool = False
) -> Home:
    """Put in parents, children, what they are to each other, and where they have lived."""
    surname = dossier.one(people.SURNAMES)
    births = births or _births(dossier, dossier.one(_SIZES))
    common = people.shared(dossier)
    mother = people.adult(dossier, "F", surname, births[0] - people.years(dossier.rng.randint(19, 30)), begun)
    father = people.adult(
        dossier, "M", dossier.one(people.SURNAMES), births[0] - people.years(dossier.rng.randint(20, 36)), begun
    )
    together = dossier.likely(0.5) and not parted
    children = tuple(
        people.child(dossier, number * _MOST_CHILDREN + place, surname, born, common, begun)
        for place, born in enumerate(births)
    )
    dossier.close("person", children[0].id, first_language=common["first_language"], religion=common["religion"])
    dossier.close("person", children[0].id, interpreter_needed=common["first_language"] != "English")
    _relate(dossier, mother, father, children, begun, together=together)
    since = _homes(dossier, mother, father, children, together=together)
    return Home(mother, father, together, children, since)


def _births(dossier: Dossier, size: int) -> list[date]:
    """Choose birthdays from the eldest on; the last may be to come."""
    last = dossier.today - timedelta(days=dossier.rng.randint(-100 if dossier.likely(0.1) else 60, 365 * 6))
    births = [last]
    for _ in range(size - 1):
        births.append(births[-1] - timedelta(days=dossier.rng.randint(400, 1400)))
    if dossier.likely(0.15):
        births[-1] = min(births[-1], dossier.today - timedelta(days=dossier.rng.randint(5900, 6600)))
    return sorted(births)


def _relate(
    dossier: Dossier, mother: str, father: str, children: tuple[Child, ...], begun: date, *, together: bool
) -> None:
    met = children[0].born - people.years(2)
    parted = None if together else max(children[-1].born, begun - timedelta(days=400))
    kind = "PARTNER" if together else "FORMER_PARTNER"
    people.related(dossier, mother, father, kind, begun, start_date=met, end_date=parted and min(parted, begun))
    responsible = dossier.one(("REGISTERED", "MARRIED", "NONE"))
    for child in children:
        people.related(dossier, mother, child.id, "MOTHER", begun, parental_responsibility="BIRTH_MOTHER")
        people.related(dossier, father, child.id, "FATHER", begun, parental_responsibility=responsible)
    for place, child in enumerate(children):
        for other in children[place + 1 :]:
            people.related(dossier, child.id, other.id, "SIBLING", begun)


def _homes(dossier: Dossier, mother: str, father: str, children: tuple[Child, ...], *, together: bool) -> date:
    """Put in the home before and the home now; give the day of the move. Addresses are entered for the eldest child."""
    moved = dossier.today - timedelta(days=dossier.rng.randint(1000, 2000))
    before = moved - timedelta(days=dossier.rng.randint(300, 1500))
    parents = {mother: "PARENT", father: "PARENT"} if together else {mother: "PARENT"}
    eldest = children[0].id
    for start, end in ((before, moved), (moved, None)):
        born = {child.id: "CHILD" for child in children if child.born <= (end or dossier.today)}
        if children[0].born > (end or dossier.today):
            continue
        start_here = max(start, children[0].born)
        home = people.address(dossier, eldest, start_here, end, kind="HOME" if end is None else "PREVIOUS")
        people.household(dossier, home, parents, start_here, end)
        for child in children:
            if child.id in born:
                dossier.add(
                    "household_members",
                    start_here,
                    person=child.id,
                    household=dossier.content["households"][-1].id,
                    role="CHILD",
                    start_date=max(start_here, child.born),
                    end_date=end,
                )
    if not together:
        away = people.address(dossier, father, moved)
        people.household(dossier, away, {father: "PARENT"}, moved)
    return moved


def agencies(dossier: Dossier, children: tuple[Child, ...], mother: str, begun: date) -> None:
    """Put in who works with the family; what is the same for all is entered for the eldest child."""
    eldest = children[0]
    for kind, name in (("GP", "Tansy Walk Surgery"), ("HEALTH_VISITING", "Northmere health visitors")):
        dossier.add(
            "agencies",
            begun,
            person=eldest.id,
            kind=kind,
            name=name,
            role="Family practice" if kind == "GP" else "Named nurse",
            contact="01632 960456",
            in_core_group=kind != "GP",
            start_date=max(begun - timedelta(days=300), min(eldest.born, dossier.today)),
        )
    dossier.add("agencies", begun, person=mother, kind="DOMESTIC_ABUSE", name="Lantern Service", start_date=begun)
    for child in children:
        if child.at_school(dossier.today):
            dossier.add(
                "education",
                begun,
                person=child.id,
                setting=f"{dossier.one(('Larkrise', 'Whinfell', 'Foundry Road'))} School",
                urn=str(900_000 + child.number % 100_000),
                change="STARTED",
                sen_status=dossier.one(("N", "N", "K")),
                attendance=f"{dossier.rng.randint(70, 99)} of 100 sessions",
                start_date=child.born + people.years(4.6),
            )


def beside(dossier: Dossier, child: Child, begun: date) -> None:
    """Put in what belongs to any child: health, voice, a document, an event, a risk."""
    if dossier.likely(0.3):
        dossier.add(
            "health_needs",
            begun,
            person=child.id,
            kind="CONDITION",
            detail="Asthma.",
            start_date=max(begun, child.born),
        )
    if child.talks(begun):
        said = dossier.after(begun, 20, 30)
        if dossier.past(said):
            dossier.add(
                "voice_of_child",
                said,
                person=child.id,
                said_on=said,
                own_words="I like it when it is quiet. I want to stay at my school.",
                plan_clear=dossier.likely(0.6),
                agrees_with_worker=dossier.likely(0.6),
            )
    if dossier.likely(0.12):
        care.special_needs(dossier, child)


def spread(dossier: Dossier, children: tuple[Child, ...]) -> CaseFile:
    """Copy what the children share from the one for whom it was entered to the others, as a worker would."""
    case = dossier.file()
    at = datetime.combine(dossier.today, time(17, 30, tzinfo=UTC))
    for child in children[1:]:
        for offer in offers(case, child.id, dossier.today):
            if offer.copying is Copying.FAMILY:
                decision = Decision(dossier.worker, at, dossier.identifier(), SOURCE)
                case = copy(case, offer, decision)
                if offer.own is None and dossier.likely(0.5):
                    case = confirm(case, offer.table, decision.record, decision)
    return case


def _helped(dossier: Dossier, home: Home, begun: date) -> None:
    for child in home.children:
        need.contact(dossier, child, begun, referred=False)
        need.early_help(dossier, child, dossier.after(begun, 2, 9))


def _assessed(dossier: Dossier, home: Home, begun: date) -> None:
    for child in home.children:
        need.contact(dossier, child, begun, referred=True)
        episode = need.referral(dossier, child, dossier.after(begun, 0, 0))
        authorised = need.assessment(dossier, child, episode, begun, further=False)
        if authorised is not None:
            need.closed(dossier, child, episode, dossier.after(authorised, 0, 3), "RC8")


def _planned(dossier: Dossier, home: Home, begun: date) -> None:
    for child in home.children:
        need.contact(dossier, child, begun, referred=True)
        episode = need.referral(dossier, child, dossier.after(begun, 0, 0))
        authorised = need.assessment(dossier, child, episode, begun, further=True)
        start = authorised and dossier.past(dossier.after(authorised, 1, 10))
        end = need.cin_plan(dossier, child, episode, start) if start else None
        if end is not None:
            need.closed(dossier, child, episode, dossier.after(end, 0, 5), "RC7")


def protected(dossier: Dossier, home: Home, begun: date) -> None:
    """Make protection plans for all the children, after a referral and an assessment."""
    episodes = {}
    for child in home.children:
        need.contact(dossier, child, begun, referred=True)
        episodes[child.id] = need.referral(dossier, child, dossier.after(begun, 0, 0))
        need.assessment(dossier, child, episodes[child.id], begun, further=True)
    end = need.protection(dossier, home.children, episodes, dossier.after(begun, 2, 8))
    dossier.add(
        "risks",
        begun,
        person=home.children[0].id,
        kind="PERPETRATOR",
        other=home.father,
        detail="Assaults on the mother; bail ended.",
        start_date=begun,
    )
    if end is not None:
        for child in home.children:
            need.closed(dossier, child, episodes[child.id], dossier.after(end, 0, 5), "RC7")
    elif dossier.likely(0.4):
        need.proceedings(dossier, home.children, begun + timedelta(days=60))


def _looked_after(dossier: Dossier, home: Home, begun: date) -> None:
    for child in home.children:
        need.contact(dossier, child, begun, referred=True)
        episode = need.referral(dossier, child, dossier.after(begun, 0, 0))
        need.assessment(dossier, child, episode, begun, further=True)
        entered = dossier.past(dossier.after(begun, 10, 60))
        if entered is not None and child.born < entered:
            care.looked_after(dossier, child, episode, entered)


_HISTORIES: tuple[tuple[History, float], ...] = (
    (_helped, 0.15),
    (_assessed, 0.2),
    (_planned, 0.25),
    (protected, 0.25),
    (_looked_after, 0.15),
)
