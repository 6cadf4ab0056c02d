"""Send: seal exactly what was authorised, or ask again where it is not the same any more."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from adapters.transfer.package import Package
from gateway.actor import Actor
from gateway.alerts.alerts import AlertCode, raise_alert
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.cases.digests import digests
from gateway.duties import Duty, require
from gateway.itp.identifiers import MessageId, Organisation
from gateway.itp.manifest import Acknowledgement, Terms
from gateway.itp.seal import Payload
from gateway.matching.outsider import ANSWER_AFTER
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.send import send
from gateway.policy.decide import decide
from gateway.policy.decision import decision_id
from gateway.policy.grounds import in_emergency
from gateway.policy.request import Staff
from gateway.store.engine import reading
from gateway.store.states import Direction
from gateway.transfers import copies, rows
from gateway.transfers.authorise import changed
from gateway.transfers.compose import compose
from gateway.transfers.draft import CHECK, Draft, Links, Stage
from gateway.transfers.look import Look, fetch_of, looked, reopen
from gateway.transfers.notice import Notice, terms_of, written
from gateway.transfers.payload import outgoing
from gateway.transfers.people import name_everybody
from gateway.transfers.rows import Transfer
from schemas.case.record import CaseFile
from schemas.errors import Held, Rejected, Transient
from schemas.processes.deadlines import due
from schemas.processes.ladder import LADDER
from schemas.processes.registry import process_of
from schemas.processes.spans import LONDON


@dataclass(frozen=True, slots=True)
class _Made:
    """What is sealed; `case` is the file whose people are in the package.

    `emergency` tells whether the agreement has run out.
    """

    terms: Terms
    payload: Payload
    package: Package | None = None
    case: CaseFile | None = None
    emergency: bool = False


def dispatch(exchange: Exchange, actor: Actor, reference: str, *, test: bool = False) -> MessageId:
    """Seal an authorised transfer and give it to the exchange, which delivers it; give the message's id.

    Raise Rejected where the role may not or nobody has authorised it; Held where what would go is not what was
    authorised, and it is a draft again; what `gateway.pipeline.send` raises.
    """
    require(actor, Duty.SEND)
    transfer = rows.find(exchange.store, reference)
    rows.require(transfer, Direction.OUT, Stage.AUTHORISED)
    draft, now = rows.draft(exchange.store, reference), exchange.clock()
    if draft.authorised_by is None or draft.authorised is None:
        raise Rejected("Nobody has authorised this transfer.")
    _check_time(exchange, transfer, draft, now)
    try:
        found = looked(exchange, transfer, draft)
        if not hmac.compare_digest(found.digest, draft.authorised):
            raise changed()
        made = _made(exchange, found, draft, draft.authorised_by, now)
    except (Held, Rejected):
        reopen(exchange, transfer, draft, actor, now, "changed")
        raise
    return seal_and_keep(exchange, actor, transfer, draft, made, now, test=test)


def notice_now(exchange: Exchange, actor: Actor, transfer: Transfer, draft: Draft, *, test: bool = False) -> MessageId:
    """Send a notice that tells of nobody, such as a recall, on one person's word."""
    now = exchange.clock()
    found = looked(exchange, transfer, draft)
    made = _made(exchange, found, draft, draft.prepared_by, now)
    return seal_and_keep(exchange, actor, transfer, draft, made, now, test=test)


def seal_and_keep(
    exchange: Exchange, actor: Actor, transfer: Transfer, draft: Draft, made: _Made, now: datetime, *, test: bool
) -> MessageId:
    """Send, and write in the same transaction what we keep of it."""
    known = digests(exchange.store, now)
    content = made.payload.stream.read()
    made.payload.stream.seek(0)
    people = {child.reference: child.person for child in made.package.children} if made.package else {}
    kept = draft.model_copy(update={"people": people})

    def also(connection: Connection, message: MessageId) -> None:
        rows.move(connection, transfer, Stage.SENT, now, message_id=message)
        rows.keep(exchange.store, connection, transfer.reference, kept, now)
        rows.did(connection, transfer.id, rows.Did.SENT, actor, now)
        if made.package is not None and made.case is not None:
            copies.keep(exchange.store, connection, transfer.reference, made.terms, content, now)
            name_everybody(connection, known, transfer.id, made.package, made.case)
        objects = (f"transfer:{transfer.reference}", f"message:{message}", transfer.partner)
        note(connection, now, actor.event(Action.ROUTE, *objects, purpose=transfer.process))
        if made.emergency:
            raise_alert(connection, AlertCode.AGREEMENT_RUN_OUT, transfer.reference, now)
            note(connection, now, actor.event(Action.BREAK_GLASS, *objects, purpose=transfer.process))

    return send(
        exchange,
        Organisation(transfer.partner),
        made.terms,
        made.payload,
        delivery="urgent" if transfer.delivery == "urgent" else "normal",
        conversation=MessageId(transfer.conversation_id),
        test=test,
        also=also,
    )


def _made(exchange: Exchange, found: Look, draft: Draft, by: Staff, now: datetime) -> _Made:
    case = found.case
    if case is None:
        return _notice(found, draft, by)
    package = compose(
        found.compiled,
        case,
        decide(found.compiled, draft.request),
        fetch_of(exchange.store),
        authorised=by,
        at=now,
        authorised_at=draft.authorised_at,
    )
    out = outgoing(package)
    terms = out.terms.model_copy(update={**_linked(draft.links), "acks": _wanted(draft.request.process, now)})
    agreed, request, day = found.compiled.agreement, draft.request, now.astimezone(LONDON).date()
    emergency = in_emergency(agreed, request.process, request.gateways, day)
    return _Made(terms, out.payload, package, case, emergency)


def _notice(found: Look, draft: Draft, by: Staff) -> _Made:
    about = MessageId(draft.links.recall_of or draft.links.in_reply_to or "")
    agreed = (found.compiled.agreement.agreement_id, found.compiled.agreement.version)
    decision = f"{decision_id(found.compiled.version, draft.request)}:{found.compiled.version}"
    terms = terms_of(draft.what, about, draft.request, agreed, decision, by)
    told = Notice(what=draft.what.value, about=about, searched_on=draft.searched_on)  # type: ignore[arg-type]  # a package is no notice
    return _Made(terms, written(told))


def _linked(links: Links) -> dict[str, MessageId]:
    return {name: MessageId(value) for name, value in links.model_dump(exclude_none=True).items()}


def _wanted(process: str, now: datetime) -> tuple[Acknowledgement, ...]:
    """List the receipts of the ladder that are wanted, and by when."""
    pace = process_of(process).pace
    return tuple(
        Acknowledgement(level=rung.receipt, by=due(process, rung.code, now).at.replace(microsecond=0))  # type: ignore[arg-type]  # the ladder names levels
        for rung in LADDER
        if pace in rung.targets
    )


def _check_time(exchange: Exchange, transfer: Transfer, draft: Draft, now: datetime) -> None:
    """Let no answer to a check leave so soon that its time tells how much was found."""
    if transfer.process != CHECK[0] or draft.links.in_reply_to is None:
        return
    with reading(exchange.store.engine) as connection:
        asked = rows.of_message(connection, Direction.IN, transfer.partner, draft.links.in_reply_to, lock=False)
    if asked is not None and now < asked.at + ANSWER_AFTER:
        raise Transient("An answer leaves no sooner than two seconds after the question.", hint="Send it again.")
