"""What a fault of SSH or SFTP means to the runner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncssh

from schemas.errors import GatewayError, Misconfigured, Transient

_KEYS = "Compare the keys with the partner by telephone; docs/transports.md says where each one goes."
_RIGHTS = "We need to list, read, write, rename and remove in it; docs/transports.md lists the rights."
_NOT_ALLOWED = (asyncssh.SFTPPermissionDenied, asyncssh.SFTPWriteProtect, asyncssh.SFTPOpUnsupported)


@contextmanager
def sftp_faults() -> Iterator[None]:
    """Turn an error of asyncssh, of the network or of time into an error of ours."""
    try:
        yield
    except (asyncssh.Error, OSError, TimeoutError) as error:
        raise _meaning(error) from error


def _meaning(error: Exception) -> GatewayError:
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        return Misconfigured("The SFTP server does not have the host key that we know. Nothing was sent.", hint=_KEYS)
    if isinstance(error, asyncssh.PermissionDenied):
        return Misconfigured("The SFTP server does not accept our key.", hint=_KEYS)
    if isinstance(error, asyncssh.KeyExchangeFailed):
        return Misconfigured("The SFTP server and we have no way of encryption in common.")
    if isinstance(error, asyncssh.ChannelOpenError):
        return Misconfigured("The server lets us in but offers no SFTP.")
    if isinstance(error, _NOT_ALLOWED):
        return Misconfigured("The SFTP server does not let us do this.", hint=_RIGHTS)
    if isinstance(error, (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath)):
        return Transient("The file is no longer there; it may have been collected already.")
    if isinstance(error, (asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded)):
        return Transient("There is no room on the SFTP server.")
    if isinstance(error, TimeoutError):
        return Transient("The SFTP server did not answer in time.")
    return Transient("The SFTP server cannot be used now.")
