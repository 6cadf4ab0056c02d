"""Measure the audit log against bare SHA-256 in the same run: python -m benchmarks.audit [ENTRIES]."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine

from gateway.audit.chain import link, start
from gateway.audit.checkpoint import HeadGuard, Signer, Trust, empty
from gateway.audit.database import sequence
from gateway.audit.entry import Event, Role
from gateway.audit.events import Action, Outcome
from gateway.audit.export import export
from gateway.audit.file_store import FileStore
from gateway.audit.log import AuditLog
from gateway.audit.merkle import Frontier, leaf_hash
from gateway.audit.note import Kind, SigningKey
from gateway.audit.pending import note
from gateway.audit.sign import checkpoint
from gateway.audit.store import MemoryStore, Store
from gateway.audit.verify import verify
from gateway.itp.keys import PrivateKey
from gateway.store import migrate
from gateway.store.engine import connect, writing

ORIGIN = "gateway.example/209"
OURS = "urn:ics:org:ods:209"
KEY = SigningKey(ORIGIN, Kind.NOTE, Ed25519PrivateKey.generate())
TRUST = Trust(ORIGIN, (KEY.public,))
DEFAULT_ENTRIES = 100_000
ROUNDS = 3
BATCH = 100
ONE_BY_ONE = 500
EVENT = Event.of(
    organisation=OURS,
    role=Role.GATEWAY,
    action=Action.ACCEPT,
    objects=("message:019ab000-0000-7000-8000-000000000001",),
    purpose="P1",
    request="019ab000-0000-7000-8000-0000000000aa",
    outcome=Outcome.DONE,
)


def main(count: int = DEFAULT_ENTRIES) -> None:
    """Print the table."""
    store = MemoryStore(ORIGIN)
    log = new_log(store)
    log.record(EVENT)
    entry = next(store.links()).entry
    bare = best(lambda: bare_hashes(entry, count))
    print(f"{count:,} entries of {len(entry)} bytes, best of {ROUNDS}")
    print(f"{'':44}{'per second':>14}{'of bare':>10}")
    row("bare hashlib SHA-256 of the entry", count / bare, count / bare)
    row("Merkle tree and chain", count / best(lambda: tree_and_chain(entry, count)), count / bare)
    row("recorded in memory, checked and canonical", count / best(lambda: recorded(count)), count / bare)
    in_files(count, count / bare)
    in_a_database(count, count / bare)


def in_files(count: int, bare: float) -> None:
    """Measure the file store and what reads it."""
    with TemporaryDirectory() as name, FileStore(Path(name) / "log", ORIGIN) as store:
        log = new_log(store)
        row("recorded in files, a disk flush for each", ONE_BY_ONE / timed(lambda: one_by_one(log)), bare)
        rest = count - ONE_BY_ONE
        row(f"recorded in files, a flush for each {BATCH}", rest / timed(lambda: fill(log, rest)), bare)
        row("consistency proof, entries passed", count / timed(lambda: log.consistency(count // 2, count)), bare)
        log.checkpoint(Signer(KEY, HeadGuard(empty(ORIGIN))))
        path = Path(name) / "export.jsonl"
        with path.open("wb") as out:
            row("exported", count / timed(lambda: export(store, out)), bare)
        row("verified offline", count / timed(lambda: check(path)), bare)
        print(f"verification holds at most {memory(path) / 1024:.0f} KiB; the export is {path.stat().st_size:,} bytes")


def in_a_database(count: int, bare: float) -> None:
    """Measure the log in a database on SQLite, as the exchange keeps it."""
    with TemporaryDirectory() as name:
        engine = connect(f"sqlite:///{Path(name) / 'store.sqlite'}")
        migrate.upgrade(engine)
        key = PrivateKey.generate("Ed25519")
        row("noted in SQLite, a transaction for each", ONE_BY_ONE / timed(lambda: noted(engine, ONE_BY_ONE, 1)), bare)
        noted(engine, count - ONE_BY_ONE, BATCH)
        row("given their place by the sequencer", count / timed(lambda: sequence(engine, OURS)), bare)
        row(
            "checkpoint over all of it, entries passed", count / timed(lambda: checkpoint(engine, OURS, key, now)), bare
        )
        print(f"the next checkpoint takes {timed(lambda: checkpoint(engine, OURS, key, now)) * 1000:.0f} ms")
        engine.dispose()


def noted(engine: Engine, count: int, batch: int) -> None:
    """Note events, so many in a transaction."""
    for _ in range(0, count, batch):
        with writing(engine) as connection:
            note(connection, now(), *[EVENT] * batch)


def row(name: str, rate: float, bare: float) -> None:
    """Print one line."""
    print(f"{name:44}{rate:14,.0f}{rate / bare:10.3f}")


def best(run: Callable[[], object]) -> float:
    """Give the shortest of a few runs, in seconds."""
    return min(timed(run) for _ in range(ROUNDS))


def timed(run: Callable[[], object]) -> float:
    """Give the seconds of one run."""
    begun = perf_counter()
    run()
    return perf_counter() - begun


def bare_hashes(entry: bytes, count: int) -> None:
    """Hash the entry again and again."""
    for _ in range(count):
        sha256(entry).digest()


def tree_and_chain(entry: bytes, count: int) -> bytes:
    """Append the entry to a tree and a chain again and again."""
    tree, chain = Frontier(), start(ORIGIN)
    for _ in range(count):
        chain = link(chain, entry)
        tree.append(leaf_hash(entry))
    return tree.root() + chain


def recorded(count: int) -> None:
    """Record into memory."""
    fill(new_log(MemoryStore(ORIGIN)), count)


def fill(log: AuditLog, count: int) -> None:
    """Record in batches."""
    for done in range(0, count, BATCH):
        log.record(*[EVENT] * min(BATCH, count - done))


def one_by_one(log: AuditLog) -> None:
    """Record with one flush an entry."""
    for _ in range(ONE_BY_ONE):
        log.record(EVENT)


def check(path: Path) -> None:
    """Verify an export; raise RuntimeError where it is not sound."""
    with path.open("rb") as source:
        if not verify(source, TRUST).is_sound:
            raise RuntimeError("The export does not verify.")


def memory(path: Path) -> int:
    """Give the most bytes that a verification holds at a time."""
    tracemalloc.start()
    check(path)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def new_log(store: Store) -> AuditLog:
    """Open a log by the clock of the machine."""
    return AuditLog(store, now)


def now() -> datetime:
    """Read the clock of the machine."""
    return datetime.now(UTC)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
