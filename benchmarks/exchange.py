"""Messages a second between two gateways, against bare FastAPI with one durable insert: python -m benchmarks.exchange.

Both sides of a ratio run in the same run on the same machine, one after the other. A message of ours is sealed, stored,
sent, verified, stored, opened, handed over and receipted (R1 and R2), with two signed audit logs; the raw library
stores the same bytes once.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import Engine, func, insert, select

from benchmarks.authorities import Place, Side, free_port, running, server_places, sqlite_places, start, wait_for
from benchmarks.figures import Figures, Results, Say, seconds
from benchmarks.itp import TERMS
from benchmarks.page import markdown
from gateway.authority import opened
from gateway.broker import waker
from gateway.itp.seal import Payload
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.send import send
from gateway.store.engine import connect, reading, writing
from gateway.store.keys import KeyRing
from gateway.store.models import Message, Work
from gateway.store.outbox import claim
from gateway.store.states import Direction, State
from gateway.store.store import Store

SIZE = 10 * 1024
MESSAGES = 300
CLIENTS = 4
WAITING = 100_000
_PATIENCE = 600.0
_HALF = 0.5
_NOTE = """\
{messages} messages of 10 KiB between two gateways, each its own processes; {clients} clients at the bare endpoint, \
with the same bytes. All share the cores of the machine."""
_NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
_BATCH = 5000


def measure_exchange(results: Results, say: Say, messages: int = MESSAGES, waiting: int = WAITING) -> None:
    """Measure rates and sweeps on both databases."""
    rows: list[tuple[str, ...]] = []
    sweeps: list[tuple[str, ...]] = []
    for name, places in (("SQLite", sqlite_places), ("PostgreSQL and Redis", server_places)):
        say(f"exchange on {name} ...")
        with places() as (first, second, bare):
            raw = _bare_rate(bare, messages)
            ours = _our_rate(first, second, messages)
            rows.append((name, f"{ours:.0f}", f"{raw:.0f}", f"{ours / raw:.2f}"))
            if name != "SQLite":
                aim = "at least half the rate of a bare durable insert"
                results.aim("Messages, accepted to R2, PostgreSQL", aim, f"{ours / raw:.2f}", met=ours / raw >= _HALF)
            say(f"sweep over {waiting:,} deliveries on {name} ...")
            sweeps.append((name, *_sweeps(bare, waiting)))
    results.figures.append(
        Figures(
            "Exchange",
            ("Database", "Messages a second, to R2", "Bare FastAPI, requests a second", "Ratio"),
            tuple(rows),
            (_NOTE.format(messages=messages, clients=CLIENTS),),
        )
    )
    results.figures.append(
        Figures(
            f"A sweep over {waiting:,} waiting deliveries",
            ("Database", "Claim 20 of all due", "None is due yet", "All to a paused partner"),
            tuple(sweeps),
        )
    )


def _our_rate(first: Place, second: Place, count: int) -> float:
    with running(first, second) as (sender, recipient), _sending(sender) as exchange:
        _deliver(exchange, recipient, 5)
        began = time.perf_counter()
        _deliver(exchange, recipient, count)
        return count / (time.perf_counter() - began)


def _deliver(exchange: Exchange, recipient: Side, count: int) -> None:
    before = _delivered(exchange)
    for _ in range(count):
        send(exchange, recipient.organisation, TERMS, Payload(io.BytesIO(os.urandom(SIZE)), SIZE))
    give_up = time.monotonic() + _PATIENCE
    while _delivered(exchange) < before + count:
        if time.monotonic() > give_up:
            raise TimeoutError("The messages have not all been receipted.")
        time.sleep(0.02)


@contextmanager
def _sending(side: Side) -> Iterator[Exchange]:
    broker = side.settings.get("ICS_GATEWAY_BROKER_URL")
    with opened(side.settings, wake=waker(broker) if broker else None) as exchange:
        yield exchange


def _delivered(exchange: Exchange) -> int:
    wanted = select(func.count()).select_from(Message).where(Message.state == State.DELIVERED)
    with reading(exchange.store.engine) as connection:
        count: int = connection.execute(wanted).scalar_one()
    return count


def _bare_rate(database: str, count: int) -> float:
    port = free_port()
    server = start(["-m", "benchmarks.bare_endpoint", str(port)], {"BARE_DATABASE_URL": database})
    try:
        wait_for(port)
        with httpx.Client(trust_env=False) as client, ThreadPoolExecutor(CLIENTS) as pool:
            _post(client, port, 20, pool)
            began = time.perf_counter()
            _post(client, port, count, pool)
            return count / (time.perf_counter() - began)
    finally:
        server.terminate()
        server.wait(20)


def _post(client: httpx.Client, port: int, count: int, pool: ThreadPoolExecutor) -> None:
    body, headers = os.urandom(SIZE), {"content-type": "application/octet-stream"}
    answers = pool.map(lambda _: client.post(f"http://127.0.0.1:{port}/", content=body, headers=headers), range(count))
    for answer in answers:
        answer.raise_for_status()


def _sweeps(database: str, count: int) -> tuple[str, str, str]:
    """Time one claim: of due work, of none that is due, of none that may go. The database was another's before."""
    from gateway.store import migrate  # noqa: PLC0415  # only here
    from gateway.store.models import BreakerRow  # noqa: PLC0415  # as above

    engine = connect(database)
    migrate.upgrade(engine)
    _fill(engine, count)
    store = Store(engine, KeyRing.read("11" * 32))
    due = _timed(store, _NOW, 20)
    early = _timed(store, _NOW - timedelta(hours=1), 0)
    with writing(engine) as connection:
        blocked = _NOW + timedelta(hours=1)
        connection.execute(insert(BreakerRow).values(organisation=_RECIPIENT, state="{}", blocked_until=blocked))
    paused = _timed(store, _NOW, 0)
    engine.dispose()
    return due, early, paused


