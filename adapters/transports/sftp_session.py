"""One connection to an SFTP server, used from ordinary code: each call runs until it is answered or out of time."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import asyncssh

from adapters.transports.sftp_faults import sftp_faults
from schemas.errors import Misconfigured, Transient

T = TypeVar("T")
_ALIVE = 15


@dataclass(frozen=True, slots=True)
class Server:
    """Where the server is, the only host keys that it may have, and our key."""

    host: str
    port: int
    user: str
    host_keys: tuple[asyncssh.SSHKey, ...]
    key: asyncssh.SSHKey
    seconds: float


class Session:
    """An open connection. It belongs to the thread that opened it."""

    def __init__(self, runner: asyncio.Runner, seconds: float) -> None:
        self._runner = runner
        self._seconds = seconds

    def run(self, work: Coroutine[Any, Any, T], *, patience: int = 1) -> T:
        """Do one thing; `patience` times the usual time where it takes many round trips."""
        with sftp_faults():
            return self._runner.run(_limited(work, self._seconds * patience))


@contextmanager
def open_session(server: Server) -> Iterator[tuple[Session, asyncssh.SFTPClient]]:
    """Connect, check the server's key, log in with ours and start SFTP."""
    with asyncio.Runner() as runner:
        runner.get_loop().set_exception_handler(_unretrieved)
        session = Session(runner, server.seconds)
        connection = session.run(_connected(server))
        try:
            yield session, session.run(_started(connection))
        finally:
            with suppress(Transient, Misconfigured):
                session.run(_closed(connection))


def read_host_keys(text: str) -> tuple[asyncssh.SSHKey, ...]:
    """Read one public key a line, as in a server's ssh_host_ed25519_key.pub. Raise Misconfigured."""
    lines = [line for line in text.splitlines() if line.strip()]
    try:
        keys = tuple(asyncssh.import_public_key(line) for line in lines)
    except asyncssh.KeyImportError:
        keys = ()
    if not keys:
        raise Misconfigured(
            "The host key of the SFTP server cannot be read.",
            hint="It is a line such as `ssh-ed25519 AAAA...`, given to us by the partner, not fetched from the server.",
        )
    return keys


def _unretrieved(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    # Where a connection is lost while a piece is under way, asyncssh raises for the first block and leaves the others.
    if not isinstance(context.get("exception"), asyncssh.Error):
        loop.default_exception_handler(context)


async def _limited(work: Coroutine[Any, Any, T], seconds: float) -> T:
    async with asyncio.timeout(seconds):
        return await work


async def _connected(server: Server) -> asyncssh.SSHClientConnection:
    return await asyncssh.connect(
        server.host,
        server.port,
        config=None,
        username=server.user,
        known_hosts=(list(server.host_keys), [], []),
        client_keys=[server.key],
        agent_path=None,
        preferred_auth=["publickey"],
        password_auth=False,
        kbdint_auth=False,
        host_based_auth=False,
        gss_kex=False,
        gss_auth=False,
        x509_trusted_certs=None,
        connect_timeout=server.seconds,
        login_timeout=server.seconds,
        keepalive_interval=_ALIVE,
    )


async def _started(connection: asyncssh.SSHClientConnection) -> asyncssh.SFTPClient:
    # Names as bytes: one that is not UTF-8 must not stop a listing.
    return await connection.start_sftp_client(path_encoding=None)


async def _closed(connection: asyncssh.SSHClientConnection) -> None:
    connection.close()
    await connection.wait_closed()
