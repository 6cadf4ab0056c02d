"""Two authorities, Ann and Ben, in one process over real servers: a wire that a test listens to and can cut, and
what it asks of both afterwards: alerts, receipts, what an auditor finds."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import Enum, auto
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select

from authorities import Member, Partnership, SetClock, served
from gateway.actor import Actor
from gateway.audit.checkpoint import Trust
from gateway.audit.database import DatabaseStore
from gateway.audit.entry import Role
from gateway.audit.export import export
from gateway.audit.given import sightings_of
from gateway.audit.keys import public_keys
from gateway.audit.sign import checkpoint_for_export
from gateway.audit.verify import Verdict, verify
from gateway.itp.codes import Code
from gateway.itp.directory import Partner, Standing
from gateway.itp.identifiers import Digest
from gateway.itp.keys import Use
from gateway.partners.revisions import Revisions
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.receipt import claims_of
from gateway.store.engine import reading
from gateway.store.models import Alert, Attempt, Message, ReceiptRow
from gateway.store.states import Direction

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


class Cut(Enum):
    """Where a connection is lost."""

    BEFORE = auto()
    """The request never leaves."""
    AFTER = auto()
    """The request is answered, and the answer never arrives."""


def whole(_call: str) -> Cut | None:
    """Lose nothing."""
    return None


@dataclass
class Wire(httpx.BaseTransport):
    """HTTP as it is, listened to. `calls` has each request that left, as `PUT transfers/{id}/chunks/0`."""

    cut: Callable[[str], Cut | None] = whole
    calls: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    urls: list[str] = field(default_factory=list)
    _real: httpx.HTTPTransport = field(default_factory=httpx.HTTPTransport)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/itp/1/")
        call = f"{request.method} {_ID.sub('{id}', path)}"
        cut = self.cut(call)
        if cut is Cut.BEFORE:
            raise httpx.ConnectError("cut", request=request)
        self.calls.append(call)
        self.urls.append(str(request.url))
        self.ids += _ID.findall(path)
        response = self._real.handle_request(request)
        if cut is Cut.AFTER:
            response.read()
            raise httpx.ReadError("cut", request=request)
        return response

    def close(self) -> None:
        self._real.close()

    def taken(self, *beginnings: str) -> list[str]:
        """Give the calls that begin so, and forget all."""
        found = [call for call in self.calls if call.startswith(beginnings or "")]
        self.calls.clear()
        self.ids.clear()
        return found


@contextmanager
def opened(member: Member, roots: Any, wire: Wire) -> Iterator[Exchange]:
    """Open an authority that sees each new revision of the directory at once."""
    with member.exchange() as found, httpx.Client(transport=wire, timeout=30) as client:
        ticks = itertools.count()
        revisions = Revisions(
            found.store.engine, roots, member.clock, organisation=member.organisation, ticks=lambda: float(next(ticks))
        )
        # Drawn at random a retry might be due while a slow test still looks at what came before it.
        yield replace(found, http=client, directory=revisions.current, jitter=lambda: 0.99)


@dataclass(frozen=True)
class Two:
    """Ann and Ben; `wire` is Ann's, `back` is Ben's. Ben listens unless a test says that it does not."""

    partnership: Partnership
    ann: Exchange
    ben: Exchange
    wire: Wire
    back: Wire

    @property
    def clock(self) -> SetClock:
        return self.partnership.clock

    def member(self, exchange: Exchange) -> Member:
        return next(item for item in self.partnership.members.values() if item.organisation == exchange.organisation)

    def entry(self, exchange: Exchange) -> Partner:
        return self.member(exchange).entry()

    def suspend(self, exchange: Exchange) -> None:
        """Publish that an authority is suspended."""
        suspended = self.entry(exchange).model_copy(update={"status": Standing.SUSPENDED})
        self.partnership.publish({_code(exchange): suspended})

    def revoke(self, exchange: Exchange, use: Use) -> None:
        """Publish that the keys of that use are in other hands from now on."""
        entry, now = self.entry(exchange), self.clock().replace(microsecond=0)
        keys = tuple(key.revoked(now) if key.use is use else key for key in entry.keys)
        self.partnership.publish({_code(exchange): entry.model_copy(update={"keys": keys})})

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Let Ben listen, where it does not yet."""
        with served(self.ben, self.member(self.ben).port):
            yield


