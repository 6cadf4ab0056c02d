"""Write a log out for an auditor: its name, its entries, and each checkpoint where it was signed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import BinaryIO

from gateway.audit.checkpoint import read_head
from gateway.audit.rows import Header, Mark
from gateway.audit.store import Store
from schemas.errors import Misconfigured

_STRIDE = 1000


def export(store: Store, out: BinaryIO, moved: Callable[[int], None] | None = None) -> int:
    """Write the log up to its last checkpoint as JSON Lines, and give the number of entries.

    Entries past the last checkpoint are left out, because nothing signed vouches for them: sign one first. Entries
    that a checkpoint covers and the store has no more are left out too, and the verification says so. `moved` is told
    now and then how many are written.
    """
    links, written = store.links(), 0
    out.write(Header(store.origin).write())
    note = None
    for note in store.checkpoints():
        size = read_head(note.text).size
        for link in islice(links, max(0, size - written)):
            out.write(link.write())
            written += 1
            if moved is not None and written % _STRIDE == 0:
                moved(written)
        out.write(Mark(note).write())
    if note is None:
        raise Misconfigured("The log has no checkpoint yet.", hint="Sign one, then export.")
    return written
