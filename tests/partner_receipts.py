"""Receipts of Ben's about messages of Ann's, signed as Ben would."""

from __future__ import annotations

from gateway.itp.identifiers import Digest, MessageId
from gateway.itp.keys import Use
from gateway.itp.label import read_label
from gateway.itp.receipts import Receipt, Subject, make
from gateway.pipeline.exchange import Exchange
from gateway.store.messages import heading, read
from gateway.store.models import Part
from itp_exchange import BEN

R1_ID = MessageId("019ab000-0000-7000-8000-0000000000a1")


def token(exchange: Exchange, message: int, **members: object) -> bytes:
    """Make a receipt of Ben's about a message of Ann's."""
    label = read_label(read(exchange.store, message, Part.LABEL))
    about = Subject.of(label)
    values = {
        "receipt_id": R1_ID,
        "iss": label.recipient,
        "aud": label.sender,
        "message_id": label.message_id,
        "manifest_digest": label.manifest_digest,
        "label_digest": about.label_digest,
        "level": "R1",
        "outcome": "intact",
        "at": exchange.clock().replace(microsecond=0),
    } | members
    return make(Receipt(**values), BEN.keys[Use.RECEIPT_LOG, "Ed25519"])  # type: ignore[arg-type]  # members by name


def verified(exchange: Exchange, message: int, **members: object) -> bytes:
    content = Digest(str(heading(exchange.store, message).content_digest))
    return token(exchange, message, level="R2", outcome="verified", plaintext_sha256=content, **members)
