"""The worker inside the process: the same steps and jobs as Celery's, in a thread, with nothing to start."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from gateway.logs import logger
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.schedule import JOBS, Job

_IDLE = timedelta(seconds=1)
log = logger(__name__)


class EmbeddedWorker:
    """Does what is due until it is stopped. `wake` may be called before it starts, and from any thread."""

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._woken = threading.Event()
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._owner = f"embedded-{secrets.token_hex(4)}"

    def wake(self, _task: str, _message: int) -> None:
        """Look now instead of at the next turn."""
        self._woken.set()

    def start(self, exchange: Exchange) -> None:
        """Begin to work, in a thread of its own."""
        self._thread = threading.Thread(target=self._work, args=(exchange,), name="worker", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 30.0) -> None:
        """End after the step that is being done; what is left is found again by whoever works next."""
        self._stopped.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def _work(self, exchange: Exchange) -> None:
        due = dict.fromkeys((job.name for job in JOBS), self._ticks())
        while not self._stopped.is_set():
            woken = self._woken.wait(_IDLE.total_seconds())
            self._woken.clear()
            for job in JOBS:
                if self._stopped.is_set():
                    return
                if due[job.name] <= self._ticks() or (woken and job.name == "sweep"):
                    self._do(job, exchange)
                    due[job.name] = self._ticks() + job.every.total_seconds()

    def _do(self, job: Job, exchange: Exchange) -> None:
        try:
            job.do(exchange, self._owner)
        except Exception as error:  # noqa: BLE001  # the boundary of a job: it is done again in its time
            log.warning("job-failed", task=job.name, error=type(error).__name__)
