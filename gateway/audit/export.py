"""Write a log out for an auditor: its name, its entries, and each checkpoint where it was signed."""

from __future__ import annotations

from typing import BinaryIO

from gateway.audit.checkpoint import read_head
from gateway.audit.rows import Header, Mark
from gateway.audit.store import Store
from schemas.errors import Misconfigured


def export(store: Store, out: BinaryIO) -> int:
    """Write the log up to its last checkpoint as JSON Lines, and give the number of entries.

    Entries past the last checkpoint are left out, because nothing signed vouches for them: sign one first.
    """
    links, written = store.links(), 0
    out.write(Header(store.origin).write())
    note = None
    for note in store.checkpoints():
        size = read_head(note.text).size
        while written < size:
            out.write(next(links).write())
            written += 1
        out.write(Mark(note).write())
    if note is None:
        raise Misconfigured("The log has no checkpoint yet.", hint="Sign one, then export.")
    return written
