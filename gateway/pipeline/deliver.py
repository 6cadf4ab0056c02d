"""Deliver: bring a sealed message to its partner, the same bytes at every attempt, until it has R1."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from json import dumps
from typing import Any

from sqlalchemy import Connection, select

from adapters.transports.base import Carrier, Conflict, Parcel
from gateway.audit.events import Action, Outcome
from gateway.itp import paths
from gateway.itp.codes import Code
from gateway.itp.identifiers import Organisation
from gateway.itp.label import Label, read_label
from gateway.pipeline import gate
from gateway.pipeline.attempt import Failed, code_of, reason
from gateway.pipeline.breaker import Permit
from gateway.pipeline.call import OCTETS, Way, reach
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.grip import LEASE, Grip
from gateway.pipeline.outcome import Answered, Lost, Stop
from gateway.pipeline.receipt import take_receipts
from gateway.pipeline.retry import Expire, Retry, Tried, next_attempt
from gateway.pipeline.send import waits_to_be_fetched
from gateway.pipeline.settle import end, sound, state_of
from gateway.store import finish, messages
from gateway.store.engine import reading, writing
from gateway.store.errors import LeaseLost
from gateway.store.messages import Heading
from gateway.store.models import Attempt, Part
from gateway.store.outbox import DELIVER, OFFER, Lease, Next, claim_oldest, give_back
from gateway.store.states import State
from schemas.errors import GatewayError, Held, Misconfigured, Permanent

ASK = "ask"
ASK_AFTER = timedelta(minutes=5)
"""How long after R1 we first ask for the further receipts, if the partner has not brought them."""
AT_ONCE = 768 * 1024
"""Up to this size of ciphertext, in bytes, a message goes in one request."""
CHUNKS_AT_ONCE = 256
"""In so many chunks at most, which is what a partner takes at once."""


def deliver(exchange: Exchange, lease: Lease) -> None:
    """Make one attempt, if the partner's gate lets it."""
    found = messages.heading(exchange.store, lease.message)
    if waits_to_be_fetched(exchange, Organisation(found.recipient)):
        now = exchange.clock()
        finish.complete(exchange.store, lease, now, reason="offered", then=Next(OFFER, now))
        return
    asked = gate.ask(exchange, found.recipient)
    if asked.permit is Permit.NONE:
        give_back(exchange.store, lease, asked.breaker.until or exchange.clock())
        return
    if asked.permit is Permit.OLDEST:
        lease = _the_oldest(exchange, lease, found.recipient)
        found = messages.heading(exchange.store, lease.message)
    if exchange.clock() >= found.expires:
        end(exchange, lease, found, State.HELD, Code.EXPIRED)
        return
    _Attempt(exchange, lease, found, asked.trial).make()


def _the_oldest(exchange: Exchange, lease: Lease, partner: str) -> Lease:
    """Exchange a claim for that of the oldest message that waits for the partner; keep it where it is the oldest."""
    now = exchange.clock()
    oldest = claim_oldest(exchange.store, lease.owner, now, now + LEASE, partner, DELIVER)
    if oldest is None or oldest.message > lease.message:
        if oldest is not None:
            give_back(exchange.store, oldest, now)
        return lease
    give_back(exchange.store, lease, now)
    return oldest


@dataclass(frozen=True, slots=True)
class _Attempt:
    exchange: Exchange
    lease: Lease
    found: Heading
    trial: int | None

    def make(self) -> None:
        try:
            tokens = self._bring()
        except LeaseLost:
            # Whoever has it now decides: it says nothing of the partner.
            raise
        except Failed as failed:
            self._failed(failed.outcome)
        except Misconfigured:
            self._stopped(Stop(Misconfigured), "misconfigured", None)
        except Conflict:
            self._stopped(Stop(Permanent), Code.CONFLICT, None)
        except Permanent:
            self._stopped(Stop(Permanent), "permanent", None)
        except GatewayError:
            self._failed(Lost.UNKNOWN)
        else:
            self._done(tokens)

    def _bring(self) -> tuple[bytes, ...]:
        recipient = Organisation(self.found.recipient)
        partner = self.exchange.directory().partner(recipient)
        carrier = self.exchange.carriers.get(recipient)
        grip = Grip(self.exchange, self.lease)
        if carrier is not None:
            return _carry(self.exchange, carrier, self.found, grip)
        way = reach(self.exchange, partner) if partner else None
        if partner is None or way is None:
            raise Misconfigured("The directory shows no way to this partner.", hint="Ask for its endpoint.")
        return push(self.exchange, way, self.found, grip)

    def _done(self, tokens: tuple[bytes, ...]) -> None:
        def also(connection: Connection) -> None:
            gate.succeeded(self.exchange, connection, self.found.recipient, self.trial)
            self.exchange.note(connection, Action.DELIVER, self._name, self.found.recipient)

        now = self.exchange.clock()
        then = Next(ASK, min(now + ASK_AFTER, self.found.expires))
        why = "r1" if tokens else "carried"
        try:
            finish.complete(self.exchange.store, self.lease, now, reason=why, then=then, also=also)
        except LeaseLost:
            # A further receipt was here first and ended the message. That the partner answered counts all the same.
            with writing(self.exchange.store.engine) as connection:
                also(connection)
        take_receipts(self.exchange, Organisation(self.found.recipient), tokens)

    def _failed(self, outcome: Lost | Answered) -> None:
        now = self.exchange.clock()
        tried = Tried(self.lease.attempt, self.found.expires, _refused(self.exchange, self.lease.message))
        following = next_attempt(tried, outcome, now, self.exchange.jitter())
        if isinstance(following, Stop):
            self._stopped(following, reason(outcome), outcome)
            return
        if isinstance(following, Expire):
            self._stopped(Stop(Held), Code.EXPIRED, outcome)
            return
        self._again(following, outcome)

    def _again(self, following: Retry, outcome: Lost | Answered) -> None:
        def also(connection: Connection) -> None:
            self._judge(connection, outcome)
            self.exchange.note(
                connection,
                Action.DELIVER,
                self._name,
                self.found.recipient,
                outcome=Outcome.FAILED,
                code=code_of(outcome),
            )

        finish.fail(
            self.exchange.store,
            self.lease,
            self.exchange.clock(),
            reason=reason(outcome),
            due=following.at,
            also=also,
        )

    def _stopped(self, stop: Stop, why: str, outcome: Lost | Answered | None) -> None:
        if stop.then is Misconfigured:
            gate.hold(self.exchange, self.found.recipient)
            code = None if outcome is None else code_of(outcome)
            if code is not None:
                sound(self.exchange, self.found.recipient, code)
            # Nothing is lost: the message goes first when a person resumes the partner.
            finish.fail(self.exchange.store, self.lease, self.exchange.clock(), reason=why, due=self.exchange.clock())
            return

        def also(connection: Connection) -> None:
            if outcome is not None:
                self._judge(connection, outcome)

        end(self.exchange, self.lease, self.found, state_of(stop.then), why, also=also)

    def _judge(self, connection: Connection, outcome: Lost | Answered) -> None:
        gate.judge(self.exchange, connection, self.found.recipient, self.trial, outcome)

    @property
    def _name(self) -> str:
        return f"message:{self.found.message_id}"


