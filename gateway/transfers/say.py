"""Say: sign what we answer about a message, in the transaction of what was done, and have it brought to the sender."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from gateway.actor import Actor
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.itp.identifiers import Digest
from gateway.itp.label import read_label
from gateway.itp.manifest import Level
from gateway.itp.receipts import Subject
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.open import ACKNOWLEDGE
from gateway.pipeline.sign_receipt import signed
from gateway.store import messages, receipts, receiving
from gateway.store.models import Part
from gateway.store.outbox import Next, enqueue, lock
from gateway.transfers.rows import Transfer
from schemas.errors import Rejected


@dataclass(frozen=True, slots=True)
class Said:
    """One receipt: level and outcome, of which child, with what the level carries."""

    level: Level
    outcome: str
    subject: str | None = None
    local_ref: str | None = None
    effective: date | None = None
    reason: str | None = None


def say(exchange: Exchange, connection: Connection, actor: Actor, transfer: Transfer, *said: Said) -> int:
    """Sign receipts about the message of a transfer that came to us, in this order, and give the message's number.

    They are kept with the caller's transaction. Wake a worker with `bring` once it is over.
    """
    found = receiving.find(exchange.store, transfer.partner, transfer.message_id or "")
    if found is None:
        raise Rejected("There is no message of this transfer.")
    number, now = found.message, exchange.clock()
    lock(connection, number)
    # Each receipt names the one before it: two who sign at once would name the same.
    messages.locked_state(connection, number)
    label = read_label(messages.read(exchange.store, number, Part.LABEL))
    content = messages.heading(exchange.store, number).content_digest
    about = Subject.of(label, Digest(content) if content else None)
    previous = receipts.last(exchange.store, number)
    for each in said:
        receipt = signed(
            exchange,
            about,
            each.level,
            each.outcome,
            now,
            previous=previous,
            by_role=actor.role.value,
            subject=each.subject,
            reason=each.reason,
            local_ref=each.local_ref,
            effective_date=each.effective,
        )
        receipts.write(connection, number, receipt, now)
        objects = (f"transfer:{transfer.reference}", f"message:{transfer.message_id}", transfer.partner)
        note(connection, now, actor.event(Action.RECEIPT_SIGN, *objects, purpose=transfer.process))
        previous = receipt.token
    enqueue(connection, number, Next(ACKNOWLEDGE, now))
    return number


def bring(exchange: Exchange, number: int) -> None:
    """Wake a worker that brings the receipts to the sender."""
    exchange.wake(ACKNOWLEDGE, number)
