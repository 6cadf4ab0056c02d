"""Write a log out for an auditor: its name, its entries, and each checkpoint where it was signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import BinaryIO

from gateway.audit.checkpoint import read_head
from gateway.audit.rows import Header, Link, Mark, Row
from gateway.audit.store import Store
from schemas.errors import Misconfigured

_STRIDE = 1000


def export(store: Store, out: BinaryIO, moved: Callable[[int], None] | None = None) -> int:
    """Write the log up to its last checkpoint as JSON Lines, and give the number of entries.

    Entries past the last checkpoint are left out, because nothing signed vouches for them: sign one first. Entries
    that a checkpoint covers and the store has no more are left out too, and the verification says so. `moved` is told
    now and then how many are written.
    """
    written = 0
    for row in _rows(store):
        out.write(row.write())
        if isinstance(row, Link):
            written += 1
            if moved is not None and written % _STRIDE == 0:
                moved(written)
    return written


def rows(store: Store) -> Iterator[bytes]:
    """Give the lines of an export one by one. Raise Misconfigured where the log has no checkpoint."""
    return (row.write() for row in _rows(store))


class Lines:
    """Reads lines as from a file that holds them, for a verification that needs no file."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines

    def readline(self, most: int, /) -> bytes:
        """Give the next line, cut to `most` bytes; nothing at the end."""
        return next(self._lines, b"")[:most]


def _rows(store: Store) -> Iterator[Row]:
    links, written = store.links(), 0
    yield Header(store.origin)
    note = None
    for note in store.checkpoints():
        size = read_head(note.text).size
        for link in islice(links, max(0, size - written)):
            yield link
            written += 1
        yield Mark(note)
    if note is None:
        raise Misconfigured("The log has no checkpoint yet.", hint="Sign one, then export.")
