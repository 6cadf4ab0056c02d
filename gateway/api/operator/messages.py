"""Messages that have stopped: find, explain, replay, hold, release, return, discard."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gateway.api.operator.gate import TheDesk, Who
from gateway.api.operator.pages import LAST, Page, Paged
from gateway.api.operator.routes import Routes, body
from gateway.deadletters import decisions, explanation, pause, replay
from gateway.deadletters.explanation import Explanation
from gateway.deadletters.pause import Waiting
from gateway.deadletters.replay import Plan, Replay
from gateway.deadletters.selection import Choice, Line, listed
from gateway.itp.documents import Document
from gateway.itp.identifiers import MessageId, Organisation
from gateway.operator import reads
from gateway.operator.errors import unknown
from gateway.operator.permissions import Permission
from gateway.store.states import ENDS, Direction, State
from schemas.errors import Rejected

Number = Annotated[int, Path(ge=1, le=LAST, description="Our number of the message.")]
ReplayId = Annotated[str, Path(pattern=f"^{MessageId.form.pattern}$", description="The id of the replay.")]
routes = Routes("/api", "messages")


class MessageSearch(Document):
    """Which messages: every part that is given narrows it. Without states it is the dead letters."""

    states: tuple[State, ...] = Field(default=(State.DEAD_LETTERED,), min_length=1, max_length=6)
    partner: Organisation | None = None
    reason: str | None = Field(default=None, max_length=64)
    direction: Direction | None = None
    since: AwareDatetime | None = None
    owner: str | None = Field(default=None, max_length=64)
    numbers: tuple[Annotated[int, Field(ge=1, le=LAST)], ...] = Field(default=(), max_length=1000)

    @property
    def choice(self) -> Choice:
        """Give the choice that the search says."""
        states, numbers = frozenset(self.states) & (ENDS | {State.ACCEPTED}), frozenset(self.numbers)
        return Choice(states, self.partner, self.reason, self.direction, self.since, self.owner, numbers)


class NewReplay(Document):
    """Which dead letters go back to work, and how many a minute at the most."""

    which: MessageSearch = MessageSearch()
    per_minute: int | None = Field(default=None, ge=1, le=100_000)


class Pace(Document):
    """How many a minute at the most."""

    per_minute: int | None = Field(default=None, ge=1, le=100_000)


class ReasonCode(Document):
    """Why, as a code of small letters, digits and hyphens."""

    reason: str = Field(min_length=1, max_length=64)


class Owner(Document):
    """The role that looks after a message."""

    owner: str = Field(min_length=1, max_length=64)


class Paused(BaseModel):
    """How many messages went back to the dead letters."""

    model_config = ConfigDict(frozen=True)

    messages: int


@routes.post("/search/messages", Permission.MESSAGES_READ, summary="Search messages")
def search_messages(desk: TheDesk, paging: Paged, asked: Annotated[MessageSearch, body(MessageSearch)]) -> Page[Line]:
    """List messages, the oldest first."""
    return paging.of(listed(desk.store, asked.choice, paging.end))


@routes.get("/messages/replays", Permission.MESSAGES_READ, summary="List replays that are going")
def list_replays(desk: TheDesk, paging: Paged) -> Page[Waiting]:
    """List the replays of which messages wait for their turn."""
    return paging.of(pause.going(desk.store, desk.now()))


@routes.post("/messages/replays/plan", Permission.MESSAGES_READ, summary="See what a replay would do")
def plan_replay(desk: TheDesk, new: Annotated[NewReplay, body(NewReplay)]) -> Plan:
    """Say which dead letters would go and when, and which would stay and why; do nothing."""
    return replay.plan(desk.store, new.which.choice, desk.now(), new.per_minute)


@routes.post("/messages/replays", Permission.MESSAGES_DECIDE, status_code=201, summary="Replay dead letters")
def begin_replay(desk: TheDesk, who: Who, new: Annotated[NewReplay, body(NewReplay)]) -> Replay:
    """Put dead letters back to work, the oldest first."""
    return replay.replay(desk.store, who.actor, new.which.choice, desk.now(), desk.draw, per_minute=new.per_minute)


@routes.post("/messages/replays/{replay_id}/pause", Permission.MESSAGES_DECIDE, summary="Pause a replay")
def pause_replay(desk: TheDesk, who: Who, replay_id: ReplayId) -> Paused:
    """Put back what has not had its turn."""
    return Paused(messages=pause.pause(desk.store, who.actor, replay_id, desk.now()))


@routes.post("/messages/replays/{replay_id}/resume", Permission.MESSAGES_DECIDE, summary="Go on with a replay")
def resume_replay(desk: TheDesk, who: Who, replay_id: ReplayId, pace: Annotated[Pace, body(Pace)]) -> Replay:
    """Go on under a new id with what a pause put back."""
    return pause.resume(desk.store, who.actor, replay_id, desk.now(), desk.draw, per_minute=pace.per_minute)


@routes.get("/messages/{number}", Permission.MESSAGES_READ, summary="See a message and why it is where it is")
def show_message(desk: TheDesk, who: Who, number: Number) -> Explanation:
    """Explain one message; nothing of its content is shown."""
    try:
        found = explanation.explain(desk.store, number, desk.now())
    except Rejected:
        raise unknown("message") from None
    reads.read(desk, who, f"message:{found.line.message_id}")
    return found


@routes.post(
    "/messages/{number}/release", Permission.MESSAGES_DECIDE, status_code=204, summary="Release a held message"
)
def release_message(desk: TheDesk, who: Who, number: Number, why: Annotated[ReasonCode, body(ReasonCode)]) -> None:
    """Let it go on."""
    decisions.release(desk.store, who.actor, number, desk.now(), reason=why.reason)


@routes.post("/messages/{number}/hold", Permission.MESSAGES_DECIDE, status_code=204, summary="Hold a message")
def hold_message(desk: TheDesk, who: Who, number: Number, why: Annotated[ReasonCode, body(ReasonCode)]) -> None:
    """Stop it until a person releases it."""
    decisions.hold(desk.store, who.actor, number, desk.now(), reason=why.reason)


@routes.post("/messages/{number}/owner", Permission.MESSAGES_DECIDE, status_code=204, summary="Name who looks after it")
def own_message(desk: TheDesk, who: Who, number: Number, named: Annotated[Owner, body(Owner)]) -> None:
    """Name the role that looks after a stopped message."""
    decisions.own(desk.store, who.actor, number, desk.now(), owner=named.owner)


@routes.post("/messages/{number}/return", Permission.MESSAGES_END, status_code=204, summary="Return a message")
def return_message(desk: TheDesk, who: Who, number: Number, why: Annotated[ReasonCode, body(ReasonCode)]) -> None:
    """Return a stopped message to its sender, for good."""
    decisions.send_back(desk.store, who.actor, number, desk.now(), reason=why.reason)


@routes.post("/messages/{number}/discard", Permission.MESSAGES_END, status_code=204, summary="Discard a message")
def discard_message(desk: TheDesk, who: Who, number: Number, why: Annotated[ReasonCode, body(ReasonCode)]) -> None:
    """Give up a stopped message for good."""
    decisions.drop(desk.store, who.actor, number, desk.now(), reason=why.reason)
