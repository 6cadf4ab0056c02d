"""Hold each partner to its rate, and the process to what it can do at a time."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from gateway.api.limits import Rate
from gateway.api.problems import Slow
from gateway.itp.codes import Code, Refused


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: datetime


class Buckets:
    """A token bucket for each partner, in this process alone."""

    def __init__(self, rate: Rate, clock: Callable[[], datetime]) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, partner: str) -> None:
        """Count one request of a partner. Raise Slow (itp-429-slow)."""
        with self._lock:
            bucket = self._refilled(partner)
            if bucket.tokens < 1:
                raise Slow(math.ceil((1 - bucket.tokens) / self._rate.per_second))
            bucket.tokens -= 1

    def _refilled(self, partner: str) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.setdefault(partner, _Bucket(self._rate.burst, now))
        # A clock that was set back refills nothing.
        passed = max(0.0, (now - bucket.at).total_seconds())
        bucket.tokens = min(self._rate.burst, bucket.tokens + passed * self._rate.per_second)
        bucket.at = now
        return bucket


class Places:
    """So many requests at a time. Used by the event loop alone, which needs no lock."""

    def __init__(self, count: int) -> None:
        self._free = count

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold a place. Raise Refused (itp-503-busy) where there is none."""
        if not self._free:
            raise Refused(Code.BUSY, "As many requests are being answered as may be.")
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1
