"""A sharing agreement as a document, one for each version of it: what two authorities signed, in a form that runs."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from gateway.itp.documents import Token
from gateway.itp.identifiers import Organisation

Text = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.*]{1,80}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Tokens = Annotated[tuple[Token, ...], Field(max_length=50)]
Names = Annotated[tuple[Name, ...], Field(max_length=500)]


class Part(BaseModel):
    """A part of the document; an unknown entry is refused, and no value stands in an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Status(StrEnum):
    """How far the version has come."""

    DRAFT = "draft"
    APPROVED = "approved"
    LIVE = "live"
    SUSPENDED = "suspended"
    ENDED = "ended"


class Need(StrEnum):
    """What a rule says of its fields; `never` wins over every other rule that does not name it."""

    MUST = "must"
    MAY = "may"
    NEVER = "never"


class Transform(StrEnum):
    """In what form a value goes, from all of it to the least."""

    FULL = "full"
    YEAR = "year-only"
    AREA = "area-only"
    MASKED = "masked"
    YES_NO = "yes-no"


class Role(StrEnum):
    """What somebody is in a package: a child whom it is about, or another member of the family."""

    CHILD = "child"
    SIBLING = "sibling"
    PARENT = "parent"
    ADULT = "adult"


class Handling(StrEnum):
    """What a class of restriction does: nothing goes, a second person approves, or only rules that name it allow."""

    STOP = "stop"
    APPROVAL = "approval"
    BILATERAL = "bilateral"


RestrictionClass = Literal["X1", "X2", "X3", "X4"]
Fact = Literal["CHILD_PROTECTION", "CHILD_IN_NEED", "LOOKED_AFTER", "CARE_LEAVER", "UNBORN"]


class Person(Part):
    """Who wrote or approved the version: a role and an opaque reference, never a name."""

    role: Token
    reference: Token


class Party(Part):
    """An organisation of the agreement; `contacts` are roles."""

    organisation: Organisation
    controller: Literal["independent", "joint"]
    contacts: Annotated[tuple[Text, ...], Field(max_length=20)] = ()


class Flow(Part):
    """A direction in which content may go."""

    sender: Organisation
    recipient: Organisation


class Purpose(Part):
    """What content is sent for, and in which processes."""

    code: Token
    text: Text
    processes: Annotated[Tokens, Field(min_length=1)]


class LawfulBasis(Part):
    """On what the sharing rests; `gateways` are the codes of legal gateways."""

    article_6: Annotated[tuple[Text, ...], Field(min_length=1, max_length=10)]
    article_9: Annotated[tuple[Text, ...], Field(max_length=10)] = ()
    article_10: Annotated[tuple[Text, ...], Field(max_length=10)] = ()
    gateways: Annotated[Tokens, Field(min_length=1)]
    policy_document: Text | None = None
    impact_assessment: Text | None = None


class When(Part):
    """When a rule counts for somebody: what is left out does not matter. Ages are whole years, both ends included."""

    youngest: Annotated[int, Field(ge=0, le=150)] | None = None
    oldest: Annotated[int, Field(ge=0, le=150)] | None = None
    status: tuple[Fact, ...] = ()
    restrictions: tuple[RestrictionClass, ...] = ()
    not_restrictions: tuple[RestrictionClass, ...] = ()


class Item(Part):
    """A rule about fields: `table.field`, `table.*`, or an element such as E07.

    Free text goes only where `text` names its category, a document only where `documents` names its kind.
    `overrides` names the `never` rules that this one, being more specific, goes before.
    """

    id: Token
    need: Need
    fields: Annotated[Names, Field(min_length=1)]
    processes: Annotated[Tokens, Field(min_length=1)]
    steps: Tokens = ()
    transform: Transform = Transform.FULL
    subjects: tuple[Role, ...] = ()
    when: When = When()
    text: Tokens = ()
    documents: Tokens = ()
    third_party: bool = False
    overrides: Tokens = ()


class Subjects(Part):
    """The most that may be told of each: names as in a rule, `*` for all; who is left out is not included."""

    child: Names = ("*",)
    sibling: Names = ()
    parent: Names = ()
    adult: Names = ()


class Restrictions(Part):
    """What each class of restriction does; for X5 there is no rule: such a child is not on the gateway."""

    X1: Handling = Handling.APPROVAL
    X2: Handling = Handling.APPROVAL
    X3: Handling = Handling.STOP
    X4: Handling = Handling.APPROVAL


class Retention(Part):
    """How long each side keeps what it has of a message."""

    receiver: Text
    sent_copy_days: Annotated[int, Field(ge=0, le=3650)]
    evidence: Text


class Rights(Part):
    """Who answers requests for access, how soon breaches are told, who corrects."""

    access_answered_by: Literal["sender", "receiver", "each"]
    breach_notice_hours: Annotated[int, Field(ge=1, le=72)] = 24
    correction: Text


class Assurance(Part):
    """Until when the parties' certificates hold, and the least security."""

    organisation: Organisation
    scheme: Text
    expires: date
    suites: Tokens = ()


class Agreement(Part):
    """One version of an agreement."""

    agreement_id: Token
    version: Token
    status: Status
    valid_from: date
    valid_to: date
    review_by: date
    author: Person
    approvers: Annotated[tuple[Person, ...], Field(max_length=10)] = ()
    paper_sha256: Sha256 | None = None
    parties: Annotated[tuple[Party, ...], Field(min_length=2, max_length=200)]
    directions: Annotated[tuple[Flow, ...], Field(min_length=1, max_length=400)]
    purposes: Annotated[tuple[Purpose, ...], Field(min_length=1, max_length=50)]
    lawful_basis: LawfulBasis
    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=500)]
    subjects: Subjects = Subjects()
    restrictions: Restrictions = Restrictions()
    emergency: Tokens = ()
    retention: Retention
    onward: Literal["allowed", "ask", "forbidden"]
    rights: Rights
    assurance: Annotated[tuple[Assurance, ...], Field(max_length=400)] = ()

    @model_validator(mode="after")
    def _dates_and_hands(self) -> Self:
        if not self.valid_from <= self.review_by <= self.valid_to:
            raise ValueError("the review is not between the first and the last day")
        if self.author.reference in {person.reference for person in self.approvers}:
            raise ValueError("the author is also an approver")
        if self.status is not Status.DRAFT and not (self.approvers and self.paper_sha256):
            raise ValueError("a version that is no draft has approvers and the hash of the signed agreement")
        return self

    def names_party(self, organisation: str) -> bool:
        """Tell whether an organisation is a party."""
        return any(party.organisation == organisation for party in self.parties)
