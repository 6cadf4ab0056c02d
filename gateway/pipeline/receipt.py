"""Receipt: take what a partner signed about our message, and end the message by it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from gateway.audit.events import Action
from gateway.itp.codes import Code, Refused
from gateway.itp.identifiers import Digest, MessageId, Organisation
from gateway.itp.label import read_label
from gateway.itp.receipts import MAX_RECEIPT, Receipt, Subject, check
from gateway.logs import logger
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.partner_log import compare
from gateway.pipeline.settle import record, sound, state_after
from gateway.store import finish, ledger, messages, receipts, receiving
from gateway.store.engine import writing
from gateway.store.errors import NotAllowed
from gateway.store.messages import Heading
from gateway.store.models import Part
from gateway.store.outbox import lock
from gateway.store.states import ENDS, Direction, State, sources

_MAX_TOKEN = 2 * MAX_RECEIPT
UNKNOWN_THERE = "unknown-there"
"""The reason of the ledger where a partner that gave R1 has the message no more, and it is brought again."""
log = logger(__name__)


def take_receipts(exchange: Exchange, partner: Organisation, tokens: Iterable[bytes]) -> int:
    """Take receipts that we fetched, in the order of their signing; count those that are new.

    One that does not hold stops no other and ends nothing: a key of the partner may only not have reached us yet. A
    person hears of it where its code asks for that.
    """
    return sum(_taken(exchange, partner, token) for token in tokens)


def _taken(exchange: Exchange, partner: Organisation, token: bytes) -> bool:
    try:
        return take_receipt(exchange, partner, token)
    except Refused as refused:
        log.warning("receipt-refused", partner=partner, code=refused.code)
        sound(exchange, partner, refused.code)
        return False


def take_receipt(exchange: Exchange, partner: Organisation, token: bytes) -> bool:
    """Verify and keep a partner's receipt about our message; false where it was here before.

    Either way the message is where its receipts say. Raise Refused: itp-404-unknown where there is no such message to
    this partner, itp-422-manifest or itp-403-org-mismatch where the receipt does not hold.
    """
    claims = claims_of(token)
    found = _ours(exchange, partner, str(claims.get("message_id", "")))
    known = receipts.receipts(exchange.store, found.message)
    repeated = any(receipt.digest == Digest.of(token) for receipt in known)
    if repeated and (claims.get("level") == "R1" or found.state in ENDS):
        # It was verified when it was kept, and it moves nothing any more.
        return False
    subject = _subject(exchange, found)
    previous = _previous(exchange, found, known, token, claims, repeated=repeated)
    receipt = check(token, subject, exchange.directory(), exchange.clock(), previous=previous)
    _keep(exchange, found, receipt, token)
    return not repeated


def _keep(exchange: Exchange, found: Heading, receipt: Receipt, token: bytes) -> None:
    now = exchange.clock()
    with writing(exchange.store.engine) as connection:
        kept = receipts.Receipt(receipt.level, Digest.of(token), token)
        if receipts.write(connection, found.message, kept, now):
            name = f"message:{found.message_id}"
            exchange.note(connection, Action.RECEIPT_TAKE, name, found.recipient, code=receipt.code)
        _follow(exchange, connection, found, receipt)
        compare(exchange, connection, found.recipient, receipt.log, receipt.at)


def _follow(exchange: Exchange, connection: Connection, found: Heading, receipt: Receipt) -> None:
    """Move the message to where the receipt says that it is; a late one changes nothing that has ended otherwise."""
    if receipt.level == "R1":
        return
    if receipt.level == "N":
        to, reason = state_after(receipt.code or Code.MALFORMED), str(receipt.code)
    else:
        to, reason = State.DELIVERED, receipt.level.lower()
    lock(connection, found.message)
    state = messages.locked_state(connection, found.message)
    allowed = {State.ACCEPTED} if to is not State.DELIVERED else set(sources(to))
    if state not in allowed:
        return
    try:
        finish.decide(connection, found.message, to, exchange.clock(), reason=reason)
    except NotAllowed:
        return
    if to is not State.DELIVERED:
        record(exchange, connection, found, to, reason)


def _ours(exchange: Exchange, partner: Organisation, message_id: str) -> Heading:
    try:
        found = receiving.find(exchange.store, exchange.organisation, MessageId(message_id))
    except ValueError:
        found = None
    if found is not None and found.direction is Direction.OUT and found.state is not State.RECEIVING:
        ours = messages.heading(exchange.store, found.message)
        if ours.recipient == partner:
            return ours
    raise Refused(Code.UNKNOWN, "There is no such transfer.")


def _subject(exchange: Exchange, found: Heading) -> Subject:
    label = read_label(messages.read(exchange.store, found.message, Part.LABEL))
    return Subject.of(label, Digest(found.content_digest) if found.content_digest else None)


def _previous(
    exchange: Exchange,
    found: Heading,
    known: tuple[receipts.Receipt, ...],
    token: bytes,
    claims: dict[str, Any],
    *,
    repeated: bool,
) -> bytes | None:
    """Give the receipt that this one must follow: the last one, unless it was here before or begins a new chain.

    A new chain begins where the message was brought to work again: the partner may have lost what it signed before.
    """
    named = claims.get("prev_receipt")
    if named is None:
        lines = ledger.history(exchange.store, found.message)
        reopened = any(line.event is ledger.Event.REOPENED or line.reason == UNKNOWN_THERE for line in lines)
        return None if repeated or reopened or not known else known[-1].token
    by_digest = {receipt.digest: receipt.token for receipt in known if receipt.digest != Digest.of(token)}
    fallback = known[-1].token if known else None
    return by_digest.get(str(named), fallback)


def claims_of(token: bytes) -> dict[str, Any]:
    """Read the claims of a receipt without believing them: only to find what it is about."""
    parts = token.split(b".")
    if len(token) > _MAX_TOKEN or len(parts) != 3:  # noqa: PLR2004  # a compact JWS has three parts
        raise Refused(Code.MALFORMED, "This is no receipt.")
    try:
        claims = json.loads(urlsafe_b64decode(parts[1] + b"=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        raise Refused(Code.MALFORMED, "This is no receipt.") from None
    if not isinstance(claims, dict):
        raise Refused(Code.MALFORMED, "This is no receipt.")
    return claims
