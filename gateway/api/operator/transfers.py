"""Transfers that we send: prepare, preview, authorise by a second person, send, follow."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gateway.api.operator.gate import TheDesk, Who
from gateway.api.operator.pages import Page, Paged
from gateway.api.operator.previews import Preview, previewed
from gateway.api.operator.routes import Routes, body
from gateway.itp.documents import Document
from gateway.itp.identifiers import MessageId, Organisation
from gateway.operator import ownership, reads
from gateway.operator.caller import Caller
from gateway.operator.desk import Desk
from gateway.operator.permissions import Permission
from gateway.store import messages
from gateway.store.states import Direction, State
from gateway.transfers import authorise, dispatch, look, prepare, rows
from gateway.transfers.draft import Links, Stage
from gateway.transfers.prepare import Wanted
from gateway.transfers.rows import Happened, Transfer
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


class Prepared(BaseModel):
    """The references of the drafts, in the order of the partners."""

    model_config = ConfigDict(frozen=True)

    references: tuple[str, ...]


class Standing(BaseModel):
    """How far it is."""

    model_config = ConfigDict(frozen=True)

    stage: Stage


class Sent(BaseModel):
    """The id of the message that carries it."""

    model_config = ConfigDict(frozen=True)

    message_id: str


class Delivery(BaseModel):
    """What became of its message."""

    model_config = ConfigDict(frozen=True)

    state: State
    reason: str
    at: datetime


class Followed(BaseModel):
    """A transfer with what was done to it and what became of its message."""

    model_config = ConfigDict(frozen=True)

    transfer: Transfer
    history: tuple[Happened, ...]
    delivery: Delivery | None


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
    return Prepared(references=prepare.prepare(desk.exchange, who.actor, new.wanted, new.partners))


@routes.get("/transfers/{reference}", Permission.TRANSFERS_READ, summary="Follow a transfer")
def follow_transfer(desk: TheDesk, who: Who, reference: Reference) -> Followed:
    """Say how far it is, what was done by whom, and what became of its message."""
    transfer = ownership.find(desk.store, who, reference)
    reads.read(desk, who, f"transfer:{reference}")
    history = rows.history(desk.store, transfer.id)
    return Followed(transfer=transfer, history=history, delivery=_delivery(desk, transfer))


@routes.get("/transfers/{reference}/preview", Permission.TRANSFERS_READ, summary="See what would be sent")
def preview_transfer(desk: TheDesk, who: Who, reference: Reference) -> Preview:
    """Show what would go and what would stay, with the reasons; that somebody saw it is on record."""
    return previewed(look.look(desk.exchange, who.actor, _reached(desk, who, reference)))


@routes.post("/transfers/{reference}/authorise", Permission.TRANSFERS_AUTHORISE, summary="Authorise a transfer")
def authorise_transfer(desk: TheDesk, who: Who, reference: Reference, seen: Annotated[Seen, body(Seen)]) -> Standing:
    """Let go, as the second person, exactly what was seen; whoever prepared it is refused."""
    reached = _reached(desk, who, reference)
    return Standing(stage=authorise.authorise(desk.exchange, who.actor, reached, seen.digest))


@routes.post("/transfers/{reference}/send", Permission.TRANSFERS_PREPARE, summary="Send a transfer")
def send_transfer(desk: TheDesk, who: Who, reference: Reference) -> Sent:
    """Seal what was authorised and give it to the exchange."""
    return Sent(message_id=dispatch.dispatch(desk.exchange, who.actor, _reached(desk, who, reference)))


@routes.post(
    "/transfers/{reference}/cancel", Permission.TRANSFERS_PREPARE, status_code=204, summary="Give up a transfer"
)
def cancel_transfer(desk: TheDesk, who: Who, reference: Reference) -> None:
    """Give up what was not sent."""
    prepare.cancel(desk.exchange, who.actor, _reached(desk, who, reference))


def _reached(desk: Desk, who: Caller, reference: str) -> str:
    return ownership.find(desk.store, who, reference).reference


def _delivery(desk: Desk, transfer: Transfer) -> Delivery | None:
    if transfer.message_id is None:
        return None
    sender = desk.organisation if transfer.direction is Direction.OUT else transfer.partner
    found = messages.status(desk.store, sender, transfer.message_id)
    return None if found is None else Delivery(state=found.state, reason=found.reason, at=found.at)
