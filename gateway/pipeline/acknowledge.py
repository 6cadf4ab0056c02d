"""Acknowledge: bring the sender our receipts about its message. A sender without a way in fetches them."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from adapters.transports.base import Receipt as Carried
from gateway.audit.events import Action
from gateway.itp.codes import Code
from gateway.itp.identifiers import MessageId, Organisation
from gateway.itp.label import read_label
from gateway.pipeline.attempt import Failed, code_of
from gateway.pipeline.call import reach
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.gate import passage
from gateway.pipeline.open import ACKNOWLEDGE
from gateway.pipeline.receipt import claims_of
from gateway.pipeline.sign_receipt import refusal
from gateway.store import finish, messages, receipts
from gateway.store.engine import writing
from gateway.store.models import Part, ReceiptRow
from gateway.store.outbox import Lease, Next, enqueue
from gateway.store.states import State

_ENDS = frozenset({"R2", "N"})


def acknowledge(exchange: Exchange, lease: Lease) -> None:
    """Bring every receipt about one message, in order: the sender keeps each once. Raise Failed.

    What was signed while these were on their way is due at once.
    """
    found = messages.heading(exchange.store, lease.message)
    sender = Organisation(found.sender)
    ours = _complete(exchange, found, receipts.receipts(exchange.store, lease.message))
    if sender in exchange.carriers:
        _carry(exchange, sender, ours)
    else:
        _push(exchange, sender, ours)

    def also(connection: Connection) -> None:
        now, waiting = exchange.clock(), (ReceiptRow.message == lease.message, ReceiptRow.sent.is_(None))
        brought = ReceiptRow.digest.in_([receipt.digest for receipt in ours])
        connection.execute(update(ReceiptRow).where(*waiting, brought).values(sent=now))
        if connection.execute(select(ReceiptRow.id).where(*waiting)).first() is not None:
            enqueue(connection, lease.message, Next(ACKNOWLEDGE, now))

    finish.complete(exchange.store, lease, exchange.clock(), reason="acknowledged", also=also)


def _complete(
    exchange: Exchange, found: messages.Heading, known: tuple[receipts.Receipt, ...]
) -> tuple[receipts.Receipt, ...]:
    """Sign the refusal of a message that a person returned: its sender must hear of it too."""
    if found.state is not State.RETURNED or any(receipt.level in _ENDS for receipt in known):
        return known
    label = read_label(messages.read(exchange.store, found.message, Part.LABEL))
    previous, now = known[-1].token if known else None, exchange.clock()
    refused = refusal(exchange, label, Code.CONTENT, now, previous=previous)
    with writing(exchange.store.engine) as connection:
        receipts.write(connection, found.message, refused, now)
        name = f"message:{found.message_id}"
        exchange.note(connection, Action.RECEIPT_SIGN, name, found.sender, code=Code.CONTENT)
    return (*known, refused)


def _push(exchange: Exchange, sender: Organisation, ours: tuple[receipts.Receipt, ...]) -> None:
    partner = exchange.directory().partner(sender)
    way = reach(exchange, partner) if partner else None
    if way is not None:
        try:
            with passage(exchange, sender):
                way.bring(receipt.token for receipt in ours)
        except Failed as failed:
            # The sender restored a backup from before it sealed the message. Our copy is the only one, and is kept.
            if code_of(failed.outcome) is not Code.UNKNOWN:
                raise


def _carry(exchange: Exchange, sender: Organisation, ours: tuple[receipts.Receipt, ...]) -> None:
    with exchange.carriers[sender].connect() as connected:
        for receipt in ours:
            connected.send_receipt(Carried(_name(receipt), receipt.token))


def _name(receipt: receipts.Receipt) -> MessageId:
    return MessageId(str(claims_of(receipt.token)["receipt_id"]))
