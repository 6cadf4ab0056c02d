"""Checks of who we are to others: keys, certificates, the directory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509

from gateway.alerts.alerts import AlertCode
from gateway.doctor.finding import Finding, fail, ok, warn
from gateway.doctor.installation import Installation
from gateway.itp.directory import REFUSE_AFTER, DirectoryRefused, Fault
from gateway.itp.keys import KeyStatus, Use
from gateway.partners.checks import check_ourselves
from gateway.partners.life import usual_curve
from schemas.errors import Misconfigured

_DAY = timedelta(days=1)


def keys(installation: Installation) -> Iterator[Finding]:
    """Look whether the private keys can be read by us alone, are valid, and have a successor in time."""
    store, now = installation.keys(), installation.clock()
    ours = [key for key in store.published() if key.status is KeyStatus.ACTIVE and store.private(key.kid) is not None]
    for use in Use:
        for curve in sorted({key.jwk.crv for key in ours if key.use is use}) or [usual_curve(use)]:
            # Raises where none is valid now: then nothing else about keys matters.
            store.current(use, curve)
            # One that begins later is a successor already.
            until = max(key.valid_to for key in ours if (key.use, key.jwk.crv) == (use, curve))
            yield _remaining(f"{use}-key-{curve}", until, now, installation)


def certificates(installation: Installation) -> Iterator[Finding]:
    """Look whether the certificates for TLS can be read and last."""
    now = installation.clock()
    for name, path in installation.certificates.items():
        found = _read(path)
        if not found:
            yield fail(f"The file {name} has no certificate that can be read.", "Put a PEM file there.")
            continue
        yield _remaining(name, min(one.not_valid_after_utc for one in found), now, installation)


def directory(installation: Installation) -> Iterator[Finding]:
    """Look whether the partner directory is signed, fresh, and shows us with the keys that we have."""
    now, ours = installation.clock(), str(installation.organisation())
    action = "Fetch the directory; ask the partnership that publishes it."
    try:
        found = installation.directory()
        found.check_fresh(now)
    except DirectoryRefused as error:
        stale = error.fault is Fault.STALE
        yield fail(error.message, action, AlertCode.DIRECTORY_STALE if stale else AlertCode.DIRECTORY_REFUSED, ours)
        return
    age = (now - found.issued) // _DAY
    if found.is_old(now):
        left = (found.issued + REFUSE_AFTER - now) // _DAY
        sentence = (
            f"Revision {found.sequence} of the directory is {age} days old; in {left} days nothing is sent by it."
        )
        yield warn(sentence, action, AlertCode.DIRECTORY_OLD, ours)
    else:
        yield ok(f"Revision {found.sequence} of the directory is {age} days old.")
    try:
        wrong = check_ourselves(found, installation.organisation(), installation.keys(), now)
    except Misconfigured:
        # Keys that cannot be read are what the check of keys tells.
        return
    for sentence in wrong:
        # Its age is told above.
        if not sentence.startswith("The directory is old"):
            yield warn(sentence, "Publish our keys: the partnership makes a new revision with them.")


def _remaining(name: str, until: datetime, now: datetime, installation: Installation) -> Finding:
    days = (until - now) // _DAY
    if until <= now:
        return fail(f"{name}: it ended {-days} days ago.", "Replace it.", AlertCode.KEY_EXPIRING, name)
    if days < installation.thresholds.key_days:
        action = "Make its successor now, and have it published before it ends."
        return warn(f"{name}: it ends in {days} days.", action, AlertCode.KEY_EXPIRING, name)
    return ok(f"{name}: it is valid for {days} more days.")


def _read(path: Path) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError):
        return []
