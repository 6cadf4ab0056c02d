"""A log in two append-only files of one folder: entries.jsonl and checkpoints.jsonl."""

from __future__ import annotations

import fcntl
import os
from bisect import insort
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import BinaryIO, Self

from gateway.audit.chain import link
from gateway.audit.checkpoint import read_head
from gateway.audit.merkle import leaf_hash
from gateway.audit.note import Note
from gateway.audit.rows import Link, Mark, Row, read_row, sequence_of
from gateway.audit.store import EvidenceNotStored, State, beginning
from schemas.errors import Held, Misconfigured, Rejected


class FileStore:
    """Keeps a log in a folder. Opening it replays the log, and refuses one that was changed."""

    def __init__(self, folder: Path, origin: str) -> None:
        self._origin = origin
        self._first = beginning(origin)
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as opened:
            self._entries = opened.enter_context(closing(_File(folder / "entries.jsonl")))
            self._notes = opened.enter_context(closing(_File(folder / "checkpoints.jsonl")))
            self._state = self._replayed()
            self._index = sorted((read_head(mark.note.text).size, at) for at, mark in self._marks())
            _sync_folder(folder)
            opened.pop_all()

    @property
    def origin(self) -> str:
        """The name of the log."""
        return self._origin

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()

    def close(self) -> None:
        """Let another process write."""
        self._entries.close()
        self._notes.close()

    def state(self) -> State:
        """Give where the log stands."""
        return self._state

    def append(self, links: Sequence[Link], state: State) -> None:
        """Add the entries and wait for the disk; raise EvidenceNotStored where it does not take them."""
        self._entries.append(b"".join(item.write() for item in links))
        self._state = state

    def links(self, first: int = 0) -> Iterator[Link]:
        """Read the entries from sequence `first` on."""
        for sequence, (_, row) in enumerate(self._entries.rows()):
            if sequence >= first and isinstance(row, Link):
                yield row

    def keep(self, checkpoint: Note) -> None:
        """Add a checkpoint and wait for the disk."""
        at = self._notes.append(Mark(checkpoint).write())
        insort(self._index, (read_head(checkpoint.text).size, at))

    def checkpoints(self) -> Iterator[Note]:
        """Read the checkpoints, the smallest log first."""
        for _, at in tuple(self._index):
            _, row = next(self._notes.rows(at))
            if isinstance(row, Mark):
                yield row.note

    def _marks(self) -> Iterator[tuple[int, Mark]]:
        for at, row in self._notes.rows():
            if not isinstance(row, Mark):
                raise Held("checkpoints.jsonl has a row that is no checkpoint.")
            yield at, row

    def _replayed(self) -> State:
        tree, chain = self._first.tree(), self._first.chain
        for _, row in self._entries.rows():
            if not isinstance(row, Link) or sequence_of(row) != tree.size or link(chain, row.entry) != row.chain:
                raise Held(
                    f"entries.jsonl was changed: row {tree.size + 1} does not continue the log.",
                    hint="Keep the file as evidence; compare it with the last export and the partners' checkpoints.",
                )
            chain = row.chain
            tree.append(leaf_hash(row.entry))
        return State(tree.size, chain, tree.peaks)


class _File:
    """One file of rows, open for appending by one process at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sound = True
        self._file = path.open("a+b", buffering=0)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise Misconfigured(f"{path.name} is open in another process.") from None
        self._drop_torn_row()

    def close(self) -> None:
        self._file.close()

    def append(self, octets: bytes) -> int:
        """Write the rows through to the disk, and give where they begin."""
        if not self._sound:
            raise EvidenceNotStored("The audit log failed before and must be opened again.")
        try:
            at = os.fstat(self._file.fileno()).st_size
            _write_all(self._file, octets)
            os.fsync(self._file.fileno())
        except OSError as error:
            # What is on the disk after a failed write is unknown: only a new replay tells.
            self._sound = False
            raise EvidenceNotStored("The audit log could not be written.") from error
        return at

    def rows(self, at: int = 0) -> Iterator[tuple[int, Row]]:
        """Read rows and where each begins."""
        with self._path.open("rb") as file:
            file.seek(at)
            for line in file:
                try:
                    row = read_row(line)
                except Rejected as error:
                    raise Held(f"{self._path.name} was changed at byte {at}: {error.message}") from error
                yield at, row
                at += len(line)

    def _drop_torn_row(self) -> None:
        # A row without its newline was never acknowledged: the process died while it was written.
        size = os.fstat(self._file.fileno()).st_size
        with self._path.open("rb") as file:
            whole = size
            while whole and _byte(file, whole - 1) != b"\n":
                whole -= 1
        if whole != size:
            self._file.truncate(whole)
            os.fsync(self._file.fileno())


def _byte(file: BinaryIO, at: int) -> bytes:
    file.seek(at)
    return file.read(1)


def _write_all(file: BinaryIO, octets: bytes) -> None:
    rest = memoryview(octets)
    while rest:
        rest = rest[file.write(rest) :]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
