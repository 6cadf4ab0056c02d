"""Withdraw: delete what a sender takes back, and sign that it is gone; a person decides once it was accepted."""

from __future__ import annotations

import shutil
from datetime import datetime

from sqlalchemy import Connection, select

from gateway.actor import Actor, reason_code
from gateway.alerts.alerts import AlertCode, close_alert, raise_alert
from gateway.audit.entry import Role
from gateway.audit.events import Action, Outcome
from gateway.audit.pending import note
from gateway.cases import files, papers
from gateway.cases.digests import digests
from gateway.duties import Duty, require
from gateway.pipeline.exchange import Exchange
from gateway.retention.purge import purge_withdrawn
from gateway.retention.wipe import wipe
from gateway.store.engine import writing
from gateway.store.models import Message
from gateway.store.states import Direction, State
from gateway.transfers import copies, reviews, rows
from gateway.transfers.arrival import Answer, Arrival
from gateway.transfers.bring_in import without
from gateway.transfers.draft import ALERT, Stage, What
from gateway.transfers.rows import Transfer
from gateway.transfers.say import Said, bring, say
from schemas.errors import Held

_DONE = Said("R6", "completed")


def withdraw(exchange: Exchange, transfer: Transfer) -> None:
    """Carry out a recall or the end of an alert that came; leave it to a person where its content was accepted.

    Where it overtook what it takes back, it waits for that: only what is gone, and cannot come, is signed as gone.
    """
    us = Actor(exchange.organisation, Role.GATEWAY)
    arrival = rows.arrival(exchange.store, transfer.reference)
    with writing(exchange.store.engine) as connection:
        about = _about(connection, transfer, arrival)
        if about is None and _may_come(connection, transfer, _named(arrival), exchange.clock()):
            return
        if not _delete(exchange, connection, us, about, transfer, _named(arrival)):
            _ask(exchange, connection, us, transfer)
            return
        number = _done(exchange, connection, us, transfer)
        _empty(exchange, about)
    wipe(exchange.store.engine)
    bring(exchange, number)


def answer_recall(exchange: Exchange, actor: Actor, reference: str, *, comply: bool, reason: str = "") -> None:
    """Decide on a recall of what was accepted: delete what it brought, or say why it stays.

    `reason` is a code, needed where it stays. Raise Rejected, Held.
    """
    require(actor, Duty.ANSWER)
    code = "" if comply else reason_code(reason)
    now = exchange.clock()
    transfer = rows.find(exchange.store, reference)
    rows.require(transfer, Direction.IN, Stage.RECALL_ASKED)
    arrival = rows.arrival(exchange.store, reference)
    with writing(exchange.store.engine) as connection:
        about = _about(connection, transfer, arrival)
        close_alert(connection, AlertCode.RECALL_WAITING, reference, now)
        if comply:
            brought = rows.arrival(exchange.store, about.reference, within=connection) if about else None
            if not _erase(exchange, connection, actor, about, transfer, _named(arrival)):
                raise Held("A legal hold names what the partner takes back.", hint="See: ics-gateway retention holds")
            if about is not None and brought is not None:
                _take_out(exchange, connection, about, brought)
            number = _done(exchange, connection, actor, transfer)
            _empty(exchange, about)
        else:
            number = say(exchange, connection, actor, transfer, Said("R5", "declined", reason=code))
            rows.move(connection, transfer, Stage.ANSWERED, now)
            rows.did(connection, transfer.id, rows.Did.RECALL_REFUSED, actor, now, code)
    wipe(exchange.store.engine)
    bring(exchange, number)


def _about(connection: Connection, transfer: Transfer, arrival: Arrival) -> Transfer | None:
    return rows.of_message(connection, Direction.IN, transfer.partner, _named(arrival))


def _named(arrival: Arrival) -> str:
    """Give the id of the message that a notice is about."""
    return arrival.links.recall_of or arrival.links.in_reply_to or ""


