"""How much a carrier takes: sizes in bytes, and counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The defaults are those of ITP-1 (docs/itp.md); a parcel is a payload of 4 GiB with what it is wrapped in."""

    label: int = 4096
    manifest: int = 2 * 1024 * 1024
    chunk: int = 4 * 1024 * 1024 + 16
    chunks: int = 10_000
    parcel: int = 4 * 1024**3 + 64 * 1024**2
    receipt: int = 16 * 1024
    scanned: int = 100_000
    waiting: int = 1_000
    refused: int = 100


DEFAULT = Limits()
