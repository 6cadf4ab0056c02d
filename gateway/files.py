"""Files that appear whole or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from schemas.errors import Misconfigured


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a place beside `path` to write to; it becomes `path` when all went well.

    Raise Misconfigured where the folder is not there.
    """
    if not path.parent.is_dir():
        raise Misconfigured(f"There is no folder {path.parent}.", hint="Make it, or choose another --out.")
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.stem}.", suffix=path.suffix, delete=False
    ) as made:
        place = Path(made.name)
    try:
        yield place
        place.replace(path)
    finally:
        with suppress(FileNotFoundError):
            place.unlink()
