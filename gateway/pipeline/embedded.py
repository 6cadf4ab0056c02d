"""The worker inside the process: the same steps and jobs as Celery's, in three threads, with nothing to start.

One does what calls partners, and takes as long as they do. One does what works long by itself. The third signs,
expires, watches and tells meanwhile.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from gateway.logs import logger
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.schedule import JOBS, Job

SWEEP = "sweep"
_IDLE = timedelta(seconds=1)
log = logger(__name__)


class EmbeddedWorker:
    """Does what is due until it is stopped. `wake` may be called before it starts, and from any thread."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._threads: tuple[threading.Thread, ...] = ()
        self._owner = f"embedded-{secrets.token_hex(4)}"

    def wake(self, _task: str, _message: int) -> None:
        """Look now instead of at the next turn."""
        self._woken.set()

    def start(self, exchange: Exchange) -> None:
        """Begin to work, in threads of its own."""
        lanes = (
            ("worker", self._woken, tuple(job for job in JOBS if job.calls)),
            ("checker", threading.Event(), tuple(job for job in JOBS if job.heavy)),
            ("keeper", threading.Event(), tuple(job for job in JOBS if not (job.calls or job.heavy))),
        )
        self._threads = tuple(
            threading.Thread(target=self._work, args=(exchange, woken, jobs), name=name, daemon=True)
            for name, woken, jobs in lanes
        )
        for thread in self._threads:
            thread.start()

    def stop(self, seconds: float = 30.0) -> None:
        """End after the step that is being done; what is left is found again by whoever works next."""
        self._stopped.set()
        self._woken.set()
        for thread in self._threads:
            thread.join(seconds)

    def _work(self, exchange: Exchange, bell: threading.Event, jobs: tuple[Job, ...]) -> None:
        due = dict.fromkeys((job.name for job in jobs), self._ticks())
        while not self._stopped.is_set():
            woken = bell.wait(_IDLE.total_seconds())
            bell.clear()
            for job in jobs:
                if self._stopped.is_set():
                    return
                if due[job.name] <= self._ticks() or (woken and job.name == SWEEP):
                    did = self._do(job, exchange)
                    due[job.name] = self._ticks() + job.every.total_seconds()
                    if did and job.name == SWEEP:
                        # It stops after a while to give the others their turn; there may be more.
                        bell.set()

    def _do(self, job: Job, exchange: Exchange) -> bool:
        try:
            return bool(job.do(exchange, self._owner))
        except Exception as error:  # the boundary of a job: it is done again in its time
            log.warning("job-failed", task=job.name, exc_info=error)
            return False