def push(exchange: Exchange, way: Way, found: Heading, grip: Grip) -> tuple[bytes, ...]:
    """Send a message, or what is still missing of it, and give the receipts that came with the answer.

    Raise Failed, LeaseLost.
    """
    label_bytes, manifest = messages.wrapping(exchange.store, found.message)
    label, path = read_label(label_bytes), paths.transfer(found.message_id)
    body = {"label": label_bytes.decode("utf-8"), "manifest": manifest.decode("ascii")}
    if label.ciphertext_size <= AT_ONCE and label.chunk_count <= CHUNKS_AT_ONCE:
        chunks = [b64encode(chunk).decode("ascii") for chunk in messages.whole(exchange.store, found.message)]
        return tokens_in(way.json("PUT", path, found.message_id, dumps({**body, "chunks": chunks}).encode()))
    begun = way.json("PUT", path, found.message_id, dumps(body).encode())
    for index in grip.over(_wanted(begun, label)):
        chunk = messages.read(exchange.store, found.message, Part.PAYLOAD, index)
        way.call("PUT", f"{path}/chunks/{index}", found.message_id, chunk, OCTETS)
    if begun.get("state") != State.RECEIVING.value:
        return tokens_in(begun)
    return tokens_in(way.json("POST", f"{path}/complete", found.message_id))


def tokens_in(answer: dict[str, Any]) -> tuple[bytes, ...]:
    """Read the receipts of an answer. Raise Failed where they are not such a list."""
    listed = answer.get("receipts", [])
    if not isinstance(listed, list) or not all(isinstance(token, str) and token.isascii() for token in listed):
        raise Failed(Lost.UNKNOWN)
    return tuple(token.encode("ascii") for token in listed)


def _wanted(answer: dict[str, Any], label: Label) -> Iterator[int]:
    """Give the chunks that the partner lacks, as it lists them, within those that there are."""
    ranges = answer.get("missing", [])
    if not isinstance(ranges, list):
        raise Failed(Lost.UNKNOWN)
    first = 0
    for pair in ranges:
        if not (isinstance(pair, list) and len(pair) == 2 and all(type(end) is int for end in pair)):  # noqa: PLR2004
            raise Failed(Lost.UNKNOWN)
        # Each once, however often it is listed.
        last = min(label.chunk_count - 1, pair[1])
        yield from range(max(first, pair[0]), last + 1)
        first = max(first, last + 1)


def _carry(exchange: Exchange, carrier: Carrier, found: Heading, grip: Grip) -> tuple[bytes, ...]:
    """Put a parcel in the partner's place; its receipts come the other way, later."""
    label, manifest = messages.wrapping(exchange.store, found.message)
    chunks = grip.over(messages.payload(exchange.store, found.message))
    parcel = Parcel(found.message_id, label, manifest, chunks)
    with carrier.connect() as connected:
        connected.send(parcel)
    return ()


def _refused(exchange: Exchange, message: int) -> frozenset[Code]:
    """Give the protocol's codes of the earlier attempts."""
    wanted = select(Attempt.reason).where(Attempt.message == message, Attempt.task == DELIVER).distinct()
    with reading(exchange.store.engine) as connection:
        reasons = set(connection.execute(wanted).scalars())
    return frozenset(code for code in Code if code in reasons)
