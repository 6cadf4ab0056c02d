"""Transfers that we send: prepare, preview, authorise by a second person, send, follow."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gateway.api.operator.following import Followed, followed
from gateway.api.operator.gate import TheDesk, Who
from gateway.api.operator.messages import ReasonCode
from gateway.api.operator.pages import Page, Paged
from gateway.api.operator.previews import Preview, previewed
from gateway.api.operator.routes import Routes, body
from gateway.itp.documents import Document
from gateway.itp.identifiers import MessageId, Organisation
from gateway.operator import cleared, ownership, reads
from gateway.operator.caller import Caller
from gateway.operator.desk import Desk
from gateway.operator.permissions import Permission
from gateway.policy.request import Place
from gateway.store.states import Direction
from gateway.transfers import authorise, dispatch, follow, look, prepare, recall, release, rows
from gateway.transfers.draft import Links, Stage
from gateway.transfers.prepare import Wanted
from gateway.transfers.rows import Transfer
from schemas.processes.clocks import Event

Reference = Annotated[str, Path(pattern=f"^{MessageId.form.pattern}$", description="The reference of the transfer.")]
Name = Annotated[str, Field(min_length=1, max_length=128)]
routes = Routes("/api", "transfers")


class TransferSearch(Document):
    """Which transfers: every part that is given narrows it."""

    direction: Direction | None = None
    stages: tuple[Stage, ...] = Field(default=(), max_length=len(Stage))
    conversation: MessageId | None = None
    partner: Organisation | None = None


class NewTransfer(Document):
    """Of which children of a case file what is to go to whom in which process.

    Without a step it is the one that carries most, without a purpose the agreement's first. `ticks` are the records
    (`table/id`) and persons that somebody read; `asked` the elements that the other side asked for; `break_glass` why
    an agreement that has run out is used; `happened` when clocks started.
    """

    case_file: Name
    children: tuple[Name, ...] = Field(min_length=1, max_length=50)
    partners: tuple[Organisation, ...] = Field(min_length=1, max_length=200)
    process: str = Field(pattern="^P[0-9]{1,3}$")
    step: str = Field(default="", max_length=64)
    purpose: str = Field(default="", max_length=128)
    asked: tuple[Name, ...] = Field(default=(), max_length=200)
    ticks: tuple[Name, ...] = Field(default=(), max_length=2000)
    break_glass: str = Field(default="", max_length=500)
    happened: dict[Event, AwareDatetime] = Field(default_factory=dict)
    local: tuple[Name, ...] = Field(default=(), max_length=50)
    in_reply_to: MessageId | None = None
    supersedes: MessageId | None = None
    conversation: MessageId | None = None

    @property
    def wanted(self) -> Wanted:
        """Give what the step takes."""
        return Wanted(
            case_file=self.case_file,
            children=self.children,
            process=self.process,
            step=self.step,
            purpose=self.purpose,
            asked=frozenset(self.asked),
            ticks=frozenset(self.ticks),
            break_glass=self.break_glass,
            happened=dict(self.happened),
            local=self.local,
            links=Links(in_reply_to=self.in_reply_to, supersedes=self.supersedes),
            conversation=self.conversation or "",
        )


class Seen(Document):
    """The digest of the preview that somebody has seen, and lets go."""

    digest: str = Field(pattern="^[0-9a-f]{64}$")


class ReleasedPlaces(Document):
    """Which places of which hidden child go, and why, as a code."""

    person: Name
    places: tuple[Place, ...] = Field(min_length=1, max_length=4)
    reason: str = Field(min_length=1, max_length=64)


class Prepared(BaseModel):
    """The references of the drafts, in the order of the partners."""

    model_config = ConfigDict(frozen=True)

    references: tuple[str, ...]


class StoodDown(BaseModel):
    """The ids of the messages that end an alert."""

    model_config = ConfigDict(frozen=True)

    message_ids: tuple[str, ...]


class Standing(BaseModel):
    """How far it is."""

    model_config = ConfigDict(frozen=True)

    stage: Stage


class Sent(BaseModel):
    """The id of the message that carries it."""

    model_config = ConfigDict(frozen=True)

    message_id: str


@routes.post("/search/transfers", Permission.TRANSFERS_READ, summary="Search transfers")
def search_transfers(
    desk: TheDesk, who: Who, paging: Paged, asked: Annotated[TransferSearch, body(TransferSearch)]
) -> Page[Transfer]:
    """List transfers of one's own, of one's team, and those that came from partners, the oldest first."""
    found = rows.listed(
        desk.store,
        direction=asked.direction,
        stages=asked.stages,
        conversation=asked.conversation or "",
        partner=asked.partner or "",
    )
    return paging.of(tuple(ownership.within(desk.store, who, found)))


@routes.post("/transfers", Permission.TRANSFERS_PREPARE, status_code=201, summary="Prepare a transfer")
def prepare_transfer(desk: TheDesk, who: Who, new: Annotated[NewTransfer, body(NewTransfer)]) -> Prepared:
    """Make a draft for each partner, under its own agreement; nothing is sent."""
    wanted = replace(new.wanted, access=cleared.access(who, new.children))
    return Prepared(references=prepare.prepare(desk.exchange, who.actor, wanted, new.partners))


@routes.get("/transfers/{reference}", Permission.TRANSFERS_READ, summary="Follow a transfer")
def follow_transfer(desk: TheDesk, who: Who, reference: Reference) -> Followed:
    """Say how far it is: receipts, what was signed of each child, clocks, the ladder, and what was done by whom."""
    reads.read(desk, who, f"transfer:{reached(desk, who, reference)}")
    return followed(follow.follow(desk.exchange, reference))


@routes.get("/transfers/{reference}/preview", Permission.TRANSFERS_READ, summary="See what would be sent")
def preview_transfer(desk: TheDesk, who: Who, reference: Reference) -> Preview:
    """Show what would go and what would stay, with the reasons; that somebody saw it is on record."""
    return previewed(look.look(desk.exchange, who.actor, readable(desk, who, reference)))


@routes.post("/transfers/{reference}/authorise", Permission.TRANSFERS_AUTHORISE, summary="Authorise a transfer")
def authorise_transfer(desk: TheDesk, who: Who, reference: Reference, seen: Annotated[Seen, body(Seen)]) -> Standing:
    """Let go, as the second person, exactly what was seen; whoever prepared it is refused."""
    stage = authorise.authorise(desk.exchange, who.actor, readable(desk, who, reference), seen.digest)
    return Standing(stage=stage)


@routes.post(
    "/transfers/{reference}/release", Permission.TRANSFERS_AUTHORISE, summary="Release the places of a hidden child"
)
def release_places(
    desk: TheDesk, who: Who, reference: Reference, places: Annotated[ReleasedPlaces, body(ReleasedPlaces)]
) -> Preview:
    """Let a hidden child's places go to this partner, as the second person; see what would be sent from then on."""
    actor, found = who.actor, readable(desk, who, reference)
    release.release(desk.exchange, actor, found, places.person, places.places, reason=places.reason)
    return previewed(look.look(desk.exchange, actor, found))


