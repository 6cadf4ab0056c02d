"""The algorithm suites. A name selects everything; nothing is negotiated inside a message."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Curve = Literal["Ed25519", "X25519", "P-256"]

WRAP = "ECDH-ES+A256KW"
CONTENT = "A256GCM"
SIGNATURES = {"Ed25519": "Ed25519", "P-256": "ES256"}
"""The one signature algorithm (JWS `alg`) of each signing curve."""


@dataclass(frozen=True, slots=True)
class Suite:
    """One suite: the curve of its signatures and of its key agreement. Higher ranks are preferred."""

    name: str
    rank: int
    signing: Curve
    agreement: Curve


SUITES = {suite.name: suite for suite in (Suite("itp-b", 1, "P-256", "P-256"), Suite("itp-a", 2, "Ed25519", "X25519"))}


def accepted(listed: Collection[str], minimum: str) -> tuple[Suite, ...]:
    """Give the suites that an organisation takes, strongest first: those that it lists, from its minimum up."""
    known = [SUITES[name] for name in listed if name in SUITES]
    floor = SUITES[minimum].rank
    return tuple(sorted((suite for suite in known if suite.rank >= floor), key=lambda suite: -suite.rank))
