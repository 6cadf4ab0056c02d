"""A file without a name beside the inbox, for a payload on its way: whatever ends the process, nothing is left of it.

It is on the disk of the inbox and not in the folder for temporary files, which is often memory and never sized for the
largest payload.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from schemas.errors import Transient


@contextmanager
def spool(inbox: Path) -> Iterator[BinaryIO]:
    """Give an empty file that nobody else can open. Raise Transient where the disk does not take it."""
    try:
        inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=inbox) as file:
            yield cast("BinaryIO", file)
    except OSError:
        raise Transient(
            "The payload cannot be written beside the inbox.", hint="Check its rights and the space on its disk."
        ) from None
