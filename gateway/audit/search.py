"""Find the newest entries of the log in the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Engine, select

from gateway.audit.entry import Entry, read_entry
from gateway.audit.events import Action
from gateway.audit.pending import evidence
from gateway.audit.store import LogChanged
from gateway.store.engine import reading
from gateway.store.models import AuditEntry
from schemas.errors import Misconfigured, Rejected

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries are looked for: of an action, and on an object, where these are given."""

    action: Action | None = None
    object_id: str | None = None

    def fits(self, octets: bytes) -> bool:
        """Say whether the canonical bytes can be such an entry: a text in them stands there as it is."""
        action = self.action is None or b'"action":"%b"' % self.action.encode() in octets
        return action and (self.object_id is None or b'"%b"' % self.object_id.encode() in octets)

    def takes(self, entry: Entry) -> bool:
        """Say whether it is such an entry."""
        action = self.action is None or entry.action is self.action
        return action and (self.object_id is None or self.object_id in entry.objects)


def wanted(action: str | None, object_id: str | None) -> Wanted:
    """Take what is looked for as texts. Raise Misconfigured for an action that there is not."""
    found = next((item for item in Action if item.value == action), None)
    if action is not None and found is None:
        raise Misconfigured("There is no such action.", hint="docs/audit-events.md lists the actions.")
    return Wanted(found, object_id)


def newest(engine: Engine, count: int, asked: Wanted) -> tuple[Entry, ...]:
    """Give so many of the newest entries, the oldest of them first. Raise LogChanged where one cannot be read."""
    found = (_read(place, octets) for place, octets in _backwards(engine) if asked.fits(octets))
    return tuple(islice(filter(asked.takes, found), count))[::-1]


def _read(place: int, octets: bytes) -> Entry:
    try:
        return read_entry(octets)
    except Rejected:
        raise LogChanged(f"Entry {place} of the audit log was changed: it is no entry.") from None


def _backwards(engine: Engine) -> Iterator[tuple[int, bytes]]:
    newest_first = select(AuditEntry.sequence, AuditEntry.entry).order_by(AuditEntry.sequence.desc()).limit(_PAGE)
    page = newest_first
    while True:
        with evidence(), reading(engine) as connection:
            rows = connection.execute(page).all()
        yield from ((row.sequence, row.entry) for row in rows)
        if len(rows) < _PAGE:
            return
        page = newest_first.where(AuditEntry.sequence < rows[-1].sequence)
