"""Seal and open packages against bare AES-256-GCM and SHA-256 over the same chunks: python -m benchmarks.itp.

Each size runs in a process of its own. Up to 64 MiB everything is in memory; 2 GiB goes through files.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from tempfile import TemporaryFile
from typing import BinaryIO, TypeVar

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.figures import Figures, Results, Say, memory, seconds
from benchmarks.measure import measured
from benchmarks.page import markdown
from gateway.itp.admit import Arrival
from gateway.itp.chunks import MAX_CHUNK
from gateway.itp.directory import Directory, Partner, Standing
from gateway.itp.identifiers import Organisation
from gateway.itp.keys import PrivateKey, Use
from gateway.itp.manifest import Authority, Restriction, Terms
from gateway.itp.open import Receiver, open_package
from gateway.itp.route import choose
from gateway.itp.seal import Envelope, Payload, Sealed, seal

T = TypeVar("T")

_KIB, _MIB, _GIB = 1 << 10, 1 << 20, 1 << 30
_NAMES = {10 * _KIB: "10 KiB", _MIB: "1 MiB", 64 * _MIB: "64 MiB", 2 * _GIB: "2 GiB"}
_RUNS = {10 * _KIB: 300, _MIB: 40, 64 * _MIB: 7}
_IN_MEMORY = 64 * _MIB
_RATE = 400.0
_LATENCY = 0.001
_NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
_OURS, _THEIRS = Organisation("urn:ics:org:ods:AAA"), Organisation("urn:ics:org:ods:BBB")
TERMS = Terms(
    process="P1",
    process_version="1",
    step="pack",
    purpose="safeguarding-move",
    legal_gateways=("LG-CA89-47",),
    agreement_id="northmere-southmere-moves",
    agreement_version="1",
    policy_decision_id="decision-1",
    authorised_by=Authority(role="team-manager", reference="staff-1"),
    restriction=Restriction(level="X0"),
    schema_name="case-record",
    schema_version="1",
    content_type="application/zip",
)


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two made-up organisations, their directory and keys."""

    directory: Directory
    signing: PrivateKey
    opening: PrivateKey

    @classmethod
    def new(cls) -> _Pair:
        signing, opening = PrivateKey.generate("Ed25519"), PrivateKey.generate("X25519")
        life = (_NOW - timedelta(days=1), _NOW + timedelta(days=90))
        keys = {_OURS: (signing.published(Use.SIGN, *life),), _THEIRS: (opening.published(Use.ENCRYPT, *life),)}
        partners = tuple(
            Partner(
                organisation=name,
                name="Made up",
                suites=("itp-a",),
                minimum_suite="itp-a",
                max_size=1 << 40,
                status=Standing.LIVE,
                keys=shown,
            )
            for name, shown in keys.items()
        )
        return cls(Directory(sequence=1, issued=_NOW, partners=partners), signing, opening)

    def seal(self, stream: BinaryIO, size: int, put: Callable[[int, bytes], object]) -> Sealed:
        route = choose(self.directory, _OURS, _THEIRS, _NOW)
        return seal(Envelope.new(_NOW), route, TERMS, Payload(stream, size), self.signing, put)

    def open(self, sealed: Sealed, chunks: Iterator[bytes], quarantine: BinaryIO) -> None:
        receiver = Receiver(_THEIRS, self.directory, lambda _kid: self.opening, lambda *_: None, lambda *_: None)
        arrival = Arrival(sealed.label_bytes, sealed.manifest_bytes, (_OURS,))
        open_package(receiver, arrival, chunks, quarantine, _NOW)


@dataclass(frozen=True, slots=True)
class _Times:
    seal: float
    open: float
    raw: float


