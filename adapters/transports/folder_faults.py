"""What a fault of the file system means to the runner."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from schemas.errors import GatewayError, Misconfigured, Rejected, Transient

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NOT_ALLOWED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.EOPNOTSUPP}
_NO_FOLDER = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}


@contextmanager
def local_faults(*, folder: bool = False) -> Iterator[None]:
    """Turn an OSError into an error of ours; `folder`: it is the folder itself that is opened."""
    try:
        yield
    except OSError as error:
        raise _meaning(error.errno or 0, folder=folder) from error


def _meaning(number: int, *, folder: bool) -> GatewayError:
    code = errno.errorcode.get(number, "unknown")
    if number in _NO_ROOM:
        return Transient(f"There is no room in the folder ({code}).")
    if number in _NOT_ALLOWED:
        return Misconfigured(
            f"The folder does not let us do this ({code}).",
            hint="We need to list, read, write, link and remove in it; docs/transports.md lists the rights.",
        )
    if folder and number in _NO_FOLDER:
        return Misconfigured(
            f"A folder of the exchange is not there ({code}).", hint="Make it, or mount it; we make none ourselves."
        )
    if number == errno.ELOOP:
        return Rejected("What lies under this message's id is a link.")
    if number == errno.ENOENT:
        return Transient("The file is no longer there; it may have been collected already.")
    return Transient(f"The folder cannot be used now ({code}).")
