"""Open: decrypt a message into quarantine, hand it over, and answer with R2; or refuse it with a signed code."""

from __future__ import annotations

from sqlalchemy import Connection, update

from gateway.audit.events import Action
from gateway.itp.admit import Arrival
from gateway.itp.codes import Code, Refused
from gateway.itp.identifiers import Organisation
from gateway.itp.label import Label, read_label
from gateway.itp.open import Opened, Receiver, open_package
from gateway.itp.receipts import Subject
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.grip import Grip
from gateway.pipeline.hand_over import hand_over
from gateway.pipeline.partner_log import compare
from gateway.pipeline.settle import end, state_after
from gateway.pipeline.sign_receipt import refusal, signed
from gateway.pipeline.spool import spool
from gateway.store import finish, messages, receipts
from gateway.store.messages import Heading
from gateway.store.models import Message
from gateway.store.outbox import Lease, Next
from gateway.store.states import State

ACKNOWLEDGE = "acknowledge"


def open_message(exchange: Exchange, lease: Lease) -> None:
    """Open one message. Nothing of it is handed on before every check has passed."""
    found = messages.heading(exchange.store, lease.message)
    label, manifest = messages.wrapping(exchange.store, lease.message)
    arrival = Arrival(label, manifest, (Organisation(found.sender),))
    receiver = Receiver(
        exchange.organisation, exchange.directory(), exchange.keys.private, exchange.policy, exchange.scan
    )
    grip = Grip(exchange, lease)
    chunks = grip.over(messages.payload(exchange.store, lease.message))
    with spool(exchange.inbox) as quarantine:
        try:
            opened = open_package(receiver, arrival, chunks, quarantine, exchange.clock())
        except Refused as refused:
            _refuse(exchange, lease, found, read_label(label), refused.code)
            return
        grip.keep()
        hand_over(exchange.inbox, opened)
        _settle(exchange, lease, opened)
    exchange.wake(ACKNOWLEDGE, lease.message)


def _settle(exchange: Exchange, lease: Lease, opened: Opened) -> None:
    now = exchange.clock()
    name = f"message:{opened.label.message_id}"
    subject = Subject.of(opened.label, opened.manifest.plaintext_sha256)
    previous, witnessed = receipts.last(exchange.store, lease.message), opened.manifest.sender_log
    receipt = signed(exchange, subject, "R2", "verified", now, previous=previous, witnessed=witnessed)
    taken = exchange.take(exchange, opened)

    def also(connection: Connection) -> None:
        content = update(Message).where(Message.id == lease.message)
        connection.execute(content.values(content_digest=opened.manifest.plaintext_sha256))
        receipts.write(connection, lease.message, receipt, now)
        for action in (Action.OPEN, Action.HAND_OVER, Action.RECEIPT_SIGN):
            exchange.note(connection, action, name, opened.label.sender)
        compare(exchange, connection, opened.label.sender, witnessed, opened.label.created)
        taken(connection)

    finish.complete(exchange.store, lease, now, to=State.DELIVERED, reason="r2", then=Next(ACKNOWLEDGE, now), also=also)


def _refuse(exchange: Exchange, lease: Lease, found: Heading, label: Label, code: Code) -> None:
    """Sign why it is refused, which ends it for its sender. The sealed bytes stay: a person can look at them."""
    now = exchange.clock()
    receipt = refusal(exchange, label, code, now, previous=receipts.last(exchange.store, lease.message))

    def also(connection: Connection) -> None:
        receipts.write(connection, lease.message, receipt, now)
        exchange.note(connection, Action.RECEIPT_SIGN, f"message:{found.message_id}", found.sender, code=code)

    end(exchange, lease, found, state_after(code), code, then=Next(ACKNOWLEDGE, now), also=also)
    exchange.wake(ACKNOWLEDGE, lease.message)