_SENDER, _RECIPIENT = "urn:ics:org:ods:AA1", "urn:ics:org:ods:BB2"


def _timed(store: Store, at: datetime, expected: int) -> str:
    began = time.perf_counter()
    found = len(claim(store, "sweep", at, at + timedelta(minutes=1), 20))
    took = time.perf_counter() - began
    if found != expected:
        raise RuntimeError(f"{found} were claimed and not {expected}.")
    return seconds(took)


def _fill(engine: Engine, count: int) -> None:
    for begin in range(0, count, _BATCH):
        numbers = range(begin + 1, min(begin + _BATCH, count) + 1)
        with writing(engine) as connection:
            connection.execute(insert(Message), [_message(number) for number in numbers])
            connection.execute(insert(Work), [_work(number) for number in numbers])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def _message(number: int) -> dict[str, object]:
    return {
        "id": number,
        "direction": Direction.OUT,
        "sender": _SENDER,
        "recipient": _RECIPIENT,
        "message_id": f"message-{number}",
        "conversation_id": f"conversation-{number}",
        "state": State.ACCEPTED,
        "delivery": "normal",
        "label_digest": "0" * 43,
        "manifest_digest": "0" * 43,
        "chunk_count": 1,
        "created": _NOW,
        "expires": _NOW + timedelta(days=5),
        "accepted": _NOW,
    }


def _work(number: int) -> dict[str, object]:
    return {
        "message": number,
        "task": "deliver",
        "partner": _RECIPIENT,
        "rank": 1,
        "due": _NOW,
        "attempts": 0,
    }


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--waiting", type=int, default=WAITING)
    options = parser.parse_args()
    results = Results()
    measure_exchange(results, lambda text: print(text, file=sys.stderr, flush=True), options.messages, options.waiting)
    print(markdown(results), end="")


if __name__ == "__main__":
    main()
