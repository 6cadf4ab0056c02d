"""Where a log is kept: what any store must do, and the one that keeps it in memory."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from gateway.audit.chain import start
from gateway.audit.checkpoint import checked_origin, read_head
from gateway.audit.merkle import Frontier
from gateway.audit.note import Note
from gateway.audit.rows import Link
from schemas.errors import Transient


class EvidenceNotStored(Transient):
    """The log could not be written: what it should have recorded must not go on."""

    code: ClassVar[str] = "audit-not-stored"


class LogChanged(EvidenceNotStored):
    """What stands in the store is not what the log wrote: nothing is added or signed until a person has looked.

    It is no fault of the message at hand, which waits as for any evidence that cannot be stored.
    """

    code: ClassVar[str] = "audit-changed"

    def __init__(self, message: str) -> None:
        super().__init__(
            message, hint="Keep the database as evidence; compare an export with an earlier one and with the partners."
        )


@dataclass(frozen=True, slots=True)
class State:
    """Where the log stands: all that is needed to append to it."""

    size: int
    chain: bytes
    peaks: tuple[bytes, ...]

    def tree(self) -> Frontier:
        """Give the tree to go on with."""
        return Frontier(self.size, self.peaks)


def beginning(origin: str) -> State:
    """Give the state of a log before its first entry."""
    return State(0, start(checked_origin(origin)), ())


class Store(Protocol):
    """Keeps one log. It has one writer at a time."""

    @property
    def origin(self) -> str:
        """The name of the log."""

    def state(self) -> State:
        """Give where the log stands."""

    def append(self, links: Sequence[Link], state: State) -> None:
        """Add all or none of the entries and the state after them, durably; raise EvidenceNotStored otherwise."""

    def links(self, first: int = 0) -> Iterator[Link]:
        """Read the entries from sequence `first` on."""

    def keep(self, checkpoint: Note) -> None:
        """Add a checkpoint, or the same one with further cosignatures, durably."""

    def checkpoints(self) -> Iterator[Note]:
        """Read the checkpoints, the smallest log first, and those of one size in the order they came."""


class MemoryStore:
    """Keeps a log as long as the process lives: for tests."""

    def __init__(self, origin: str) -> None:
        self._state = beginning(origin)
        self._origin = origin
        self._links: list[Link] = []
        self._checkpoints: list[tuple[int, int, Note]] = []

    @property
    def origin(self) -> str:
        """The name of the log."""
        return self._origin

    def state(self) -> State:
        """Give where the log stands."""
        return self._state

    def append(self, links: Sequence[Link], state: State) -> None:
        """Add the entries."""
        self._links.extend(links)
        self._state = state

    def links(self, first: int = 0) -> Iterator[Link]:
        """Read the entries."""
        yield from self._links[first:]

    def keep(self, checkpoint: Note) -> None:
        """Add a checkpoint."""
        insort(self._checkpoints, (read_head(checkpoint.text).size, len(self._checkpoints), checkpoint))

    def checkpoints(self) -> Iterator[Note]:
        """Read the checkpoints."""
        return (note for _, _, note in self._checkpoints)
