"""What waits in a folder, sorted from what must be left alone."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

from adapters.transports.base import Entry, Listing, Reason, Refusal
from adapters.transports.limits import Limits
from adapters.transports.names import RECEIPTS, identifier_in, is_draft
from adapters.transports.place import Facts, Kind, Place


@dataclass(slots=True)
class _Found:
    waiting: list[Entry] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    refused_count: int = 0
    unfinished: int = 0


def list_waiting(place: Place, ending: str, size: int, limits: Limits) -> Listing:
    """List files named by a message id and of at most `size` bytes; say of the others why they are left."""
    found, scanned = _Found(), 0
    for name, facts in place.entries(limits.scanned + 1):
        scanned += 1
        if scanned <= limits.scanned:
            _sort(found, name, facts, ending, size, limits)
    first = heapq.nsmallest(limits.waiting, found.waiting, key=lambda entry: entry.identifier)
    more = scanned > limits.scanned or len(found.waiting) > len(first)
    return Listing(tuple(first), tuple(found.refused), found.refused_count, found.unfinished, more=more)


def _sort(found: _Found, name: str, facts: Facts, ending: str, size: int, limits: Limits) -> None:
    if name == RECEIPTS and facts.kind is Kind.FOLDER:
        return
    if is_draft(name) and facts.kind is Kind.FILE:
        found.unfinished += 1
        return
    identifier = identifier_in(name, ending)
    reason = _reason(identifier, facts, size)
    if identifier and reason is None:
        found.waiting.append(Entry(identifier, facts.size, facts.version))
    elif reason:
        found.refused_count += 1
        found.refused.extend([Refusal(identifier, reason)] if len(found.refused) < limits.refused else [])


def _reason(identifier: str | None, facts: Facts, size: int) -> Reason | None:
    if identifier is None:
        return Reason.NAME
    if facts.kind is Kind.LINK:
        return Reason.LINK
    if facts.kind is not Kind.FILE:
        return Reason.KIND
    return Reason.SIZE if facts.size > size else None
