"""Where a child stands at DfE, and what came of each record that was sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from schemas.csc_api.record import ChildRecord


class State(StrEnum):
    """Where a child stands: its value, and what it means."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Self:
        """Keep the meaning beside the value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    ACCEPTED = "accepted", "DfE holds what was sent last."
    REMOVED = "removed", "DfE was told to remove the child, and did."
    SENDING = "sending", "A run is sending it now."
    UNKNOWN = "unknown", "It was sent, and nobody knows whether it was stored: it goes again, alone and in full."
    NOT_SENT = "not-sent", "It could not be sent: it goes with the next run."
    REFUSED = "refused", "DfE refused it: it goes again once its data changed."
    INVALID = "invalid", "Our checks found faults, so it was not sent: it goes once they are corrected."


class Sent(StrEnum):
    """What came of one record that was sent; `settled` is an unknown one that a later one made good."""

    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_SENT = "not-sent"
    UNKNOWN = "unknown"
    SETTLED = "settled"


DOUBTFUL = (Sent.SENDING.value, Sent.UNKNOWN.value)
"""Sent, and perhaps stored."""


@dataclass(frozen=True, slots=True)
class Child:
    """Where a child stands; see gateway.store.feed_models.FeedChild."""

    child: str
    state: State
    revision: int
    accepted: int | None
    source: str | None
    refused: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """What is newly known of a child that was not sent; `source` and `refused` are set where they are given."""

    child: str
    state: State
    source: str | None = None
    refused: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What was sent, what DfE holds after it (None: nothing), and what DfE said of it."""

    sent: str
    target: ChildRecord | None
    message: str = ""
