"""Recall what was sent, end an alert, answer a check with nothing: messages that carry no records."""

from __future__ import annotations

from gateway.actor import Actor, reason_code
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.duties import Duty, require
from gateway.itp.identifiers import MessageId
from gateway.pipeline.exchange import Exchange
from gateway.policy.ask import first_purpose, grounds
from gateway.policy.request import Request, Staff
from gateway.store.engine import writing
from gateway.store.states import Direction
from gateway.transfers import rows
from gateway.transfers.dispatch import notice_now
from gateway.transfers.draft import ALERT, ANSWER, CHECK, Draft, Links, Stage, What
from gateway.transfers.prepare import add_draft, agreement
from gateway.transfers.rows import Transfer
from schemas.errors import GatewayError, Rejected
from schemas.processes.registry import process_of
from schemas.processes.spans import LONDON

STAND_DOWN = "stand-down"


def recall(exchange: Exchange, actor: Actor, reference: str, reason: str, *, test: bool = False) -> MessageId:
    """Take back a message that was sent, at once and on one person's word: it tells of nobody.

    The receiver deletes it and signs that, or says why not where it was accepted. `reason` is a code that stays here.
    Raise Rejected, and what `gateway.pipeline.send` raises.
    """
    require(actor, Duty.RECALL)
    code = reason_code(reason)
    transfer = rows.find(exchange.store, reference)
    rows.require(transfer, Direction.OUT, Stage.SENT, Stage.COMPLETED)
    if transfer.kind is not What.PACKAGE:
        raise Rejected("Only what carries records is taken back.")
    message = _notice(exchange, actor, transfer, What.RECALL, transfer.step, test=test)
    _ended(exchange, actor, transfer, code)
    return message


def stand_down(exchange: Exchange, actor: Actor, reference: str, *, test: bool = False) -> tuple[MessageId, ...]:
    """End an alert with everybody who had it, `reference` being any of its transfers; give the messages' ids.

    What was not sent yet is given up. Raise as `recall` does; what was sent by then stays sent, and the rest is sent
    when it is done again.
    """
    require(actor, Duty.RECALL)
    transfer = rows.find(exchange.store, reference)
    if (transfer.process, transfer.step) != ALERT:
        raise Rejected("Only an alert is ended so.", hint="Recall another message: ics-gateway transfers recall")
    found = []
    for each in rows.listed(exchange.store, direction=Direction.OUT, conversation=transfer.conversation_id):
        if (each.process, each.step) != ALERT:
            continue
        if each.stage in {Stage.DRAFT, Stage.AUTHORISED}:
            _given_up(exchange, actor, each)
        elif each.stage is Stage.SENT:
            found.append(_notice(exchange, actor, each, What.STAND_DOWN, STAND_DOWN, test=test))
            _ended(exchange, actor, each, STAND_DOWN)
    if not found:
        raise Rejected("The alert is not with anybody.")
    return tuple(found)


def prepare_nothing(exchange: Exchange, actor: Actor, reference: str) -> str:
    """Prepare the answer to a check that there is no record that may be told of; give the reference of the draft.

    It is the same for a child who is unknown, not certain or restricted, and a second person authorises it like any
    answer. Raise Rejected.
    """
    staff = require(actor, Duty.PREPARE)
    asked = rows.find(exchange.store, reference)
    rows.require(asked, Direction.IN)
    if (asked.process, asked.step) != CHECK:
        raise Rejected("Only a check is answered so.")
    now, by = exchange.clock(), Staff(actor.role.value, staff)
    draft = _draft(exchange, asked, What.NOTHING, ANSWER[1], by)
    links, day = Links(in_reply_to=asked.message_id), now.astimezone(LONDON).date()
    draft = draft.model_copy(update={"links": links, "searched_on": day})
    with writing(exchange.store.engine) as connection:
        return add_draft(exchange, connection, actor, draft, asked.partner, asked.conversation_id, now)


def answer_links(exchange: Exchange, reference: str) -> tuple[Transfer, Links]:
    """Give a transfer that came to us, and the links of a reply to it."""
    asked = rows.find(exchange.store, reference)
    rows.require(asked, Direction.IN)
    return asked, Links(in_reply_to=asked.message_id)


def _notice(exchange: Exchange, actor: Actor, about: Transfer, what: What, step: str, *, test: bool) -> MessageId:
    now = exchange.clock()
    by = Staff(actor.role.value, actor.staff or "")
    links = Links(recall_of=about.message_id) if what is What.RECALL else Links(in_reply_to=about.message_id)
    draft = _draft(exchange, about, what, step, by).model_copy(update={"links": links})
    with writing(exchange.store.engine) as connection:
        reference = add_draft(exchange, connection, actor, draft, about.partner, about.conversation_id, now)
    made = rows.find(exchange.store, reference)
    try:
        return notice_now(exchange, actor, made, draft, test=test)
    except GatewayError:
        with writing(exchange.store.engine) as connection:
            rows.move(connection, made, Stage.CANCELLED, exchange.clock())
        raise


def _draft(exchange: Exchange, about: Transfer, what: What, step: str, by: Staff) -> Draft:
    now = exchange.clock()
    compiled, process = agreement(exchange, about.partner, about.process), process_of(about.process)
    process.step(step)
    request = Request(
        exchange.organisation,
        about.partner,
        about.process,
        step,
        first_purpose(compiled.agreement, about.process),
        grounds(compiled, process, now),
        now,
        by,
        (),
    )
    return Draft(what=what, request=request, prepared_by=by)


def _given_up(exchange: Exchange, actor: Actor, transfer: Transfer) -> None:
    now = exchange.clock()
    with writing(exchange.store.engine) as connection:
        rows.move(connection, transfer, Stage.CANCELLED, now)
        rows.did(connection, transfer.id, rows.Did.CANCELLED, actor, now, STAND_DOWN)
        note(connection, now, actor.event(Action.DROP, f"transfer:{transfer.reference}"))


def _ended(exchange: Exchange, actor: Actor, transfer: Transfer, reason: str) -> None:
    now = exchange.clock()
    with writing(exchange.store.engine) as connection:
        rows.move(connection, transfer, Stage.RECALLED, now)
        rows.did(connection, transfer.id, rows.Did.RECALLED, actor, now, reason)
        objects = (f"transfer:{transfer.reference}", f"message:{transfer.message_id}", transfer.partner)
        note(connection, now, actor.event(Action.RECALL, *objects, purpose=transfer.process))
