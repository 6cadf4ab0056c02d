"""Collect: fetch what waits for us with partners that cannot or do not push, over HTTPS or by a carrier."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from typing import Any

from adapters.transports.base import Exchange as Connected
from adapters.transports.base import Receipt as Carried
from adapters.transports.base import Undelivered
from gateway.itp import paths
from gateway.itp.codes import Code, Refused
from gateway.itp.directory import Partner
from gateway.itp.identifiers import Digest
from gateway.itp.label import read_label
from gateway.logs import logger
from gateway.pipeline.attempt import Failed, code_of
from gateway.pipeline.call import Way, reach
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.expire import hold_expired
from gateway.pipeline.outcome import Answered, Lost
from gateway.pipeline.receipt import claims_of, take_receipt
from gateway.pipeline.receive import Caller, begin, finish, put_chunk
from gateway.pipeline.send import fetches
from gateway.pipeline.settle import sound
from gateway.pipeline.sign_receipt import refusal
from gateway.store import messages, receiving
from gateway.store.receiving import Ranges
from gateway.store.states import State
from schemas.errors import GatewayError, Permanent, Rejected

_MOST = 20
_NO_KEY = Digest.of(b"")
_UNANSWERED = frozenset({Code.BUSY, Code.ORG_MISMATCH})
"""What is not answered with a signed refusal: it is fetched again, or the message is not the partner's at all."""
_LATER = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
"""Answers that are about all that a partner has for us, and not about one message."""
log = logger(__name__)


def collect(exchange: Exchange) -> int:
    """Fetch from every partner that we fetch from; count the messages. A partner that fails stops no other."""
    return collect_offers(exchange) + collect_parcels(exchange)


def collect_offers(exchange: Exchange) -> int:
    """Fetch over HTTPS, where we have no way in. See `collect`."""
    us = exchange.directory().partner(exchange.organisation)
    if us is None or not fetches(us):
        return 0
    return _each(exchange, _from_offers, lambda partner: partner.organisation not in exchange.carriers)


def collect_parcels(exchange: Exchange) -> int:
    """Fetch by the carriers. See `collect`."""
    return _each(exchange, _from_carrier, lambda partner: partner.organisation in exchange.carriers)


def _each(exchange: Exchange, fetch: Callable[[Exchange, Partner], int], wanted: Callable[[Partner], bool]) -> int:
    count = 0
    for partner in exchange.directory().partners:
        if partner.organisation == exchange.organisation or not partner.may_exchange(test=True) or not wanted(partner):
            continue
        try:
            count += fetch(exchange, partner)
        except GatewayError as error:
            log.warning("collect-failed", partner=partner.organisation, error=type(error).__name__)
    return count


def _from_offers(exchange: Exchange, partner: Partner) -> int:
    way = reach(exchange, partner)
    if way is None:
        return 0
    answer = way.json("POST", f"{paths.OUTBOX}/lease", None, json.dumps({"most": _MOST}).encode())
    offers = answer.get("messages", [])
    if not isinstance(offers, list):
        raise Failed(Lost.UNKNOWN)
    count = 0
    for offer in offers:
        with _alone(partner):
            count += _fetched(exchange, way, offer)
    return count


def _fetched(exchange: Exchange, way: Way, offer: Any) -> bool:  # noqa: ANN401  # unchecked JSON of a partner
    """Take one message that is offered, and bring R1, or the reason why not, to its sender."""
    if not isinstance(offer, dict) or not all(isinstance(offer.get(name), str) for name in ("label", "manifest")):
        raise Refused(Code.MALFORMED, "This is no offer.")
    label, manifest = _octets(offer["label"]), _octets(offer["manifest"])
    about = read_label(label)
    path = f"{paths.offer(about.message_id)}/chunks"

    def fetched(missing: Ranges) -> Iterator[tuple[int, bytes]]:
        for first, last in missing:
            for index in range(first, last + 1):
                yield index, way.call("GET", f"{path}/{index}", about.message_id)

    tokens = _taken(exchange, way.partner, label, manifest, fetched)
    way.bring(tokens)
    return True