@contextmanager
def two(
    folder: Path, databases: dict[str, str], *, modes: tuple[str, ...] = ("push",), listens: bool = True
) -> Iterator[Two]:
    """Found Ann and Ben; `modes` are how Ben is reached."""
    partnership = Partnership(folder)
    first = partnership.found("AAA", database=databases.get("AAA", ""))
    second = partnership.found("BBB", database=databases.get("BBB", ""), modes=modes)
    partnership.publish()
    with ExitStack() as stack:
        wire, back = Wire(), Wire()
        ann = stack.enter_context(opened(first, partnership.roots, wire))
        ben = stack.enter_context(opened(second, partnership.roots, back))
        found = Two(partnership, ann, ben, wire, back)
        stack.enter_context(served(ann, first.port))
        if listens and "push" in modes:
            stack.enter_context(found.listening())
        yield found


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def _code(exchange: Exchange) -> str:
    return exchange.organisation.rpartition(":")[2]


def alerts(exchange: Exchange, *, closed: bool = False) -> list[tuple[str, str]]:
    """List alerts that are open, or closed, with their subject."""
    which = Alert.closed.is_not(None) if closed else Alert.closed.is_(None)
    with reading(exchange.store.engine) as connection:
        rows = connection.execute(select(Alert.code, Alert.subject).where(which).order_by(Alert.id))
        return [(row.code, row.subject.rpartition(":")[2]) for row in rows]


def answers(exchange: Exchange, message_id: str) -> list[tuple[str, str | None]]:
    """List the level and the code of each receipt about a message that this side holds."""
    with reading(exchange.store.engine) as connection:
        tokens = connection.execute(
            select(ReceiptRow.token)
            .join(Message, Message.id == ReceiptRow.message)
            .where(Message.message_id == message_id)
            .order_by(ReceiptRow.id)
        ).scalars()
        claims = [claims_of(token) for token in tokens]
    return [(claim["level"], claim.get("code")) for claim in claims]


def refused(code: Code) -> list[tuple[str, str | None]]:
    """Give what both sides hold of a message that arrived whole and was then refused."""
    return [("R1", None), ("N", code.value)]


def attempts(exchange: Exchange) -> int:
    """Count the attempts to deliver anything."""
    with reading(exchange.store.engine) as connection:
        return connection.execute(select(func.count()).where(Attempt.task == "deliver")).scalar_one()


def delivered_to(exchange: Exchange) -> list[str]:
    """List what the case system was handed, by message id."""
    return sorted(path.name for path in exchange.inbox.iterdir())


def exported(exchange: Exchange) -> bytes:
    """Write the audit log out, as an auditor is given it."""
    key = exchange.keys.current(Use.RECEIPT_LOG, "Ed25519")
    who = Actor(exchange.organisation, Role.OPERATOR)
    checkpoint_for_export(exchange.store.engine, who, key, exchange.clock)
    out = io.BytesIO()
    export(DatabaseStore(exchange.store.engine, exchange.organisation), out)
    return out.getvalue()


def heads(held_by: Exchange) -> list[str]:
    """Give the heads of the partner's log in the receipts that it signed and we hold."""
    with reading(held_by.store.engine) as connection:
        ours = Message.direction == Direction.OUT
        rows = select(ReceiptRow.token).join(Message, Message.id == ReceiptRow.message).where(ours)
        logs = [claims_of(token)["log"] for token in connection.execute(rows).scalars()]
    return [f"{log['size']}:{log['root']}" for log in logs]


def verified(octets: bytes, of: Exchange, sightings: Sequence[str]) -> Verdict:
    """Verify an export offline, by the keys of the directory and what the partner holds."""
    partner = of.directory().partner(of.organisation)
    assert partner is not None
    trust = Trust(of.organisation, public_keys(partner.keys, of.organisation), ())
    return verify(io.BytesIO(octets), trust, sightings_of(trust, (), sightings))


def content_digest(content: bytes) -> str:
    return Digest.of(content)
