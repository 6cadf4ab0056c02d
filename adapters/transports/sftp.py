"""The SFTP carrier: the folders of the folder carrier, on the partner's SSH server or on one that both use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import asyncssh

from adapters.transports.base import Exchange
from adapters.transports.drop import FileExchange, Places
from adapters.transports.layout import COLLECT_FROM, SEND_TO, Layout
from adapters.transports.limits import DEFAULT, Limits
from adapters.transports.names import RECEIPTS
from adapters.transports.options import described
from adapters.transports.sftp_place import RemotePlace
from adapters.transports.sftp_session import Server, open_session, read_host_keys
from schemas.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class SftpConfig:
    """Which server, who it must be, and who we are to it."""

    host: str = field(metadata=described("Host", "Name or address of the SFTP server."))
    user: str = field(metadata=described("User", "Our account on it."))
    host_key: str = field(
        metadata=described("Host key", "The server's public key, one a line; the partner gives it to us another way.")
    )
    key: Path = field(
        metadata=described("Key file", "Our private key for this account, a file that only we can read.", read=Path)
    )
    port: int = field(default=22, metadata=described("Port", "Usually 22.", read=int))
    folder: str = field(default=".", metadata=described("Folder", "The directory of the exchange on the server."))
    send_to: str = field(default=SEND_TO, metadata=described("Send to", "The directory in it that we fill."))
    collect_from: str = field(
        default=COLLECT_FROM, metadata=described("Collect from", "The directory in it that the partner fills.")
    )
    timeout: float = field(default=30.0, metadata=described("Timeout", "Seconds that one answer may take.", read=float))


class SftpCarrier:
    """Carry parcels over SFTP. Raise Misconfigured where a key cannot be read or the settings contradict each other."""

    name: ClassVar[str] = "sftp"

    def __init__(self, config: SftpConfig, limits: Limits = DEFAULT) -> None:
        self._folder = config.folder
        self._layout = Layout(config.send_to, config.collect_from)
        self._limits = limits
        keys = read_host_keys(config.host_key)
        self._server = Server(config.host, config.port, config.user, keys, _private(config.key), config.timeout)

    @contextmanager
    def connect(self) -> Iterator[Exchange]:
        """Reach the folders; see Carrier."""
        with open_session(self._server) as (session, sftp):
            folders = [f"{self._folder}/{name}" for name in (self._layout.send_to, self._layout.collect_from)]
            outgoing, incoming = (
                (RemotePlace(session, sftp, folder), RemotePlace(session, sftp, f"{folder}/{RECEIPTS}"))
                for folder in folders
            )
            yield FileExchange(Places(*outgoing, *incoming), self._limits)


def _private(path: Path) -> asyncssh.SSHKey:
    try:
        return asyncssh.read_private_key(path)
    except (OSError, asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise Misconfigured(
            "Our private key for SFTP cannot be read.", hint="It is a file in OpenSSH's format without a passphrase."
        ) from None
