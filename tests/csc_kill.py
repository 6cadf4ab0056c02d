"""Kill a sending process again and again: what the stand-in holds in the end is the source's state, nothing lost."""

from __future__ import annotations

import logging
import os
import pickle
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from select import select as select_ready
from typing import Any

import uvicorn
from sqlalchemy import select

from csc_rig import AUTHORITY, SECRETS, STAFF, US
from csc_source import DAY, Source, everyday, population
from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.csc_feed import consent, line
from gateway.csc_feed.configuration import Configuration
from gateway.csc_feed.run import Asked, Feeding, send
from gateway.csc_feed.sending import Chance
from gateway.csc_feed.stand_in.app import create_app
from gateway.csc_feed.stand_in.receiver import BASE, TOKEN_PATH, Fault, Receiver, Rules
from gateway.store.engine import reading
from gateway.store.feed_models import FeedSend
from gateway.store.store import Store
from store_builder import opened

TESTS = Path(__file__).parent
SHORTEST, LONGEST = 0.1, 0.7
"""After how many seconds a sender is killed, at least and at most."""
FAULTS = (Fault.DROP, Fault.OUTAGE, Fault.STORED_OUTAGE, Fault.SHORT, Fault.EXPIRE, Fault.THROTTLE)


def _now() -> datetime:
    return datetime.now(UTC)


def _settled(port: int) -> Configuration:
    address = f"http://127.0.0.1:{port}"
    endpoint = {
        "address": address + BASE,
        "token_address": address + TOKEN_PATH,
        "client": "stand-in-client",
        "scope": "api://stand-in/.default",
        "secrets": ["env:SECRET"],
        "keys": ["env:KEY"],
    }
    pace = {"records": 4, "milliseconds": 5}
    return Configuration.model_validate({"authority": AUTHORITY, "environments": {"test": endpoint}, "pace": pace})


@contextmanager
def _tables(source: Source) -> Iterator[Any]:
    yield source.tables()


def _feeding(store: Store, source: Source, port: int) -> Feeding:
    settled = _settled(port)
    chance = Chance(_now, lambda seconds: time.sleep(min(seconds, 0.01)), random.random)
    return Feeding(store, settled, US, lambda: _tables(source), lambda: line.opened(settled, _now, SECRETS), chance)


def sender(url: str, source: Source, port: int) -> None:
    """Send, in a process of its own."""
    send(_feeding(opened(url), source, port), Asked(DAY))


@contextmanager
def served(receiver: Receiver) -> Iterator[int]:
    """Run the stand-in as a server, and give its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    # A connection that is broken on purpose is no fault to report.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    config = uvicorn.Config(create_app(receiver), host="127.0.0.1", port=port, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield port
    server.should_exit = True
    thread.join(10)


@dataclass
class Killing:
    """A source that changes, a stand-in, and processes that send and are killed."""

    url: str
    children: int
    rng: random.Random
    killed: int = 0
    finished: int = 0
    interrupted: int = 0
    """How many were killed while a call was under way."""
    source: Source = field(init=False)

    def run(self, kills: int, *, faults: bool) -> Receiver:
        """Kill so many processes while they send, then let one finish; give the stand-in."""
        self.source = population(self.children)
        receiver = Receiver(Rules(AUTHORITY), _now)
        store = opened(self.url)
        with served(receiver) as port, self._nursery(port) as nursery:
            consent.give(store.engine, _settled(port), Actor(US, Role.MANAGER, STAFF), _now())
            day = 0
            while self.killed < kills or not self.interrupted:
                receiver.faults[:] = [self.rng.choice(FAULTS)] if faults and self.rng.random() < 0.3 else []
                if self._kill_one(nursery):
                    self.interrupted += _in_a_call(store)
                else:
                    # It was done before its time, and another day passes.
                    everyday(self.source, day)
                    day += 1
            receiver.faults.clear()
            send(_feeding(store, self.source, port), Asked(DAY))
        store.engine.dispose()
        return receiver

    @contextmanager
    def _nursery(self, port: int) -> Iterator[subprocess.Popen[str]]:
        program = [sys.executable, "-m", "csc_nursery", self.url, str(port)]
        path = os.pathsep.join((str(TESTS), str(TESTS.parent)))
        environment = {**os.environ, "PYTHONPATH": path}
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": environment}
        with subprocess.Popen(program, **pipes) as nursery:
            yield nursery
            assert nursery.stdin is not None
            nursery.stdin.close()

    def _kill_one(self, nursery: subprocess.Popen[str]) -> bool:
        """Start a sender and kill it after a while; say whether it was still at work."""
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        with tempfile.NamedTemporaryFile() as file:
            file.write(pickle.dumps(self.source))
            file.flush()
            nursery.stdin.write(f"{file.name}\n")
            nursery.stdin.flush()
            number = int(nursery.stdout.readline())
            ended, _, _ = select_ready([nursery.stdout], [], [], self.rng.uniform(SHORTEST, LONGEST))
            if not ended:
                os.kill(number, signal.SIGKILL)
            status = int(nursery.stdout.readline())
        assert status in {0, -signal.SIGKILL}, "a sender failed by itself"
        self.killed += status != 0
        self.finished += status == 0
        return status != 0


def _in_a_call(store: Store) -> bool:
    with reading(store.engine) as connection:
        return connection.execute(select(FeedSend.child).where(FeedSend.outcome == "sending")).first() is not None


def sent_twice(store: Store) -> list[str]:
    """List the children of whom the same record was sent again after it was accepted."""
    rows = select(FeedSend.child, FeedSend.digest, FeedSend.outcome).order_by(FeedSend.child, FeedSend.revision)
    found, last = [], ("", "")
    with reading(store.engine) as connection:
        for child, digest, outcome in connection.execute(rows):
            if (child, digest) == last:
                found.append(child)
            last = (child, digest) if outcome == "accepted" else last if child == last[0] else ("", "")
    return found
