"""The life of a key: made, followed by its successor, retired, revoked, destroyed (messaging.md 4.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.itp.keys import KeyStatus, PrivateKey, PublishedKey, Use
from gateway.itp.label import MAX_LIFE
from gateway.itp.suites import Curve
from gateway.partners.folders import alone
from gateway.partners.key_files import KeyFile, destroy_key, write_key
from gateway.partners.keys import KeyStore
from schemas.errors import Misconfigured, Rejected

LIVES = {Use.SIGN: timedelta(days=365), Use.ENCRYPT: timedelta(days=182), Use.RECEIPT_LOG: timedelta(days=730)}
"""How long a key of ours is valid."""
AHEAD = {Use.SIGN: timedelta(days=30), Use.ENCRYPT: timedelta(days=14), Use.RECEIPT_LOG: timedelta(days=30)}
"""How long a successor is in the directory before it is used: every partner must have that revision by then."""
KEEP = timedelta(days=30)
"""How long the private half of an encryption key is kept after the last message to it has expired."""
_CURVES: dict[Use, tuple[Curve, ...]] = {
    Use.SIGN: ("Ed25519", "P-256"),
    Use.ENCRYPT: ("X25519", "P-256"),
    Use.RECEIPT_LOG: ("Ed25519", "P-256"),
}


@dataclass(frozen=True, slots=True)
class Rotation:
    """A key and the one that follows it. It is late where partners may see the successor only after it is needed."""

    before: PublishedKey
    successor: PublishedKey
    late: bool


def usual_curve(use: Use) -> Curve:
    """Give the curve of suite itp-a for this use."""
    return _CURVES[use][0]


def new(keys: KeyStore, use: Use, curve: Curve) -> PublishedKey:
    """Make the first key for a use and a curve; it is valid from now on. Raise Misconfigured where there is one."""
    _check_curve(use, curve)
    with alone(keys.folder):
        if _unended(keys, use, curve):
            raise Misconfigured(
                f"There is a {use} key on {curve} already.",
                hint=f"Give it a successor: ics-gateway keys rotate {use} --curve {curve}",
            )
        return _made(keys, use, curve, whole(keys.clock()))


def rotate(keys: KeyStore, use: Use, curve: Curve, *, ahead: timedelta | None = None) -> Rotation:
    """Make the successor of the current key, valid from `ahead` on; without a gap where the key ends before that.

    Raise Misconfigured where no key is in use, or one is followed already.
    """
    _check_curve(use, curve)
    with alone(keys.folder):
        now = whole(keys.clock())
        found = _unended(keys, use, curve)
        before = max((key for key in found if key.valid_from <= now), key=lambda key: key.valid_from, default=None)
        if before is None:
            raise Misconfigured(
                f"There is no {use} key on {curve} in use.",
                hint=f"Make one: ics-gateway keys new {use} --curve {curve}",
            )
        if any(key.valid_from > now for key in found):
            raise Misconfigured(f"The {use} key on {curve} has a successor already.", hint="See: ics-gateway keys list")
        usual = now + AHEAD[use]
        begins = min(now + ahead if ahead is not None else usual, before.valid_to)
        return Rotation(before, _made(keys, use, curve, begins), begins < usual)


def retire(keys: KeyStore, kid: str) -> PublishedKey:
    """End the life of a key now: it makes nothing new, and what it did before counts. Raise Misconfigured."""
    with alone(keys.folder):
        now = whole(keys.clock())
        file = find(keys, kid)
        key = file.published
        if key.status is not KeyStatus.ACTIVE:
            raise Misconfigured(f"This key is {key.status} already.")
        others = [other for other in _unended(keys, key.use, key.jwk.crv) if other.in_use(now) and other != key]
        if key.in_use(now) and not others:
            raise Misconfigured(
                f"This is the only {key.use} key on {key.jwk.crv} in use.",
                hint="Give it a successor first: ics-gateway keys rotate; retire it when the successor is in use.",
            )
        if key.valid_from >= now:
            raise Misconfigured(
                "The life of this key has not begun, so it cannot end.",
                hint="Wait until it has; revoke it where others may have it.",
            )
        return _written(keys, file, key.retired(now))


def revoke(keys: KeyStore, kid: str, since: datetime | None = None) -> PublishedKey:
    """Mark a key as in other hands from `since` on: nobody believes it, and it is not used. Raise Misconfigured."""
    with alone(keys.folder):
        file = find(keys, kid)
        now = whole(keys.clock())
        if file.published.status is KeyStatus.REVOKED:
            raise Misconfigured("This key is revoked already.")
        if since is not None and since > now:
            raise Misconfigured(
                "A key is revoked from now or from earlier.", hint="Leave the time out to revoke it now."
            )
        return _written(keys, file, file.published.revoked(whole(since or now)))


def destroy(keys: KeyStore, kid: str) -> PublishedKey:
    """Destroy the private half when nothing can need it any more. Destroying it again changes nothing.

    Raise Misconfigured before that time.
    """
    with alone(keys.folder):
        file = find(keys, kid)
        now = keys.clock()
        allowed = needed_until(file.published)
        if file.destroyed_at is None and now < allowed:
            raise Misconfigured(
                f"This key may be needed until {allowed:%Y-%m-%d %H:%M} UTC.",
                hint="Retire it and wait; where others may have it, revoke it: then it can be destroyed at once.",
            )
        if file.destroyed_at is not None:
            return file.published
        key = file.published
        # Nobody can sign with it any more, so it must not stand as active among those that sign for us.
        ended = key.retired(whole(now)) if key.status is KeyStatus.ACTIVE else key
        return destroy_key(keys.folder, file.changed(ended), whole(now)).published


def needed_until(key: PublishedKey) -> datetime:
    """Say until when the private half is kept: an encryption key's until 30 days after its last message expired."""
    if key.status is KeyStatus.REVOKED:
        return key.valid_from
    return key.valid_to + MAX_LIFE + KEEP if key.use is Use.ENCRYPT else key.valid_to


def find(keys: KeyStore, kid: str) -> KeyFile:
    """Find a key by its kid or its first characters, at least 6. Raise Misconfigured where none or several fit."""
    found = [file for file in keys.files() if len(kid) >= 6 and file.published.kid.startswith(kid)]  # noqa: PLR2004  # as the sentence above says
    if len(found) != 1:
        raise Misconfigured(
            "No key of ours has this kid." if not found else "Several keys begin like this.",
            hint="See: ics-gateway keys list",
        )
    return found[0]


def whole(moment: datetime) -> datetime:
    """Give the moment in whole seconds, as every document has it."""
    return moment.replace(microsecond=0)


def _check_curve(use: Use, curve: Curve) -> None:
    if curve not in _CURVES[use]:
        raise Rejected(f"No key for {use} is on {curve}.", hint=f"Use one of: {', '.join(_CURVES[use])}.")


def _unended(keys: KeyStore, use: Use, curve: Curve) -> list[PublishedKey]:
    now = keys.clock()
    return [
        key
        for key in keys.published()
        if (key.use, key.jwk.crv, key.status) == (use, curve, KeyStatus.ACTIVE) and key.valid_to > now
    ]


def _made(keys: KeyStore, use: Use, curve: Curve, begins: datetime) -> PublishedKey:
    private = PrivateKey.generate(curve)
    published = private.published(use, begins, begins + LIVES[use])
    write_key(keys.folder, KeyFile(published=published, jwk=private.to_jwk()))
    return published


def _written(keys: KeyStore, file: KeyFile, published: PublishedKey) -> PublishedKey:
    write_key(keys.folder, file.changed(published))
    return published
