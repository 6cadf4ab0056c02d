"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from schemas.errors import Misconfigured

_HINT = "Choose another place to write to."


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a place beside `path` to write to; it becomes `path` when all went well.

    A device or a pipe is written to directly. Raise Misconfigured where nothing can be written there.
    """
    if path.is_dir():
        raise Misconfigured(f"{path} is a folder.", hint="Add the name of a file.")
    if path.exists() and not path.is_file():
        yield path
        return
    target = path.resolve()
    place = _place(path, target)
    try:
        yield place
        place.chmod(_mode(target))
        place.replace(target)
    finally:
        with suppress(FileNotFoundError):
            place.unlink()


def _place(path: Path, target: Path) -> Path:
    if not target.parent.is_dir():
        raise Misconfigured(f"There is no folder {path.parent}.", hint=f"Make it. {_HINT}")
    try:
        with tempfile.NamedTemporaryFile(
            dir=target.parent, prefix=f".{target.stem[:100]}.", suffix=target.suffix[:20], delete=False
        ) as made:
            return Path(made.name)
    except OSError as error:
        raise Misconfigured(f"{path} cannot be written ({error.strerror}).", hint=_HINT) from None


def _mode(target: Path) -> int:
    """Give the mode that the file has, or that a new file gets."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask
