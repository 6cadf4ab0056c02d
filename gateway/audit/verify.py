"""Verify an export offline: replay chain and tree, check every signature, and compare with what partners saw."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from gateway.audit.chain import link, start
from gateway.audit.checkpoint import Head, Trust, open_checkpoint, read_head
from gateway.audit.merkle import Frontier, leaf_hash
from gateway.audit.note import Note, signers, strangers
from gateway.audit.rows import MOST_BYTES, Header, Link, Mark, read_row, sequence_of
from schemas.errors import Rejected

_STRIDE = 1000


class Reason(StrEnum):
    """What is wrong with a log."""

    NOT_A_ROW = "not-a-row"
    WRONG_LOG = "wrong-log"
    WRONG_SEQUENCE = "wrong-sequence"
    BROKEN_CHAIN = "broken-chain"
    BAD_CHECKPOINT = "bad-checkpoint"
    UNKNOWN_SIGNER = "unknown-signer"
    WRONG_ROOT = "wrong-root"
    MISSING_ENTRIES = "missing-entries"
    UNSIGNED_TAIL = "unsigned-tail"
    FORK = "fork"


class Source(Protocol):
    """What an export is read from: a file, or lines that are made meanwhile."""

    def readline(self, most: int, /) -> bytes:
        """Give the next line, or its first `most` bytes; nothing at the end."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A head of this log that somebody else holds: from a cosigned checkpoint, a receipt or a manifest."""

    head: Head
    holder: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong: `line` is the first row of the export (from 1) that cannot be trusted."""

    line: int
    reason: Reason
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a verification found: `head` is the last signed head that the entries before it lead to."""

    entries: int
    head: Head | None
    fault: Fault | None

    @property
    def is_sound(self) -> bool:
        """Say whether every row is right and signed for."""
        return self.fault is None


def sighting(note: Note, trust: Trust) -> Sighting:
    """Take a partner's copy of a checkpoint as a sighting: any known key's signature will do.

    Raise Rejected where nobody known signed it, or it is of another log.
    """
    names = (key.name for key in signers(note, trust.keys))
    head = read_head(note.text)
    if head.origin != trust.origin:
        raise Rejected("This is the checkpoint of another log.")
    return Sighting(head, ", ".join(names))


def verify(
    source: Source,
    trust: Trust,
    sightings: Iterable[Sighting] = (),
    moved: Callable[[int], None] | None = None,
) -> Verdict:
    """Read an export row by row, in memory that does not grow with it, up to the first thing that is wrong.

    `moved` is told now and then how many bytes were read.
    """
    replay = _Replay(trust, sightings)
    line = read = 0
    try:
        while octets := source.readline(MOST_BYTES):
            line += 1
            read += len(octets)
            replay.row(octets, line)
            if moved is not None and line % _STRIDE == 0:
                moved(read)
        replay.end(line)
    except _Found as found:
        return Verdict(replay.entries, replay.signed, found.fault)
    return Verdict(replay.entries, replay.signed, None)


class _Found(Exception):
    """Carries the first fault out of the replay."""

    def __init__(self, line: int, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.fault = Fault(line, reason, text)


class _Replay:
    """Where the replay stands: the tree and chain so far, and what is still to be compared."""

    def __init__(self, trust: Trust, sightings: Iterable[Sighting]) -> None:
        self.signed: Head | None = None
        self._trust = trust
        self._tree = Frontier()
        self._chain = start(trust.origin)
        self._waiting = sorted(sightings, key=lambda item: item.head.size, reverse=True)
        # The entries before this one are vouched for; the row after the one that vouched for them.
        self._sure_entries, self._sure_line = 0, 2

    @property
    def entries(self) -> int:
        return self._tree.size

    def row(self, octets: bytes, line: int) -> None:
        try:
            row = read_row(octets)
        except Rejected as error:
            raise _Found(line, Reason.NOT_A_ROW, error.message) from error
        if (line == 1) != isinstance(row, Header):
            raise _Found(line, Reason.NOT_A_ROW, "An export has one header, and it stands first.")
        match row:
            case Header():
                self._header(row, line)
            case Link():
                self._link(row, line)
            case Mark():
                self._mark(row.note, line)

    def end(self, line: int) -> None:
        if self.signed is None or self.signed.size != self._tree.size:
            last = self.signed.size if self.signed else 0
            raise _Found(
                self._sure_line,
                Reason.UNSIGNED_TAIL,
                f"The export has {self._tree.size} entries, and the last checkpoint in it is over {last}.",
            )
        if self._waiting:
            missing = self._waiting[0]
            raise _Found(
                line + 1,
                Reason.MISSING_ENTRIES,
                f"The export ends after {self._tree.size} entries; {missing.holder} holds a head over "
                f"{missing.head.size}: the end was deleted, or an older backup was restored.",
            )

    def _header(self, row: Header, line: int) -> None:
        if row.origin != self._trust.origin:
            raise _Found(line, Reason.WRONG_LOG, "This is the export of another log.")
        self._compare_sightings()

    def _link(self, row: Link, line: int) -> None:
        try:
            sequence = sequence_of(row)
        except Rejected as error:
            raise _Found(line, Reason.NOT_A_ROW, error.message) from error
        if sequence != self._tree.size:
            text = f"Entry {self._tree.size} is expected here, and this is entry {sequence}."
            raise _Found(line, Reason.WRONG_SEQUENCE, text)
        if link(self._chain, row.entry) != row.chain:
            text = f"The chain hash of entry {sequence} does not follow from it and the entry before."
            raise _Found(line, Reason.BROKEN_CHAIN, text)
        self._chain = row.chain
        self._tree.append(leaf_hash(row.entry))
        self._compare_sightings()

    def _mark(self, note: Note, line: int) -> None:
        head = self._opened(note, line)
        if head.size != self._tree.size:
            text = f"This checkpoint is over {head.size} entries, and {self._tree.size} stand before it."
            raise _Found(line, Reason.MISSING_ENTRIES, text)
        if head.root != self._tree.root():
            raise _Found(self._sure_line, Reason.WRONG_ROOT, self._differs("the checkpoint in the export"))
        self.signed = head
        self._sure_entries, self._sure_line = head.size, line + 1

    def _opened(self, note: Note, line: int) -> Head:
        try:
            head = open_checkpoint(note, self._trust)
        except Rejected as error:
            raise _Found(line, Reason.BAD_CHECKPOINT, error.message) from error
        if strangers(note, self._trust.keys):
            text = "A signature here is of nobody known: give the witness's key, or the row was changed."
            raise _Found(line, Reason.UNKNOWN_SIGNER, text)
        return head

    def _compare_sightings(self) -> None:
        while self._waiting and self._waiting[-1].head.size == self._tree.size:
            seen = self._waiting.pop()
            if seen.head.root != self._tree.root():
                raise _Found(self._sure_line, Reason.FORK, self._differs(f"the head that {seen.holder} holds"))

    def _differs(self, what: str) -> str:
        span = f"{self._sure_entries} to {self._tree.size - 1}"
        return f"The entries {span} do not lead to {what}: one or more of them were changed."