def measure_itp(results: Results, say: Say) -> None:
    """Measure every size and add a table and the targets."""
    rows = []
    for size, name in _NAMES.items():
        say(f"ITP-1: seal and open {name}")
        run = measured([sys.executable, "-m", "benchmarks.itp", "--once", str(size)], done=(0,))
        times = _Times(**json.loads(run.stdout))
        rows.append(_row(name, size, times, run.peak))
        _aim(results, name, size, times)
    columns = ("Payload", "Seal", "Open", "AES + SHA", "Seal ratio", "Open ratio", "Seal MiB/s", "Open MiB/s", "Peak")
    note = (
        "AES + SHA: AES-256-GCM over the same chunks and one SHA-256 of the result. ITP-1 hashes twice: each sealed "
        "chunk for the manifest, and the whole plaintext. Medians; up to 64 MiB in memory, 2 GiB through files."
    )
    results.figures.append(Figures("Sealed packages", columns, tuple(rows), (note,)))


def _row(name: str, size: int, times: _Times, peak: float) -> tuple[str, ...]:
    rates = (f"{size / _MIB / taken:.0f}" for taken in (times.seal, times.open))
    ratios = (f"{taken / times.raw:.1f}" for taken in (times.seal, times.open))
    return (name, *map(_fine, (times.seal, times.open, times.raw)), *ratios, *rates, memory(peak))


def _fine(value: float) -> str:
    return seconds(value) if value >= 100 * _LATENCY else f"{value * 1000:.2f} ms"


def _aim(results: Results, name: str, size: int, times: _Times) -> None:
    for what, taken in (("Seal", times.seal), ("Open", times.open)):
        if size == 10 * _KIB:
            results.aim(f"{what} {name}", "under 1 ms", f"{taken * 1000:.2f} ms", met=taken < _LATENCY)
        elif size == _IN_MEMORY:
            rate = size / _MIB / taken
            results.aim(f"{what} {name}", f"at least {_RATE:.0f} MiB/s", f"{rate:.0f} MiB/s", met=rate >= _RATE)


def _once(size: int) -> _Times:
    pair, run = _Pair.new(), _memory_run if size <= _IN_MEMORY else _file_run
    each = [run(pair, size) for _ in range(_RUNS.get(size, 1))]
    return _Times(*(median(values) for values in zip(*((one.seal, one.open, one.raw) for one in each), strict=True)))


def _memory_run(pair: _Pair, size: int) -> _Times:
    payload, chunks = os.urandom(size), list[bytes]()
    sealed, sealing = _timed(lambda: pair.seal(io.BytesIO(payload), size, lambda _index, chunk: chunks.append(chunk)))
    _, opening = _timed(lambda: pair.open(sealed, iter(chunks), io.BytesIO()))
    _, raw = _timed(lambda: _raw(io.BytesIO(payload), size))
    return _Times(sealing, opening, raw)


def _file_run(pair: _Pair, size: int) -> _Times:
    with ExitStack() as files:
        source, kept, quarantine = (files.enter_context(TemporaryFile()) for _ in range(3))
        for _ in range(size // MAX_CHUNK):
            source.write(os.urandom(MAX_CHUNK))
        source.seek(0)
        sealed, sealing = _timed(lambda: pair.seal(source, size, lambda _index, chunk: kept.write(chunk)))
        kept.seek(0)
        label = sealed.label
        chunks = (kept.read(label.size_of(index)) for index in range(label.chunk_count))
        _, opening = _timed(lambda: pair.open(sealed, chunks, quarantine))
        source.seek(0)
        _, raw = _timed(lambda: _raw(source, size))
    return _Times(sealing, opening, raw)


def _raw(stream: BinaryIO, size: int) -> None:
    cipher = AESGCM(bytes(32))
    for index in range(-(-size // MAX_CHUNK)):
        sealed = cipher.encrypt(index.to_bytes(12, "big"), stream.read(MAX_CHUNK), b"")
        hashlib.sha256(sealed).digest()


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    started = time.perf_counter()
    done = work()
    return done, time.perf_counter() - started


def main() -> None:
    """Measure one size and print its times as JSON, or all and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", type=int, metavar="BYTES", help="measure this size alone, in this process")
    size = parser.parse_args().once
    if size is not None:
        times = _once(size)
        print(json.dumps({"seal": times.seal, "open": times.open, "raw": times.raw}))
        return
    results = Results()
    measure_itp(results, lambda text: print(text, file=sys.stderr, flush=True))
    print(markdown(results), end="")


if __name__ == "__main__":
    main()
