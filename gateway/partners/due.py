"""What must be done about our keys, and when: a successor, a replacement, a destruction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.itp.keys import KeyStatus, PublishedKey
from gateway.partners.keys import KeyStore
from gateway.partners.life import AHEAD, needed_until

WARN_BEFORE = timedelta(days=14)
"""How long before the day on which a successor should be made a warning begins."""


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do about a key. It is urgent where something stops, or has stopped."""

    key: PublishedKey
    urgent: bool
    message: str
    hint: str


def due(keys: KeyStore) -> tuple[Due, ...]:
    """List what is due now, urgent things first."""
    now = keys.clock()
    found = [*_successors(keys, now), *_destructions(keys, now)]
    return tuple(sorted(found, key=lambda item: not item.urgent))


def _successors(keys: KeyStore, now: datetime) -> Iterator[Due]:
    newest: dict[tuple[str, str], PublishedKey] = {}
    for key in keys.published():
        if key.status is KeyStatus.ACTIVE:
            newest[key.use, key.jwk.crv] = key
    for (use, curve), key in newest.items():
        days = (key.valid_to - now) // timedelta(days=1)
        rotate = f"Run: ics-gateway keys rotate {use} --curve {curve}"
        if key.valid_to <= now:
            hint = f"Run: ics-gateway keys new {use} --curve {curve}"
            yield Due(key, True, f"The {use} key on {curve} ended on {key.valid_to:%Y-%m-%d}.", hint)  # noqa: FBT003  # a field
        elif key.valid_to - now < AHEAD[key.use]:
            yield Due(key, True, f"The {use} key on {curve} ends in {days} days without a successor.", rotate)  # noqa: FBT003  # a field
        elif key.valid_to - now < AHEAD[key.use] + WARN_BEFORE:
            yield Due(key, False, f"The {use} key on {curve} ends in {days} days.", rotate)  # noqa: FBT003  # a field


def _destructions(keys: KeyStore, now: datetime) -> Iterator[Due]:
    for file in keys.files():
        key = file.published
        if file.destroyed_at is None and needed_until(key) <= now:
            message = f"Nothing needs the private half of the {key.use} key {key.kid[:8]} any more."
            yield Due(key, False, message, f"Run: ics-gateway keys destroy {key.kid[:8]}")  # noqa: FBT003  # a field
