from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from gateway.pipeline import embedded
from gateway.pipeline.embedded import EmbeddedWorker
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.schedule import Job
from pipeline_rig import Alone

LONG = timedelta(days=1)
PATIENCE = 20.0


def test_a_partner_that_takes_its_time_keeps_nothing_else_waiting(ben: Alone, monkeypatch: pytest.MonkeyPatch) -> None:
    signed, swept = threading.Event(), threading.Event()

    def slow(_exchange: Exchange, _owner: str) -> bool:
        # Ends only when the other job was done meanwhile.
        if signed.wait(PATIENCE):
            swept.set()
        return False

    jobs = (
        Job("sweep", LONG, slow, calls=True),
        Job("checkpoint", LONG, lambda _exchange, _owner: signed.set()),
    )
    monkeypatch.setattr(embedded, "JOBS", jobs)
    worker = EmbeddedWorker()
    worker.start(ben.exchange)
    assert swept.wait(PATIENCE)
    worker.stop()


def test_a_job_that_fails_stops_no_other_and_a_wake_sweeps_at_once(ben: Alone, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    twice, collected = threading.Event(), threading.Event()

    def sweep(_exchange: Exchange, owner: str) -> bool:
        calls.append(owner)
        if len(calls) == 2:
            twice.set()
        raise RuntimeError("A bug.")

    jobs = (
        Job("sweep", LONG, sweep, calls=True),
        Job("collect", LONG, lambda _exchange, _owner: collected.set(), calls=True),
    )
    monkeypatch.setattr(embedded, "JOBS", jobs)
    worker = EmbeddedWorker()
    worker.start(ben.exchange)
    assert collected.wait(PATIENCE)
    worker.wake("deliver", 1)
    assert twice.wait(PATIENCE)
    worker.stop()
    assert len(set(calls)) == 1
    assert calls[0].startswith("embedded-")


def test_a_sweep_that_did_something_is_followed_by_another_at_once(ben: Alone, monkeypatch: pytest.MonkeyPatch) -> None:
    left, done = iter([20, 20, 0]), threading.Event()

    def sweep(_exchange: Exchange, _owner: str) -> int:
        count = next(left)
        if not count:
            done.set()
        return count

    monkeypatch.setattr(embedded, "JOBS", (Job("sweep", LONG, sweep, calls=True),))
    worker = EmbeddedWorker()
    worker.start(ben.exchange)
    assert done.wait(PATIENCE)
    worker.stop()


def test_what_works_long_by_itself_keeps_nothing_else_waiting(ben: Alone, monkeypatch: pytest.MonkeyPatch) -> None:
    signed, swept, over = threading.Event(), threading.Event(), threading.Event()

    def long(_exchange: Exchange, _owner: str) -> None:
        # Ends only when both other jobs were done meanwhile.
        if signed.wait(PATIENCE) and swept.wait(PATIENCE):
            over.set()

    jobs = (
        Job("sweep", LONG, lambda _exchange, _owner: swept.set(), calls=True),
        Job("check-returns", LONG, long, heavy=True),
        Job("checkpoint", LONG, lambda _exchange, _owner: signed.set()),
    )
    monkeypatch.setattr(embedded, "JOBS", jobs)
    worker = EmbeddedWorker()
    worker.start(ben.exchange)
    assert over.wait(PATIENCE)
    worker.stop()