def _may_come(connection: Connection, notice: Transfer, name: str, now: datetime) -> bool:
    """Tell whether a message that a notice is about may still be taken: it is on its way, or is being opened."""
    own, about = (
        connection.execute(
            select(Message.state, Message.expires).where(
                Message.sender == notice.partner, Message.message_id == message
            )
        ).one_or_none()
        for message in (notice.message_id, name)
    )
    if about is None:
        # It was sent before its notice, and runs out before it.
        return own is not None and now < own.expires
    return about.state is State.ACCEPTED or (about.state is State.RECEIVING and now < about.expires)


def _delete(
    exchange: Exchange, connection: Connection, us: Actor, about: Transfer | None, notice: Transfer, name: str
) -> bool:
    """Delete what a message brought; say whether that may be done without a person."""
    if about is not None and about.stage is not Stage.RECALLED:
        arrival = rows.arrival(exchange.store, about.reference, within=connection)
        # An alert is never accepted, and only an alert ends by itself.
        if any(child.answer is Answer.ACCEPTED for child in arrival.children):
            return False
        if notice.kind is What.STAND_DOWN and (about.process, about.step) != ALERT:
            return False
    return _erase(exchange, connection, us, about, notice, name)


def _erase(
    exchange: Exchange, connection: Connection, actor: Actor, about: Transfer | None, notice: Transfer, name: str
) -> bool:
    """Delete our copies in the caller's transaction; false, and nothing is deleted, where a legal hold names them.

    What was refused was not taken: of it there is the sealed copy alone.
    """
    now = exchange.clock()
    if not purge_withdrawn(connection, notice.partner, name, now):
        return False
    if about is not None and about.stage is not Stage.RECALLED:
        _forget(exchange, connection, actor, about)
    return True


def _forget(exchange: Exchange, connection: Connection, actor: Actor, about: Transfer) -> None:
    now = exchange.clock()
    copies.forget(connection, about.reference)
    reviews.forget(connection, about.id)
    arrival = rows.arrival(exchange.store, about.reference, within=connection)
    emptied = arrival.model_copy(update={"children": (), "differences": ()})
    rows.move(connection, about, Stage.RECALLED, now)
    rows.forget(connection, about.reference)
    rows.keep(exchange.store, connection, about.reference, emptied, now)
    rows.did(connection, about.id, rows.Did.DELETED, actor, now)
    objects = (f"transfer:{about.reference}", f"message:{about.message_id}", about.partner)
    note(connection, now, actor.event(Action.RECALL, *objects, purpose=about.process))


def _ask(exchange: Exchange, connection: Connection, us: Actor, transfer: Transfer) -> None:
    now = exchange.clock()
    rows.move(connection, transfer, Stage.RECALL_ASKED, now)
    rows.did(connection, transfer.id, rows.Did.RECALL_ASKED, us, now)
    raise_alert(connection, AlertCode.RECALL_WAITING, transfer.reference, now)
    objects = (f"transfer:{transfer.reference}", transfer.partner)
    note(connection, now, us.event(Action.RECALL, *objects, outcome=Outcome.HELD))


def _done(exchange: Exchange, connection: Connection, actor: Actor, transfer: Transfer) -> int:
    now = exchange.clock()
    number = say(exchange, connection, actor, transfer, _DONE)
    rows.move(connection, transfer, Stage.COMPLETED, now)
    rows.did(connection, transfer.id, rows.Did.COMPLETED, actor, now)
    return number


def _take_out(exchange: Exchange, connection: Connection, about: Transfer, brought: Arrival) -> None:
    """Take what a message brought out of all versions of our files, with the documents that nothing else names."""
    now, via = exchange.clock(), about.message_id or ""
    known = digests(exchange.store, now)
    ours = (child.ours for child in brought.children if child.ours is not None)
    found = {name for person in ours for name in files.of_person(exchange.store, known, person)}
    gone = set[str]()
    for name in sorted(found):
        for held in files.versions(exchange.store, name):
            gone |= {row.sha256 for row in held.file.documents if row.provenance.via == via and row.sha256}
        files.rewrite(exchange.store, connection, name, lambda case: without(case, via), now)
    papers.forget(exchange.store, connection, gone)


def _empty(exchange: Exchange, about: Transfer | None) -> None:
    """Delete what was handed over and is still in the inbox, before it is signed that it is gone."""
    if about is not None and about.message_id:
        shutil.rmtree(exchange.inbox / about.message_id, ignore_errors=True)