def _from_carrier(exchange: Exchange, partner: Partner) -> int:
    count = 0
    with exchange.carriers[partner.organisation].connect() as connected:
        for entry in connected.receipts().waiting:
            with _alone(partner):
                if _received(exchange, partner, connected.collect_receipt(entry)):
                    connected.acknowledge_receipt(entry)
        listing = connected.waiting()
        for report in listing.undelivered:
            _undelivered(exchange, partner, report)
            connected.acknowledge(report.entry)
        for entry in listing.waiting:
            with _alone(partner):
                with connected.collect(entry) as incoming:
                    passed = partial(_passed, incoming.chunks)
                    tokens = _taken(exchange, partner, incoming.label, incoming.manifest, passed)
                _answer(connected, tokens)
                connected.acknowledge(entry)
                count += 1
    return count


@contextmanager
def _alone(partner: Partner) -> Iterator[None]:
    """Let what is no package, or what the partner itself does not give, stop nothing but itself: it stays there."""
    try:
        yield
    except Failed as failed:
        if not isinstance(failed.outcome, Answered) or failed.outcome.status in _LATER:
            raise
        log.warning("package-refused", partner=partner.organisation, code=code_of(failed.outcome))
    except (Rejected, Permanent) as error:
        if isinstance(error, Refused) and error.code is Code.BUSY:
            raise
        log.warning("package-refused", partner=partner.organisation, error=type(error).__name__)


def _undelivered(exchange: Exchange, partner: Partner, report: Undelivered) -> None:
    """Take the carrier's word that nobody collected a message of ours: it waits for a person as one that expired."""
    found = receiving.find(exchange.store, exchange.organisation, report.message_id or "")
    if found is not None and messages.heading(exchange.store, found.message).recipient == partner.organisation:
        hold_expired(exchange, found.message, exchange.clock())


def _received(exchange: Exchange, partner: Partner, token: bytes) -> bool:
    """Take a receipt; false where it does not hold now, and may when a key of the partner has reached us."""
    try:
        take_receipt(exchange, partner.organisation, token)
    except Refused as refused:
        log.warning("receipt-refused", partner=partner.organisation, code=refused.code)
        sound(exchange, partner.organisation, refused.code)
        return refused.code is not Code.MANIFEST
    return True


def _taken(
    exchange: Exchange,
    partner: Partner,
    label: bytes,
    manifest: bytes,
    chunks: Callable[[Ranges], Iterable[tuple[int, bytes]]],
) -> tuple[bytes, ...]:
    """Take a package as if its sender had pushed it; what is refused at the door is answered with a signed refusal.

    `chunks` gives those that are missing, each with its index.
    """
    caller = Caller(partner.organisation, _NO_KEY)
    try:
        about = read_label(label)
        begun = begin(exchange, caller, about.message_id, label, manifest)
        if begun.state != State.RECEIVING:
            return begun.receipts
        for index, chunk in chunks(begun.missing):
            put_chunk(exchange, caller, about.message_id, index, chunk)
        return finish(exchange, caller, about.message_id).receipts
    except Refused as refused:
        log.warning("package-refused", partner=partner.organisation, code=refused.code)
        sound(exchange, partner.organisation, refused.code)
        if refused.code in _UNANSWERED:
            raise
        return (refusal(exchange, read_label(label), refused.code, exchange.clock()).token,)


def _passed(chunks: Iterable[bytes], missing: Ranges) -> Iterator[tuple[int, bytes]]:
    """Give the missing chunks of a stream, which has all of them."""
    for index, chunk in enumerate(chunks):
        if any(first <= index <= last for first, last in missing):
            yield index, chunk


def _octets(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        # JSON can name half a character.
        raise Refused(Code.MALFORMED, "The offer is not text.") from None


def _answer(connected: Connected, tokens: Iterable[bytes]) -> None:
    for token in tokens:
        connected.send_receipt(Carried(str(claims_of(token)["receipt_id"]), token))
