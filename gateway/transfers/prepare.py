"""Prepare: say of which children what is to go to whom in which process; nothing is decided or sent yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from gateway.actor import Actor
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.cases import files
from gateway.duties import Duty, require
from gateway.itp.identifiers import MessageId, Organisation
from gateway.pipeline.exchange import Exchange
from gateway.policy.ask import question
from gateway.policy.choose import choose
from gateway.policy.compiled import Compiled
from gateway.policy.request import Release, Request, Staff
from gateway.store.engine import reading, writing
from gateway.store.states import Direction
from gateway.transfers import rows
from gateway.transfers.draft import ANSWER, CHECK, Draft, Links, Stage, What
from schemas.errors import Misconfigured, Rejected
from schemas.processes.clocks import Event
from schemas.processes.ladder import Pace
from schemas.processes.registry import process_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to send. What is left out follows from process and agreement.

    `children` are our ids; `ticks`, `asked`, `releases`, `access` and `break_glass` are as in the question to the
    agreement; `happened` are events that start clocks; `local` the local rules that bind both authorities.
    """

    case_file: str
    children: tuple[str, ...]
    process: str
    step: str = ""
    purpose: str = ""
    asked: frozenset[str] = frozenset()
    ticks: frozenset[str] = frozenset()
    releases: tuple[Release, ...] = ()
    access: frozenset[str] = frozenset()
    break_glass: str = ""
    happened: dict[Event, datetime] = field(default_factory=dict)
    local: tuple[str, ...] = ()
    links: Links = field(default_factory=Links)
    conversation: str = ""


def prepare(exchange: Exchange, actor: Actor, wanted: Wanted, partners: Iterable[str]) -> tuple[str, ...]:
    """Make a draft for each partner, under its own agreement, and give their references in the same order.

    Several partners, as for an alert or the notices of a placement, have one conversation. Raise Rejected where the
    role may not, we hold no such child, or a message that is named is not one of that partner's; Misconfigured where
    no agreement covers a partner.
    """
    staff = require(actor, Duty.PREPARE)
    now = exchange.clock()
    everybody = tuple(dict.fromkeys(_partner(exchange, text) for text in partners))
    if not everybody:
        raise Rejected("A transfer goes to somebody.", hint="Name at least one partner.")
    conversation = wanted.conversation or MessageId.new(now, exchange.draw)
    requester = Staff(actor.role.value, staff)
    case = files.held(exchange.store, wanted.case_file).file
    drafts = []
    for partner in everybody:
        compiled = agreement(exchange, partner, wanted.process)
        asked = question(
            compiled,
            case,
            wanted.children,
            exchange.organisation,
            partner,
            wanted.process,
            now,
            requester,
            step=wanted.step,
            purpose=wanted.purpose,
        )
        _check_links(exchange, partner, asked, wanted.links)
        drafts.append((partner, _draft(wanted, asked, requester)))
    with writing(exchange.store.engine) as connection:
        return tuple(
            add_draft(exchange, connection, actor, draft, partner, conversation, now) for partner, draft in drafts
        )


def agreement(exchange: Exchange, partner: str, process: str, *, inwards: bool = False) -> Compiled:
    """Find the agreement by which we send to a partner in a process; `inwards`, by which it sends to us."""
    everything = exchange.agreements()
    us = exchange.organisation
    sender, recipient = (partner, us) if inwards else (us, partner)
    chosen = choose((item.agreement for item in everything), sender, recipient, process)
    return next(item for item in everything if item.agreement is chosen)


def add_draft(
    exchange: Exchange,
    connection: Connection,
    actor: Actor,
    draft: Draft,
    partner: str,
    conversation: str,
    now: datetime,
) -> str:
    """Keep a new draft in the caller's transaction, and give its reference."""
    reference = MessageId.new(now, exchange.draw)
    number = rows.add(
        connection,
        reference=reference,
        direction=Direction.OUT,
        partner=partner,
        process=draft.request.process,
        step=draft.request.step,
        kind=draft.what.value,
        stage=Stage.DRAFT.value,
        delivery=delivery_of(draft.request.process),
        conversation_id=conversation,
        message_id=None,
        at=now,
        changed=now,
    )
    rows.keep(exchange.store, connection, reference, draft, now)
    rows.did(connection, number, rows.Did.PREPARED, actor, now)
    event = actor.event(Action.PREPARE, f"transfer:{reference}", partner, purpose=draft.request.process)
    note(connection, now, event)
    return reference


def delivery_of(process: str) -> str:
    """Tell how urgently a process is delivered."""
    return "urgent" if process_of(process).pace is Pace.URGENT else "normal"


def cancel(exchange: Exchange, actor: Actor, reference: str) -> None:
    """Give up a transfer that was not sent. Raise Rejected, Held."""
    require(actor, Duty.PREPARE)
    now = exchange.clock()
    with writing(exchange.store.engine) as connection:
        transfer = rows.locked(connection, reference)
        rows.require(transfer, Direction.OUT, Stage.DRAFT, Stage.AUTHORISED)
        rows.move(connection, transfer, Stage.CANCELLED, now)
        rows.did(connection, transfer.id, rows.Did.CANCELLED, actor, now)
        note(connection, now, actor.event(Action.DROP, f"transfer:{reference}"))


def _partner(exchange: Exchange, text: str) -> Organisation:
    try:
        found = Organisation(text)
    except ValueError:
        raise Misconfigured("This is no organisation.", hint="Write it as urn:ics:org:ods:CODE.") from None
    if found == exchange.organisation:
        raise Rejected("A transfer does not go to ourselves.")
    return found


def _check_links(exchange: Exchange, partner: str, asked: Request, links: Links) -> None:
    """Let a correction go to whoever has what it corrects, and an answer to whoever asked."""
    with reading(exchange.store.engine) as connection:
        ours, theirs = (
            rows.of_message(connection, direction, partner, name, lock=False) if name else None
            for direction, name in ((Direction.OUT, links.supersedes), (Direction.IN, links.in_reply_to))
        )
    if (links.supersedes and ours is None) or (links.in_reply_to and theirs is None):
        raise Rejected("This partner has no such message.", hint="Name one of its own: ics-gateway transfers list")
    answers = theirs is not None and (theirs.process, theirs.step) == CHECK
    if (asked.process, asked.step) == ANSWER and not answers:
        raise Rejected("Nobody is told of a person without having asked.", hint="See: ics-gateway transfers reply")


def _draft(wanted: Wanted, asked: Request, requester: Staff) -> Draft:
    request = replace(
        asked,
        asked=wanted.asked,
        ticks=wanted.ticks,
        releases=wanted.releases,
        access=wanted.access,
        break_glass=wanted.break_glass,
    )
    return Draft(
        what=What.PACKAGE,
        case_file=wanted.case_file,
        request=request,
        prepared_by=requester,
        happened=wanted.happened,
        local=wanted.local,
        links=wanted.links,
    )
