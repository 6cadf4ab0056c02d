"""One made-up authority without a server, whose steps a test does one by one, and what it looks at afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from api_calls import Clock, Known, exchange_of
from authorities import dispatch, sent
from gateway.itp.identifiers import Digest, MessageId
from gateway.itp.seal import Envelope
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.receive import Caller, take
from gateway.store.engine import reading
from gateway.store.ledger import history
from gateway.store.messages import heading
from gateway.store.models import Alert, Work
from gateway.store.outbox import Lease, claim_one
from gateway.store.states import State
from gateway.store.store import Store
from itp_exchange import ANN, BEN, CONVERSATION, MESSAGE, NOW, Package, Side
from itp_exchange import send as sealed

LEASE = timedelta(minutes=10)


@dataclass(frozen=True)
class Alone:
    """An authority, its clock, and the directory as it knows it."""

    exchange: Exchange
    clock: Clock
    known: Known

    def with_(self, **parts: Any) -> Exchange:
        """Give the exchange with other parts."""
        return replace(self.exchange, **parts)


def alone(side: Side, store: Store, folder: Path) -> Iterator[Alone]:
    clock, known = Clock(), Known()
    exchange = exchange_of(side, store, folder, clock, known)
    yield Alone(exchange, clock, known)
    exchange.http.close()


def outgoing(exchange: Exchange, to: Side = BEN, **how: Any) -> int:
    """Send made-up content, and give the message's number."""
    return sent(exchange, dispatch(exchange, to.organisation, **how)).message


def incoming(exchange: Exchange, message_id: MessageId = MESSAGE, package: Package | None = None, **how: Any) -> int:
    """Take a whole message of Ann's at the door, and give its number."""
    envelope = Envelope(message_id, CONVERSATION, NOW, NOW + timedelta(days=5))
    found = package or sealed(envelope=envelope, **how)
    caller = Caller(ANN.organisation, Digest.of(b""))
    take(exchange, caller, message_id, found.label, found.manifest, found.chunks)
    return sent(exchange, message_id).message


def claimed(exchange: Exchange, message: int, task: str) -> Lease:
    """Claim one piece of work."""
    now = exchange.clock()
    found = claim_one(exchange.store, "test", now, now + LEASE, (message, task))
    assert found is not None, "nothing is due"
    return found


def state(exchange: Exchange, message: int) -> State:
    return heading(exchange.store, message).state


def reasons(exchange: Exchange, message: int) -> list[str]:
    """List what the ledger says happened, as `event: reason`."""
    return [f"{line.event}: {line.reason}" for line in history(exchange.store, message)]


def due(exchange: Exchange, message: int) -> dict[str, datetime]:
    """Give the work of a message and when each piece is due."""
    with reading(exchange.store.engine) as connection:
        rows = connection.execute(select(Work.task, Work.due).where(Work.message == message))
        return {row.task: row.due for row in rows}


def lease_end(exchange: Exchange, message: int) -> datetime | None:
    with reading(exchange.store.engine) as connection:
        return connection.execute(select(Work.lease_expires).where(Work.message == message)).scalar_one()


def alarms(exchange: Exchange) -> list[tuple[str, str]]:
    """List the open alerts with the code of their subject."""
    with reading(exchange.store.engine) as connection:
        rows = connection.execute(select(Alert.code, Alert.subject).where(Alert.closed.is_(None)).order_by(Alert.id))
        return [(row.code, row.subject.rpartition(":")[2]) for row in rows]
