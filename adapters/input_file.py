"""Refuse a path that is no file to read, before anything is opened."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from schemas.errors import Rejected

_SPELLING = "Check the path and the spelling."


def is_folder(path: Path) -> bool:
    """Tell whether a path leads to a folder; raise Rejected where it leads nowhere."""
    return stat.S_ISDIR(_found(path).st_mode)


def require_file(path: Path) -> int:
    """Give the size of a file in bytes; raise Rejected for anything else, without waiting for a pipe."""
    found = _found(path)
    if stat.S_ISDIR(found.st_mode):
        raise Rejected(f"{path.name} is a folder.", hint="Give the file itself.")
    if not stat.S_ISREG(found.st_mode):
        raise Rejected(
            f"{path.name} is a pipe or a device, not a file.", hint="Save the return to a file, and give that."
        )
    return found.st_size


def _found(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError as error:
        raise _absent(path, error) from None


def _absent(path: Path, error: OSError) -> Rejected:
    if error.errno == errno.ELOOP:
        return Rejected(f"{path.name} is a link that leads back to itself.", hint="Give the file itself.")
    if error.errno in {errno.EACCES, errno.EPERM}:
        return unreadable(path)
    if error.errno == errno.ENAMETOOLONG:
        return Rejected("The path is longer than a path can be.", hint=_SPELLING)
    if path.is_symlink():
        return Rejected(f"{path.name} is a link to a file that is not there.", hint="Give the file itself.")
    return Rejected(f"There is no file {path}.", hint=_SPELLING)


def unreadable(path: Path) -> Rejected:
    """Say that the file may not be read."""
    return Rejected(f"You may not read {path.name}.", hint="Ask for the right to read it, or for a copy.")
