"""Watch our partners' logs for them: remember their newest heads, and cosign their checkpoints."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import Connection, Row, delete, select, update

from gateway.audit.checkpoint import Cosigner, Head, HeadGuard, Trust
from gateway.audit.merkle import EMPTY_ROOT
from gateway.audit.note import Note, SigningKey
from gateway.itp.identifiers import Digest
from gateway.itp.manifest import LogHead
from gateway.store.engine import once
from gateway.store.models import PartnerHead
from schemas.errors import Held

SLACK = timedelta(minutes=2)
"""How far the clocks of a partner's processes, and the steps of one, may lie apart."""
_Known = Row[int, str, datetime]


class PartnerLogChanged(Held):
    """A partner's log went back, or there are two of it: a restored backup or a fork. Raise the alarm with them."""

    code: ClassVar[str] = "audit-partner-changed"

    def __init__(self, message: str) -> None:
        super().__init__(
            message,
            hint="Call the partner: was a backup restored? Both sides keep their receipts; see docs/audit.md.",
        )


def seen(connection: Connection, organisation: str, head: LogHead, at: datetime) -> None:
    """Remember the head that a partner signed in a receipt or a manifest, in the caller's transaction.

    `at` is when the partner signed it, as the receipt or the manifest says: messages overtake each other, and an
    older head that comes late says nothing against the newer one. Raise PartnerLogChanged, with nothing written,
    where the log was larger before, or has another root at the same size.
    """
    root = str(head.root)
    first = once(connection, PartnerHead).values(organisation=organisation, size=head.size, root=root, seen=at)
    connection.execute(first.on_conflict_do_nothing())
    known = _known(connection, organisation)
    _check(known, head, at)
    if head.size >= known.size:
        newer = {"size": head.size, "root": root, "seen": max(at, known.seen)}
        connection.execute(update(PartnerHead).where(PartnerHead.organisation == organisation).values(newer))


def forget(connection: Connection, organisation: str) -> None:
    """Forget a partner's head after a person settled with the partner why its log went back."""
    connection.execute(delete(PartnerHead).where(PartnerHead.organisation == organisation))


def cosign(
    connection: Connection, key: SigningKey, trust: Trust, checkpoint: Note, proof: Sequence[bytes], at: datetime
) -> Note:
    """Cosign a checkpoint of the partner's log `trust.origin`, in the caller's transaction.

    `proof` shows that it continues the last one that we cosigned. Raise Rejected for a false note, Held for one that
    does not continue.
    """
    # Kept apart from the heads seen: a checkpoint does not say when it was signed. No organisation has a space.
    place = trust.origin + " cosigned"
    first = once(connection, PartnerHead).values(organisation=place, size=0, root=_text(EMPTY_ROOT), seen=at)
    connection.execute(first.on_conflict_do_nothing())
    known = _known(connection, place)
    guard = HeadGuard(Head(trust.origin, known.size, urlsafe_b64decode(known.root + "=")))
    signed = Cosigner(key, trust, guard).cosign(checkpoint, proof, at)
    newer = {"size": guard.seen.size, "root": _text(guard.seen.root), "seen": at}
    connection.execute(update(PartnerHead).where(PartnerHead.organisation == place).values(newer))
    return signed


def _check(known: _Known, head: LogHead, at: datetime) -> None:
    if head.size == known.size and head.root != known.root:
        raise PartnerLogChanged(f"There are two logs of this partner that have {head.size} entries.")
    later = (head.size, known.size) if at > known.seen else (known.size, head.size)
    if later[0] < later[1] and abs(at - known.seen) > SLACK:
        raise PartnerLogChanged(f"The partner's log has {later[0]} entries, and had {later[1]} before.")


def _known(connection: Connection, organisation: str) -> _Known:
    columns = select(PartnerHead.size, PartnerHead.root, PartnerHead.seen)
    return connection.execute(columns.where(PartnerHead.organisation == organisation).with_for_update()).one()


def _text(root: bytes) -> str:
    return str(Digest.encoded(root))
