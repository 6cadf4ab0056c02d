"""What is asked of an agreement: who would send what to whom, for which purpose, about which people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from gateway.policy.agreement import Role
from schemas.processes.explained import Explained
from schemas.processes.spans import LONDON


class Place(Explained):
    """A kind of thing that tells where a hidden child is: each is released separately, or not at all."""

    ADDRESS = "address", "Where the child lives: addresses, households, placement."
    SCHOOL = "school", "School, college or other setting."
    HEALTH = "health", "General practice, health visitor, school nurse, hospital."
    CONTACT = "contact", "Other agencies, and telephone numbers and mailboxes of all."


@dataclass(frozen=True, slots=True)
class Staff:
    """A person who acts: a role and an opaque reference."""

    role: str
    reference: str


@dataclass(frozen=True, slots=True)
class Release:
    """A hidden child's places, released by name and as a part of their own; `by` is not who asks."""

    name: str
    person: str
    places: frozenset[Place]
    reason: str
    by: Staff


@dataclass(frozen=True, slots=True)
class Subject:
    """What the rules look at in somebody of the family on the day; `restrictions` are classes in force."""

    person: str
    role: Role
    age: int | None
    statuses: frozenset[str]
    restrictions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Request:
    """A question to an agreement. All that the answer depends on is in it, so that it can be asked again.

    `asked` are elements that the other side asked for; `ticks` the records (`table/id`) and persons that somebody read
    and released; `access` the persons of class X4 whose records the requester may see; `break_glass` the reason why
    an agreement that has run out is used in an emergency.
    """

    sender: str
    recipient: str
    process: str
    step: str
    purpose: str
    gateways: tuple[str, ...]
    at: datetime
    requester: Staff
    subjects: tuple[Subject, ...]
    asked: frozenset[str] = frozenset()
    ticks: frozenset[str] = frozenset()
    approvals: tuple[Staff, ...] = ()
    releases: tuple[Release, ...] = ()
    access: frozenset[str] = frozenset()
    break_glass: str = ""

    @property
    def day(self) -> date:
        """Give the day in England."""
        return self.at.astimezone(LONDON).date()

    @property
    def children(self) -> tuple[str, ...]:
        """Give the children whom the package is about."""
        return tuple(subject.person for subject in self.subjects if subject.role is Role.CHILD)
