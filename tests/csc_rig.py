"""A feed at work against the stand-in, in one process: time and chance are the test's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from csc_source import DAY, Source
from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.csc_feed import consent
from gateway.csc_feed.configuration import Configuration
from gateway.csc_feed.line import Line
from gateway.csc_feed.run import Asked, Feeding, Report, send
from gateway.csc_feed.sending import Chance
from gateway.csc_feed.stand_in.receiver import BASE, TOKEN_PATH, Fault, Receiver, Rules
from gateway.csc_feed.stand_in.receiver import Asked as Request
from gateway.store.store import Store

US = "urn:ics:org:ods:X26"
STAFF = "6a0f4f9e-7c58-4f0e-9a55-0c7c7f1b2a10"
AUTHORITY = "846"
SECRETS = {"SECRET": "stand-in-secret", "KEY": "stand-in-key-1", "NEXT_KEY": "stand-in-key-2"}


def settled(**changes: Any) -> Configuration:
    """Give a configuration that calls the stand-in."""
    endpoint = {
        "address": f"http://localhost{BASE}",
        "token_address": f"http://localhost{TOKEN_PATH}",
        "client": "stand-in-client",
        "scope": "api://stand-in/.default",
        "secrets": ["env:SECRET"],
        "keys": ["env:KEY"],
    }
    values = {"authority": AUTHORITY, "environments": {"test": endpoint}, "pace": {"records": 10}}
    return Configuration.model_validate({**values, **changes})


@dataclass
class Clock:
    """Time that passes only when somebody sleeps."""

    now: datetime = datetime(2026, 6, 1, 5, 0, tzinfo=UTC)
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)


def transport(receiver: Receiver) -> httpx.MockTransport:
    """Bring requests to the stand-in without a network."""

    def handle(request: httpx.Request) -> httpx.Response:
        reply = receiver.answer(Request(request.method, request.url.path, dict(request.headers), request.content))
        if reply.drops:
            raise httpx.ReadError("broken")
        return httpx.Response(reply.status, text=reply.body, headers=dict(reply.headers))

    return httpx.MockTransport(handle)


@dataclass
class Rig:
    """A source, the feed and the stand-in."""

    store: Store
    source: Source
    rules: Rules = field(default_factory=lambda: Rules(AUTHORITY))
    settled: Configuration = field(default_factory=settled)
    clock: Clock = field(default_factory=Clock)
    consented: bool = True

    def __post_init__(self) -> None:
        self.receiver = Receiver(self.rules, self.clock)
        if self.consented:
            consent.give(self.store.engine, self.settled, Actor(US, Role.MANAGER, STAFF), self.clock())

    def feeding(self) -> Feeding:
        return Feeding(
            self.store, self.settled, US, self._tables, self._line, Chance(self.clock, self.clock.sleep, lambda: 0.0)
        )

    def send(self, *faults: Fault, day: date = DAY, **asked: bool) -> Report:
        """Run the feed, with these faults in its first calls."""
        self.receiver.faults.extend(faults)
        return send(self.feeding(), Asked(day, **asked))

    def exact(self, day: date = DAY) -> bool:
        """Tell whether the stand-in holds exactly what the source has."""
        return self.receiver.held == self.source.records(day)

    @contextmanager
    def _tables(self) -> Iterator[Mapping[str, Any]]:
        yield self.source.tables()

    @contextmanager
    def _line(self) -> Iterator[Line]:
        with httpx.Client(transport=transport(self.receiver)) as client:
            endpoint = self.settled.endpoint
            yield Line(client, endpoint, self.settled.authority, self.settled.user_agent, self.clock, SECRETS)
