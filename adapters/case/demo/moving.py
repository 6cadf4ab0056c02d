"""The family of the demonstration: three children on protection plans who move, one at a hidden address.

The second child lives apart at a place that the father must not learn of. `MARKS` are the words by
which any trace of that place is found: nothing that goes to the father's side may hold one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from random import Random

from adapters.case.demo import families, people
from adapters.case.demo.dossier import Dossier
from adapters.case.demo.families import Home
from schemas.case.record import CaseFile

IDENTIFIER = "family-moving"
MARKS = ("Hollowmark", "hollowmark", "ZZ99 9HD", "960999")
_NUMBER, _SINCE, _LEFT, _MOVED = 9_999, 150, 100, 3
_AGES = (12.3, 9.1, 5.6)


@dataclass(frozen=True, slots=True)
class Paper:
    """A made-up document: of which child (its place among the children), what it is, what it says."""

    child: int
    kind: str
    name: str
    text: str

    @property
    def content(self) -> bytes:
        """Give the bytes."""
        return f"{self.name}\n\n{self.text}\n".encode()


PAPERS = (
    Paper(0, "PLAN", "Child protection plan", "Attend school every day. Visits every ten working days."),
    Paper(0, "CONFERENCE", "Minutes of the initial conference", "All agencies agreed on the category."),
    Paper(1, "PLAN", "Child protection plan", "Lives with an aunt in Hollowmark Lane; school is told by telephone."),
    Paper(2, "PLAN", "Child protection plan", "The health visitor calls every month."),
    Paper(2, "ASSESSMENT", "Assessment", "Warm between child and mother."),
)


def moving_family(seed: int, today: date) -> CaseFile:
    """Make the family; its plans still run today, and it has moved three days ago."""
    dossier = Dossier(IDENTIFIER, today, Random(f"moving {seed}"))  # noqa: S311  # made-up data, no secret
    begun = today - timedelta(days=_SINCE)
    families.staff(dossier, begun)
    births = [today - people.years(age) for age in _AGES]
    home = families.household(dossier, _NUMBER, begun, births, parted=True)
    families.agencies(dossier, home.children, home.mother, begun)
    families.protected(dossier, home, begun)
    for child in home.children:
        families.beside(dossier, child, begun)
    _hide(dossier, home, today - timedelta(days=_LEFT))
    _move(dossier, home, today - timedelta(days=_MOVED))
    _papers(dossier, home, today - timedelta(days=_MOVED))
    _beside_the_move(dossier, home, today - timedelta(days=_MOVED))
    return families.spread(dossier, home.children)


def papers() -> Mapping[str, bytes]:
    """Give the documents' bytes by their SHA-256, as the records of the family name them."""
    return {sha256(paper.content).hexdigest(): paper.content for paper in PAPERS}


def _hide(dossier: Dossier, home: Home, day: date) -> None:
    """Let the second child move to an aunt, at a place that is kept from the father."""
    child = home.children[1]
    _leave(dossier, {child.id}, day)
    aunt = people.adult(dossier, "F", dossier.one(people.SURNAMES), child.born - people.years(31), day)
    people.related(dossier, aunt, child.id, "AUNT_UNCLE", day)
    place = people.address(
        dossier,
        child.id,
        day,
        kind="REFUGE",
        lines=("7 Hollowmark Lane", "Hollowmark"),
        postcode="ZZ99 9HD",
        housing_basis="REFUGE",
        hidden=True,
        hidden_from=(home.father,),
    )
    people.household(dossier, place, {aunt: "RELATIVE", child.id: "CHILD"}, day)
    dossier.add(
        "restrictions",
        day,
        person=child.id,
        restriction="X2",
        hidden_from=(home.father,),
        reason="Threats by the father; the police know the place.",
        start_date=day,
        review_date=day + timedelta(days=180),
    )
    dossier.add(
        "agencies",
        day,
        person=child.id,
        kind="GP",
        name="Hollowmark Surgery",
        contact="01632 960999",
        start_date=day,
    )
    for row in dossier.content["education"]:
        if row.subjects == (child.id,):
            dossier.close("education", row.id, end_date=day)
    dossier.add(
        "education",
        day,
        person=child.id,
        setting="Hollowmark School",
        change="MOVED",
        start_date=day,
    )
    dossier.add(
        "contact_arrangements",
        day,
        person=child.id,
        other=home.father,
        rule="PROHIBITED",
        detail="No contact; letters go through the social worker.",
        start_date=day,
    )


def _leave(dossier: Dossier, persons: set[str], day: date) -> None:
    """End the time of people in the household where they are, and no address of theirs."""
    for row in tuple(dossier.content["household_members"]):
        if row.subjects[0] in persons and getattr(row, "end_date", None) is None:
            dossier.close("household_members", row.id, end_date=day)


def _move(dossier: Dossier, home: Home, day: date) -> None:
    """Let the mother and the other two children move to another authority's area, for good."""
    eldest, _, youngest = home.children
    shared = next(row for row in dossier.content["address"] if row.subjects == (eldest.id,) and _is_open(row))
    dossier.close("address", shared.id, end_date=day)
    for row in dossier.content["households"]:
        if getattr(row, "address", None) == shared.id:
            dossier.close("households", row.id, end_date=day)
    everybody = {home.mother, eldest.id, youngest.id}
    _leave(dossier, everybody, day)
    new = people.address(dossier, eldest.id, day, lines=("14 Harbour Rise", "Southmere"))
    people.household(dossier, new, {home.mother: "PARENT", eldest.id: "CHILD", youngest.id: "CHILD"}, day)
    dossier.add(
        "events",
        day,
        person=eldest.id,
        happened_on=day,
        precision="DAY",
        kind="HOUSING",
        summary="The mother took a tenancy in Southmere and moved with two of the children.",
        significance="KEY",
    )


def _is_open(row: object) -> bool:
    return getattr(row, "end_date", None) is None


def _papers(dossier: Dossier, home: Home, day: date) -> None:
    for paper in PAPERS:
        dossier.add(
            "documents",
            day,
            person=home.children[paper.child].id,
            name=paper.name,
            kind=paper.kind,
            author_role="Social worker",
            created_on=day,
            media_type="text/plain",
            size=len(paper.content),
            sha256=sha256(paper.content).hexdigest(),
            third_party=False,
            restriction="X2" if paper.child == 1 else None,
            released=paper.child != 1,
        )


def _beside_the_move(dossier: Dossier, home: Home, day: date) -> None:
    for child in home.children:
        dossier.add(
            "safety_plans",
            day,
            person=child.id,
            start_date=day,
            content="Visit every week until the new team takes over; the mother calls 999 at any approach.",
        )
        dossier.add(
            "awareness",
            day,
            person=home.mother,
            about=child.id,
            answer="TOLD_AGREES",
            told_on=day,
            views="Wants the new school to know early.",
        )
        dossier.add(
            "awareness",
            day,
            person=home.father,
            about=child.id,
            answer="NOT_TOLD",
            told_on=day,
            reason_not_told="Telling him would put the children at risk.",
        )
