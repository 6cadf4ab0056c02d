"""The audit log: record what happened, sign where it stands, prove what is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from threading import Lock

from gateway.audit.chain import link
from gateway.audit.checkpoint import Head, HeadGuard, Signer, Trust, empty, open_checkpoint
from gateway.audit.entry import Entry, Event
from gateway.audit.merkle import leaf_hash
from gateway.audit.note import Note
from gateway.audit.proofs import consistency_ranges, inclusion_ranges, prove
from gateway.audit.rows import Link
from gateway.audit.store import State, Store

Clock = Callable[[], datetime]


class AuditLog:
    """One log over its store. Its order is total: one entry after the other."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._lock = Lock()

    def record(self, *events: Event) -> tuple[Entry, ...]:
        """Append events, all or none; raise EvidenceNotStored where that fails, and then do not go on with them."""
        with self._lock:
            before, now = self._store.state(), self._clock()
            entries = tuple(
                Entry(sequence=sequence, at=now, **dict(event)) for sequence, event in enumerate(events, before.size)
            )
            self._store.append(*appended(before, entries))
        return entries

    def head(self) -> Head:
        """Give where the log stands now: what goes into manifests and receipts."""
        state = self._store.state()
        return Head(self._store.origin, state.size, state.tree().root())

    def checkpoint(self, signer: Signer) -> Note:
        """Sign and keep the head of now; raise Held where the log does not continue what was signed before."""
        head = self.head()
        note = signer.sign(head, self._proof_of(signer.guard.seen.size, head.size), self._clock())
        self._store.keep(note)
        return note

    def consistency(self, old: int, size: int) -> tuple[bytes, ...]:
        """Prove that the log of `old` entries begins that of `size`, in one pass over the log."""
        return prove(self._leaves(size), consistency_ranges(old, size))

    def inclusion(self, sequence: int, size: int) -> tuple[bytes, ...]:
        """Prove that the entry is in the log of `size` entries, in one pass over the log."""
        return prove(self._leaves(size), inclusion_ranges(sequence, size))

    def _proof_of(self, old: int, size: int) -> tuple[bytes, ...]:
        # No proof exists that a longer log begins a shorter one; the guard says what that means.
        return self.consistency(old, size) if old <= size else ()

    def _leaves(self, size: int) -> Iterator[bytes]:
        return (leaf_hash(item.entry) for item in islice(self._store.links(), size))


def guard_of(store: Store, trust: Trust) -> HeadGuard:
    """Take up the guard where the last checkpoint in the store left it; raise Rejected where that is false."""
    last = empty(store.origin)
    for note in store.checkpoints():
        last = open_checkpoint(note, trust)
    return HeadGuard(last)


def appended(before: State, entries: Sequence[Entry]) -> tuple[list[Link], State]:
    """Give the entries as they stand in the log after `before`, and where the log stands then."""
    tree, chain, links = before.tree(), before.chain, list[Link]()
    for entry in entries:
        octets = entry.canonical()
        chain = link(chain, octets)
        tree.append(leaf_hash(octets))
        links.append(Link(octets, chain))
    return links, State(tree.size, chain, tree.peaks)
