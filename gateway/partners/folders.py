"""Files that only their owner reads, each there whole or not at all, also after a power cut."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from schemas.errors import Misconfigured

FOLDER_MODE, FILE_MODE = 0o700, 0o600
_OTHERS = 0o077


def make_private(folder: Path) -> None:
    """Make a folder that only its owner enters; one that is there already is left as it is."""
    if not folder.is_dir():
        folder.mkdir(mode=FOLDER_MODE, parents=True)
        folder.chmod(FOLDER_MODE)


def check_private(path: Path, mode: int) -> None:
    """Raise Misconfigured where others than the owner may read or change what has this mode."""
    if mode & _OTHERS:
        wanted = "700" if path.is_dir() else "600"
        raise Misconfigured(f"Others than its owner may use {path.name}.", hint=f"Run: chmod {wanted} {path}")


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, in place of what was there. Raise Misconfigured."""
    place = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        _write(place, content)
        place.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise Misconfigured(
            f"{path.name} cannot be written ({error.strerror}).", hint=f"Look at the folder {path.parent}."
        ) from None
    finally:
        with suppress(OSError):
            place.unlink()


def overwrite_private(path: Path, content: bytes) -> None:
    """Write as `write_private` does, and then write over the bytes that stood there before.

    A file system that copies on write, or a backup, may keep the old bytes all the same.
    """
    with path.open("r+b") as before:
        write_private(path, content)
        size = os.fstat(before.fileno()).st_size
        before.write(bytes(size))
        before.flush()
        os.fsync(before.fileno())


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other processes that change this folder waiting until this one is done."""
    place = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(place, fcntl.LOCK_EX)
        yield
    finally:
        os.close(place)


def _write(place: Path, content: bytes) -> None:
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
