"""Folders of made-up authorities and of a partnership, with a clock that the test turns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.itp.identifiers import Organisation
from gateway.itp.keys import Use
from gateway.itp.suites import Curve
from gateway.partners import life
from gateway.partners.folders import make_private
from gateway.partners.join import Profile
from gateway.partners.keys import KeyStore
from gateway.partners.partnership import Approval, Partnership

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
NORTH = Organisation("urn:ics:org:ods:X26")
SOUTH = Organisation("urn:ics:org:ods:Y63")
BOTH = Approval(("staff-17", "staff-42"), "Fingerprints read out by telephone")
ONE = Approval(("staff-17",))
ITP_A: tuple[tuple[Use, Curve], ...] = ((Use.SIGN, "Ed25519"), (Use.ENCRYPT, "X25519"), (Use.RECEIPT_LOG, "Ed25519"))
ITP_B: tuple[tuple[Use, Curve], ...] = ((Use.SIGN, "P-256"), (Use.ENCRYPT, "P-256"), (Use.RECEIPT_LOG, "Ed25519"))


@dataclass
class Clock:
    """A clock that stands still until it is turned."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **parts: float) -> None:
        self.now += timedelta(**parts)


@dataclass
class Council:
    """One authority that joins."""

    folder: Path
    clock: Clock
    organisation: Organisation = SOUTH
    keys: KeyStore = field(init=False)

    def __post_init__(self) -> None:
        make_private(self.folder)
        self.keys = KeyStore(self.folder, self.clock)

    def with_keys(self, pairs: tuple[tuple[Use, Curve], ...] = ITP_A) -> Council:
        for use, curve in pairs:
            life.new(self.keys, use, curve)
        return self

    @property
    def profile(self) -> Profile:
        return Profile(self.organisation, "A made-up council", "https://gateway.example")

    def current(self, use: Use, curve: Curve) -> str:
        return self.keys.current(use, curve).kid


def partnership(folder: Path, clock: Clock) -> Partnership:
    """Make a partnership with a root key."""
    made = Partnership(folder, clock)
    made.new_root(BOTH)
    return made