@routes.post("/transfers/{reference}/send", Permission.TRANSFERS_PREPARE, summary="Send a transfer")
def send_transfer(desk: TheDesk, who: Who, reference: Reference) -> Sent:
    """Seal what was authorised and give it to the exchange."""
    return Sent(message_id=dispatch.dispatch(desk.exchange, who.actor, reached(desk, who, reference)))


@routes.post(
    "/transfers/{reference}/cancel", Permission.TRANSFERS_PREPARE, status_code=204, summary="Give up a transfer"
)
def cancel_transfer(desk: TheDesk, who: Who, reference: Reference) -> None:
    """Give up what was not sent."""
    prepare.cancel(desk.exchange, who.actor, reached(desk, who, reference))


@routes.post("/transfers/{reference}/recall", Permission.TRANSFERS_RECALL, summary="Take back what was sent")
def recall_transfer(
    desk: TheDesk, who: Who, reference: Reference, why: Annotated[ReasonCode, body(ReasonCode)]
) -> Sent:
    """Ask the receiver to delete it, at once and on one person's word: the message tells of nobody."""
    found = recall.recall(desk.exchange, who.actor, reached(desk, who, reference), why.reason)
    return Sent(message_id=found)


@routes.post("/transfers/{reference}/stand-down", Permission.TRANSFERS_RECALL, summary="End an alert")
def stand_down_transfer(desk: TheDesk, who: Who, reference: Reference) -> StoodDown:
    """End an alert with everybody who had it."""
    found = recall.stand_down(desk.exchange, who.actor, reached(desk, who, reference))
    return StoodDown(message_ids=found)


def reached(desk: Desk, who: Caller, reference: str) -> str:
    """Give the reference of a transfer that is within reach. Raise Unknown."""
    return ownership.find(desk.store, who, reference).reference


def readable(desk: Desk, who: Caller, reference: str) -> str:
    """Give the reference of a transfer whose records the person may read. Raise Unknown, Forbidden."""
    cleared.check(desk.store, who, ownership.find(desk.store, who, reference))
    return reference
