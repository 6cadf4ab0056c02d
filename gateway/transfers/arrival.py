"""A transfer that came to us, as it is worked on: each child, whether it was found, accepted or declined."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from gateway.transfers.draft import Kept, Links, What


class Match(StrEnum):
    """Where the search for a child stands."""

    NOT_YET = "not-yet"
    LINKED = "linked"
    """It is a person of ours."""
    NEW = "new"
    """It is nobody of ours: a record is made when the child is accepted."""
    REVIEW = "review"
    """A person decides."""
    ASKED = "asked"
    """The sender was asked for more."""


class Answer(StrEnum):
    """What we said of a child."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Incoming(Kept):
    """One child of a transfer that came to us.

    `reference` is what the message calls the child, `theirs` the sender's id, `ours` our id once there is one;
    `local_ref` what the sender was told. `told` and `completed` say which receipts were signed.
    """

    reference: str
    theirs: str
    restriction: tuple[str, ...] = ()
    match: Match = Match.NOT_YET
    review: str | None = None
    ours: str | None = None
    closed: bool = False
    local_ref: str | None = None
    told: str | None = None
    answer: Answer = Answer.OPEN
    reason: str | None = None
    effective: date | None = None
    completed: date | None = None


class Difference(Kept):
    """A value of theirs that is not ours, as JSON texts; `settled` says what a person decided."""

    case_file: str
    table: str
    record: str
    field: str
    ours: str
    theirs: str
    settled: str | None = None


class Arrival(Kept):
    """What is kept of a transfer that came to us."""

    what: What = What.PACKAGE
    children: tuple[Incoming, ...] = ()
    links: Links = Links()
    legal_gateways: tuple[str, ...] = ()
    purpose: str = ""
    agreement: str = ""
    decision: str = ""
    authorised_role: str = ""
    differences: tuple[Difference, ...] = ()

    def child(self, reference: str) -> Incoming:
        """Find a child by its reference; raise KeyError."""
        for found in self.children:
            if found.reference == reference:
                return found
        raise KeyError(reference)

    def with_child(self, changed: Incoming) -> Arrival:
        """Give the arrival with one child changed."""
        children = tuple(changed if each.reference == changed.reference else each for each in self.children)
        return self.model_copy(update={"children": children})
