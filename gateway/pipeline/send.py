"""Send: seal a payload to one partner and store it; the worker brings it there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import Connection

from gateway.audit.events import Action
from gateway.audit.pending import check_evidence
from gateway.audit.sign import head
from gateway.itp.directory import Partner
from gateway.itp.identifiers import Digest, MessageId, Organisation
from gateway.itp.label import Delivery, Label
from gateway.itp.manifest import Terms
from gateway.itp.route import choose
from gateway.itp.seal import Envelope, Payload, Sealed, seal
from gateway.maintenance import active
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.spool import spool
from gateway.store import receiving
from gateway.store.accept import Arrival, Content, accept
from gateway.store.outbox import DELIVER, OFFER, Next
from gateway.store.states import Direction
from schemas.errors import Misconfigured, Transient

Also = Callable[[Connection, MessageId], None]

SMALL = 8 * 1024 * 1024
"""Up to this size, in bytes, a message is stored in one transaction; beyond it each chunk has its own."""


def send(
    exchange: Exchange,
    recipient: Organisation,
    terms: Terms,
    payload: Payload,
    *,
    delivery: Delivery = "normal",
    conversation: MessageId | None = None,
    expires: datetime | None = None,
    test: bool = False,
    also: Also | None = None,
) -> MessageId:
    """Seal and store a message, once; from then on it is ours to deliver.

    `also` writes what belongs to it, given its id, in the same transaction: if it raises, nothing is kept.
    Raise Refused or DirectoryRefused where there is no way to the partner, EvidenceNotStored where the audit log cannot
    be kept up, Transient in maintenance, Busy. Nothing is stored then.
    """
    now = exchange.clock()
    if active(exchange.store.engine):
        raise Transient("The gateway is in maintenance and sends nothing.", hint="Send again when it has ended.")
    check_evidence(exchange.store.engine, now)
    route = choose(exchange.directory(), exchange.organisation, recipient, now, test=test)
    signing = exchange.keys.private(route.signing.kid)
    if signing is None:
        raise Misconfigured(
            "The directory shows a signing key of ours that is not in the key folder.",
            hint="Publish our current keys, or put the key back.",
        )
    envelope = _envelope(exchange, now, delivery, conversation, expires)
    terms = terms.model_copy(update={"sender_log": head(exchange.store.engine, exchange.organisation)})
    with spool(exchange.inbox) as file:
        sealed = seal(envelope, route, terms, payload, signing, lambda _, chunk: file.write(chunk), draw=exchange.draw)
        task = OFFER if waits_to_be_fetched(exchange, recipient) else DELIVER
        message = _store(exchange, sealed, file, Next(task, now), also)
    exchange.wake(DELIVER, message)
    return envelope.message_id


def arrival_of(label: Label, label_bytes: bytes, direction: Direction, content: Digest | None = None) -> Arrival:
    """Say of a message what the store keeps."""
    return Arrival(
        direction=direction,
        sender=label.sender,
        recipient=label.recipient,
        message_id=label.message_id,
        conversation_id=label.conversation_id,
        delivery=label.delivery,
        label_digest=Digest.of(label_bytes),
        manifest_digest=label.manifest_digest,
        chunk_count=label.chunk_count,
        created=label.created,
        expires=label.expires,
        content_digest=content,
    )


def fetches(partner: Partner) -> bool:
    """Say whether a partner fetches what is for it, because it has no way in."""
    modes = {endpoint.mode for endpoint in partner.endpoints}
    return "poll" in modes and "push" not in modes


def _envelope(
    exchange: Exchange,
    now: datetime,
    delivery: Delivery,
    conversation: MessageId | None,
    expires: datetime | None,
) -> Envelope:
    new = Envelope.new(now, exchange.draw)
    return replace(
        new,
        delivery=delivery,
        conversation_id=conversation or new.conversation_id,
        expires=(expires or new.expires).replace(microsecond=0),
    )


def waits_to_be_fetched(exchange: Exchange, recipient: Organisation) -> bool:
    """Say whether a message waits with us until its recipient fetches it."""
    partner = exchange.directory().partner(recipient)
    return partner is not None and recipient not in exchange.carriers and fetches(partner)


def _store(exchange: Exchange, sealed: Sealed, file: BinaryIO, work: Next, also: Also | None) -> int:
    arrival = arrival_of(sealed.label, sealed.label_bytes, Direction.OUT, sealed.content)
    content = Content(sealed.label_bytes, sealed.manifest_bytes, _chunks(sealed.label, file))

    def evidence(connection: Connection, _message: int) -> None:
        name = f"message:{sealed.label.message_id}"
        exchange.note(connection, Action.SEAL, name, sealed.label.recipient)
        exchange.note(connection, Action.ACCEPT, name)
        if also is not None:
            also(connection, sealed.label.message_id)

    if sealed.label.ciphertext_size <= SMALL:
        return accept(exchange.store, arrival, content, work, work.due, evidence).message
    message = receiving.content_of(exchange.store, arrival, content, work.due).message
    receiving.finish(exchange.store, message, work, work.due, evidence)
    return message


def _chunks(label: Label, file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    for index in range(label.chunk_count):
        yield file.read(label.size_of(index))
