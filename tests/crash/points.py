"""The state changes of a message: where a process is killed, on which side, and with what kind of content."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from crash.faults import Fault, Moment, at
from crash.rig import large, refused, small


@dataclass(frozen=True)
class Point:
    """A process of `side` is killed at `fault` while a message from Ann to Ben is under way."""

    side: Literal["ann", "ben"]
    fault: Fault
    content: Callable[[], bytes] = small

    def __str__(self) -> str:
        return f"{self.side}-{self.content.__name__}-{self.fault}"


def _both(
    side: Literal["ann", "ben"], *within: str, content: Callable[[], bytes] = small, skip: int = 0
) -> list[Point]:
    moments: tuple[Moment, Moment] = ("before", "after")
    return [Point(side, at(moment, *within, skip=skip), content) for moment in moments]


def huge() -> bytes:
    """Make content that its sender stores chunk by chunk: over 8 MiB."""
    return secrets.token_bytes(9 << 20)


SENDER = [
    Point("ann", at("request", "pipeline.deliver.deliver")),
    Point("ann", at("request", "pipeline.deliver.deliver", skip=2), large),
    *_both("ann", "pipeline.deliver._Attempt._done", "store.finish.complete"),
    *_both("ann", "pipeline.deliver._Attempt._done", "pipeline.receipt._keep"),
    *_both("ann", "api.receipts.push", "pipeline.receipt._keep"),
    *_both("ann", "api.receipts.push", "pipeline.receipt._keep", content=refused),
    *_both("ann", "audit.database.sequence"),
    *_both("ann", "audit.sign.checkpoint"),
]
"""From the claim of a delivery to the last receipt."""

RECEIVER = [
    *_both("ben", "store.nonces.remember"),
    *_both("ben", "pipeline.receive.take", "store.accept.accept"),
    *_both("ben", "pipeline.receive.begin", content=large),
    *_both("ben", "pipeline.receive.put_chunk", "store.receiving.put_chunk", skip=1, content=large),
    *_both("ben", "pipeline.receive.finish", "store.receiving.finish", content=large),
    Point("ben", at("rename", "pipeline.hand_over.hand_over")),
    *_both("ben", "pipeline.open._settle"),
    *_both("ben", "pipeline.open._refuse", content=refused),
    Point("ben", at("request", "pipeline.acknowledge.acknowledge")),
    *_both("ben", "pipeline.acknowledge.acknowledge"),
]
"""From the first request to the last receipt that is given."""

SENDING = [
    *((moment, "store.accept.accept", small) for moment in ("before", "after")),
    *((moment, "store.receiving.begin", huge) for moment in ("before", "after")),
    *((moment, "store.receiving.put_chunk", huge) for moment in ("before", "after")),
    *((moment, "store.receiving.finish", huge) for moment in ("before", "after")),
]
"""Where an application is killed that sends."""
