"""How much a partner may ask of one process."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.itp.chunks import MAX_CHUNK, TAG


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests at once, refilled by so many a second."""

    burst: int = 200
    per_second: float = 50.0


@dataclass(frozen=True, slots=True)
class ApiLimits:
    """Sizes are bytes of a body, times are seconds.

    `document` is for JSON: a label, the largest sealed manifest, and a payload of about 4 MiB in base64.
    `concurrent` requests at most are read and answered at a time, so `concurrent` bodies at most are in memory.
    """

    document: int = 8 << 20
    chunk: int = MAX_CHUNK + TAG
    body_seconds: float = 30.0
    concurrent: int = 32
    rate: Rate = Rate()
    busy_seconds: int = 5
    """How long a partner is asked to wait when we cannot take more or cannot store."""
