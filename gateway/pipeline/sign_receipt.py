"""Sign a receipt about a message that we received, with where our audit log stands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from gateway.audit.sign import head
from gateway.itp.codes import Code
from gateway.itp.identifiers import Digest, MessageId
from gateway.itp.keys import Use
from gateway.itp.label import Label
from gateway.itp.manifest import Level, LogHead
from gateway.itp.receipts import Receipt, Subject, make
from gateway.pipeline.exchange import Exchange
from gateway.store import receipts

_CURVE: Final = "Ed25519"


def signed(
    exchange: Exchange,
    about: Subject,
    level: Level,
    outcome: str,
    now: datetime,
    *,
    previous: bytes | None = None,
    code: Code | None = None,
    by_role: str | None = None,
    subject: str | None = None,
    reason: str | None = None,
    local_ref: str | None = None,
    effective_date: date | None = None,
    witnessed: LogHead | None = None,
) -> receipts.Receipt:
    """Make a receipt that follows `previous`. Raise Misconfigured where there is no key for receipts."""
    receipt = Receipt(
        receipt_id=MessageId.new(now, exchange.draw),
        iss=exchange.organisation,
        aud=about.label.sender,
        message_id=about.label.message_id,
        manifest_digest=about.label.manifest_digest,
        label_digest=about.label_digest,
        plaintext_sha256=about.plaintext_sha256,
        level=level,
        outcome=outcome,
        code=code,
        at=now.replace(microsecond=0),
        by_role=by_role,
        subject=subject,
        reason=reason,
        local_ref=local_ref,
        effective_date=effective_date,
        prev_receipt=None if previous is None else Digest.of(previous),
        witnessed=witnessed,
        log=head(exchange.store.engine, exchange.organisation),
    )
    token = make(receipt, exchange.keys.current(Use.RECEIPT_LOG, _CURVE))
    return receipts.Receipt(level, Digest.of(token), token)


def refusal(
    exchange: Exchange, label: Label, code: Code, now: datetime, *, previous: bytes | None = None
) -> receipts.Receipt:
    """Make the negative receipt that ends a message. Raise as `signed` does."""
    return signed(exchange, Subject.of(label), "N", "refused", now, previous=previous, code=code)
