"""Verify the audit log of one authority, against what its partner holds of it."""

from __future__ import annotations

import io
import json
from base64 import urlsafe_b64decode
from collections import Counter
from collections.abc import Iterator

from authorities import Member
from crash.books import Books
from gateway.audit.checkpoint import Head, Trust
from gateway.audit.database import DatabaseStore
from gateway.audit.export import export
from gateway.audit.keys import public_keys
from gateway.audit.sign import checkpoint
from gateway.audit.verify import Sighting, verify
from gateway.itp.keys import Use
from gateway.partners.keys import KeyStore
from gateway.pipeline.receipt import claims_of
from gateway.store.states import Direction
from schemas.errors import GatewayError

ONCE = ("accept", "open", "hand-over")
"""What is noted once about a message that was received, however often its steps were repeated."""


def faults(side: Books, partner: Books, *, went_back: bool) -> list[str]:
    """Sign, export and verify; list what is wrong. A log that `went_back` is not compared with what the partner saw."""
    origin = str(side.member.organisation)
    keys = KeyStore(side.member.folder / "keys", side.member.clock)
    try:
        checkpoint(side.store.engine, origin, keys.current(Use.RECEIPT_LOG, "Ed25519"), side.member.clock)
    except GatewayError as error:
        return [error.message]
    out = io.BytesIO()
    export(DatabaseStore(side.store.engine, origin), out)
    trust = Trust(origin, public_keys(keys.published(), origin), ())
    out.seek(0)
    verdict = verify(out, trust, () if went_back else _seen(side.member, partner))
    return [] if verdict.fault is None else [verdict.fault.text]


def repeated(side: Books) -> list[str]:
    """List what the log says twice of one message that was received."""
    links = DatabaseStore(side.store.engine, str(side.member.organisation)).links()
    counted: Counter[tuple[str, str]] = Counter()
    for link in links:
        entry = json.loads(link.entry)
        for name in entry.get("objects", []):
            counted[entry["action"], name] += 1
    came = side.arrived()
    return [
        f"{message_id}: the audit log has {action} {count} times"
        for message_id in came
        for action in ONCE
        if (count := counted[action, f"message:{message_id}"]) > 1
    ]


def _seen(side: Member, partner: Books) -> Iterator[Sighting]:
    """Give the heads of a log that its owner signed in receipts which the partner holds."""
    for message_id in partner.ids(Direction.OUT, side):
        for copy in partner.copies(message_id, Direction.OUT):
            for token in copy.tokens:
                log = claims_of(token)["log"]
                root = urlsafe_b64decode(log["root"] + "=")
                yield Sighting(Head(str(side.organisation), log["size"], root), partner.member.authority.name)
