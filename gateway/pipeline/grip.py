"""Hold on to the lease of a step that takes long: a large payload is read or sent chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TypeVar

from gateway.pipeline.exchange import Exchange
from gateway.store.outbox import Lease, renew

LEASE = timedelta(minutes=10)
"""How long a step may be silent until another worker may begin it again."""
_RENEW_BELOW = LEASE * 2 / 3
T = TypeVar("T")


class Grip:
    """Holds one lease. The row is written only when a third of its time has gone."""

    def __init__(self, exchange: Exchange, lease: Lease) -> None:
        self._exchange = exchange
        self._lease = lease

    def keep(self) -> None:
        """Renew the lease where it is time. Raise LeaseLost where it has lapsed or the work was settled."""
        now = self._exchange.clock()
        if self._lease.expires - now < _RENEW_BELOW:
            self._lease = renew(self._exchange.store, self._lease, now + LEASE, now)

    def over(self, pieces: Iterable[T]) -> Iterator[T]:
        """Pass pieces on, and keep the lease meanwhile. Raise LeaseLost."""
        for piece in pieces:
            self.keep()
            yield piece
