"""A transfer that we send, as it is worked on: what was asked for, who prepared and who authorised it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from gateway.policy.request import Request, Staff
from schemas.processes.clocks import Event


class Kept(BaseModel):
    """A value that is kept in a document: it never changes, and an unknown entry is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class What(StrEnum):
    """What a transfer carries."""

    PACKAGE = "package"
    """A case package."""
    RECALL = "recall"
    """A notice that takes back an earlier message."""
    STAND_DOWN = "stand-down"
    """A notice that ends an alert."""
    NOTHING = "nothing-to-tell"
    """A notice that answers a check: there is no record that the other side may be told of."""


class Stage(StrEnum):
    """How far a transfer has come with us. What became of a message that was sent is read from its receipts."""

    DRAFT = "draft"
    AUTHORISED = "authorised"
    SENT = "sent"
    CANCELLED = "cancelled"
    """It was given up before it was sent."""
    RECALLED = "recalled"
    """It was sent, and taken back since; received, and deleted."""
    TAKEN = "taken"
    """It arrived and was checked; nobody has looked for its children yet."""
    SEARCHED = "searched"
    """Its children were looked for; a person has to see it."""
    SEEN = "seen"
    ANSWERED = "answered"
    """Every child was accepted or declined."""
    RECALL_ASKED = "recall-asked"
    """The sender takes back what was accepted already: a person decides."""
    COMPLETED = "completed"


ENDED = frozenset({Stage.CANCELLED, Stage.RECALLED, Stage.COMPLETED})


ALERT = ("P6", "alert")
"""The process and step of an alert, which is kept briefly and ends by a stand-down."""
CHECK, ANSWER = ("P12", "request"), ("P12", "answer")
"""The process and step of a question whether somebody is known, and of its answer."""


class Links(Kept):
    """The messages that this one is about."""

    in_reply_to: str | None = None
    supersedes: str | None = None
    recall_of: str | None = None


class Draft(Kept):
    """What is kept of a transfer that we send.

    `request` is the question to the agreement as it will be asked; `authorised` the digest of what everybody saw who
    has approved it so far, which is the digest of what is sealed; `happened` the events that start clocks; `local` the
    local rules that bind the two authorities. `people` are ours by the references that the message gives its children.
    """

    what: What = What.PACKAGE
    case_file: str = ""
    request: Request
    prepared_by: Staff
    happened: dict[Event, datetime] = Field(default_factory=dict)
    local: tuple[str, ...] = ()
    links: Links = Links()
    authorised: str | None = None
    authorised_at: datetime | None = None
    authorised_by: Staff | None = None
    people: dict[str, str] = Field(default_factory=dict)
    searched_on: date | None = None

    @property
    def children(self) -> tuple[str, ...]:
        """Give the children whom it is about, by our ids."""
        return self.request.children

    def reopened(self) -> Draft:
        """Give the draft as it was before anybody authorised it."""
        cleared = replace(self.request, approvals=())
        return self.model_copy(
            update={"request": cleared, "authorised": None, "authorised_at": None, "authorised_by": None}
        )
