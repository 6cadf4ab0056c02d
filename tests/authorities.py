"""Two or more made-up authorities, each with a folder of its own, that exchange over real servers on loopback.

`Partnership` founds them as an officer would, publishes one directory for all, and starts `serve` in a thread for each.
Time is a clock that a test sets.
"""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from sqlalchemy import select

from gateway.api.app import create_app
from gateway.authority import opened
from gateway.itp.directory import Directory, Endpoint, Partner, Standing, signed
from gateway.itp.documents import written
from gateway.itp.identifiers import MessageId, Organisation
from gateway.itp.keys import PrivateKey, PublishedKey, Use
from gateway.itp.seal import Payload
from gateway.partners.found import Authority, environment, found
from gateway.partners.keys import KeyStore
from gateway.partners.revisions import Revisions
from gateway.partners.roots import Roots
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.run import sweep
from gateway.pipeline.send import send
from gateway.server import Listen, configuration
from gateway.store import receipts
from gateway.store.engine import connect, reading
from gateway.store.messages import Heading, heading
from gateway.store.models import Message
from itp_exchange import TERMS
from made_up_agreement import write_agreement

CARRIES = {"ICS_GATEWAY_ACCEPTED_SCHEMAS": f"{TERMS.schema_name}:{TERMS.schema_version}"}
"""What these authorities exchange is bytes of any kind."""


class SetClock:
    """A clock that starts at the time of this machine and is moved by hand."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def forward(self, by: timedelta) -> None:
        self._ahead += by


@dataclass
class Member:
    """One authority: its folder, where it listens, and the settings it runs with."""

    folder: Path
    authority: Authority
    port: int
    settings: dict[str, str]
    clock: SetClock
    modes: tuple[str, ...] = ("push",)

    @property
    def organisation(self) -> Organisation:
        return self.authority.organisation

    def entry(self) -> Partner:
        keys = KeyStore(self.folder / "keys", self.clock).published()
        endpoints = tuple(Endpoint(mode=mode, address=self.authority.origin) for mode in self.modes)  # type: ignore[arg-type]  # tests name modes
        return Partner(
            organisation=self.organisation,
            name=self.authority.name,
            endpoints=endpoints,
            suites=self.authority.suites,
            minimum_suite="itp-a",
            max_size=1 << 40,
            status=Standing.LIVE,
            keys=keys,
        )

    @contextmanager
    def exchange(self) -> Iterator[Exchange]:
        """Open the gateway of this authority."""
        with opened(self.settings, clock=self.clock) as exchange:
            yield exchange

    @contextmanager
    def serving(self) -> Iterator[Exchange]:
        """Open it and serve its partner API until the block ends."""
        with self.exchange() as exchange, served(exchange, self.port):
            yield exchange


@contextmanager
def served(exchange: Exchange, port: int, app: FastAPI | None = None) -> Iterator[None]:
    """Serve an exchange's partner API on loopback; `app` where it is not the usual one."""
    found = app or create_app(exchange, trust_proxy=None)
    server = uvicorn.Server(configuration(found, Listen("127.0.0.1", port)))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    give_up = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < give_up, "the server did not start in time"
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass
class Partnership:
    """Authorities that share one directory, signed by a root of their own."""

    folder: Path
    clock: SetClock = field(default_factory=SetClock)
    root: PrivateKey = field(default_factory=lambda: PrivateKey.generate("Ed25519"))
    members: dict[str, Member] = field(default_factory=dict)
    sequence: int = 0

    @property
    def roots(self) -> tuple[PublishedKey, ...]:
        """The root as everybody pins it."""
        return (self.root.published(Use.SIGN, datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)),)

    def found(self, code: str, *, database: str = "", modes: tuple[str, ...] = ("push",)) -> Member:
        """Found one more authority; `database` is the URL of an empty database, SQLite in its folder by default."""
        port = free_port()
        authority = Authority(Organisation(f"urn:ics:org:ods:{code}"), f"Authority {code}", f"http://127.0.0.1:{port}")
        folder = self.folder / code
        found(folder, authority, self.clock)
        values = {
            **environment(folder, authority),
            **CARRIES,
            **({"ICS_GATEWAY_DATABASE_URL": database} if database else {}),
        }
        (folder / "roots.json").write_bytes(written(Roots(roots=self.roots)))
        self.members[code] = Member(folder, authority, port, values, self.clock, modes)
        return self.members[code]

    def publish(self, changed: Mapping[str, Partner] | None = None) -> Directory:
        """Sign the next revision of the directory and have every member accept it."""
        self.sequence += 1
        entries = {code: member.entry() for code, member in self.members.items()} | dict(changed or {})
        issued = self.clock().replace(microsecond=0)
        directory = Directory(sequence=self.sequence, issued=issued, partners=tuple(entries.values()))
        token = signed(directory, self.root)
        for member in self.members.values():
            write_agreement(member.folder / "agreements", (each.organisation for each in entries.values()), TERMS)
            engine = connect(member.settings["ICS_GATEWAY_DATABASE_URL"])
            Revisions(engine, self.roots, self.clock, organisation=member.organisation).accept(token)
            engine.dispose()
        return directory


@contextmanager
def pair(folder: Path, **databases: str) -> Iterator[tuple[Exchange, Exchange]]:
    """Give two live authorities, AAA and BBB, that both serve."""
    partnership = Partnership(folder)
    members = [partnership.found(code, database=databases.get(code, "")) for code in ("AAA", "BBB")]
    partnership.publish()
    with ExitStack() as stack:
        first, second = (stack.enter_context(member.serving()) for member in members)
        yield first, second


def dispatch(
    exchange: Exchange,
    to: Organisation,
    content: bytes = b"Synthetic payload.",
    chunk_size: int = 1 << 20,
    **how: object,
) -> MessageId:
    """Send made-up content."""
    payload = Payload(io.BytesIO(content), len(content), chunk_size)
    return send(exchange, to, TERMS, payload, **how)  # type: ignore[arg-type]  # tests name options


def settle(*exchanges: Exchange, rounds: int = 4) -> None:
    """Let every side do what is due, until nothing is."""
    for _ in range(rounds):
        if not sum(sweep(exchange, "test") for exchange in exchanges):
            return


def sent(exchange: Exchange, message_id: str) -> Heading:
    """Look at a message by its id, whichever way it went."""
    with reading(exchange.store.engine) as connection:
        number = connection.execute(select(Message.id).where(Message.message_id == message_id)).scalar_one()
    return heading(exchange.store, number)


def levels(exchange: Exchange, message_id: str) -> list[str]:
    """List the levels of the receipts that this side holds about a message."""
    return [receipt.level for receipt in receipts.receipts(exchange.store, sent(exchange, message_id).message)]


def handed_over(exchange: Exchange, message_id: str) -> bytes:
    """Give what the case system gets."""
    return (exchange.inbox / message_id / "payload").read_bytes()
