"""A folder on an SFTP server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing, contextmanager, suppress
from typing import cast

import asyncssh

from adapters.transports.archive import PIECE, Read
from adapters.transports.place import Draft, Facts, Kind
from adapters.transports.sftp_session import Session
from schemas.errors import Misconfigured, Permanent, Transient

_LISTING = 20
_KINDS = {
    asyncssh.FILEXFER_TYPE_REGULAR: Kind.FILE,
    asyncssh.FILEXFER_TYPE_SYMLINK: Kind.LINK,
    asyncssh.FILEXFER_TYPE_DIRECTORY: Kind.FOLDER,
}
_WRITE = asyncssh.FXF_READ | asyncssh.FXF_WRITE | asyncssh.FXF_CREAT
_MODE = asyncssh.SFTPAttrs(permissions=0o640)


class RemotePlace:
    """A folder by its path. Raise Misconfigured where it is not there or is a link."""

    def __init__(self, session: Session, sftp: asyncssh.SFTPClient, folder: str) -> None:
        self._session = session
        self._sftp = sftp
        self._folder = folder.encode()
        found = self._look(self._folder)
        if found is None or found.kind is not Kind.FOLDER:
            raise Misconfigured(
                "A folder of the exchange is not there on the SFTP server.",
                hint="The partner makes it; we make none ourselves. docs/transports.md shows which there are.",
            )

    def entries(self, limit: int) -> Iterator[tuple[str, Facts]]:
        """Give names and facts; see Place."""
        yield from self._session.run(self._listed(limit), patience=_LISTING)

    def facts(self, name: str) -> Facts | None:
        """Look at a name; see Place."""
        return self._look(self._path(name))

    @contextmanager
    def read(self, name: str) -> Iterator[Read]:
        """Open a file; see Place."""
        with self._opened(name, asyncssh.FXF_READ) as file:
            yield lambda size: self._session.run(_read(file, size))

    @contextmanager
    def draft(self, name: str) -> Iterator[Draft]:
        """Open a draft; see Place."""
        found = self.facts(name)
        if found and found.kind is not Kind.FILE:
            raise Permanent("What lies in the place of this message's file is not a plain file of its own.")
        with self._opened(name, _WRITE) as file:
            yield RemoteDraft(self._session, file, found.size if found else 0)

    def publish(self, draft: str, name: str) -> bool:
        """Name a draft; see Place. SFTP's own rename does not overwrite; `posix-rename` would."""
        try:
            self._session.run(self._sftp.rename(self._path(draft), self._path(name)))
        except Transient:
            if self.facts(name) is None:
                raise
            return False
        return True

    def remove(self, name: str) -> None:
        """Remove a file; see Place."""
        self._session.run(_removed(self._sftp, self._path(name)))

    @contextmanager
    def _opened(self, name: str, flags: int) -> Iterator[asyncssh.SFTPClientFile]:
        file = self._session.run(_open(self._sftp, self._path(name), flags))
        try:
            yield file
        finally:
            with suppress(Transient, Misconfigured):
                self._session.run(file.close())

    def _path(self, name: str) -> bytes:
        return self._folder + b"/" + name.encode()

    def _look(self, path: bytes) -> Facts | None:
        return self._session.run(_looked(self._sftp, path))

    async def _listed(self, limit: int) -> list[tuple[str, Facts]]:
        found: list[tuple[str, Facts]] = []
        async with aclosing(self._sftp.scandir(self._folder)) as names:  # type: ignore[type-var]  # a generator in fact
            async for name in names:
                if len(found) == limit:
                    break
                if name.filename not in {b".", b".."}:
                    found.append((_text(name.filename), _facts(name.attrs)))
        return found


class RemoteDraft:
    """An open draft. What was written in one call may have gaps after a cut, so the last piece is compared again."""

    def __init__(self, session: Session, file: asyncssh.SFTPClientFile, size: int) -> None:
        self._session = session
        self._file = file
        self.size = size
        self.settled = max(0, size - PIECE)

    def read(self, offset: int, size: int) -> bytes:
        """Read what is there; see Draft."""
        return self._session.run(_read(self._file, size, offset))

    def write(self, offset: int, data: bytes) -> None:
        """Write all; see Draft."""
        self._session.run(self._file.write(data, offset))

    def finish(self, size: int) -> None:
        """Cut and sync; see Draft."""
        self._session.run(_finished(self._file, size))


async def _looked(sftp: asyncssh.SFTPClient, path: bytes) -> Facts | None:
    try:
        return _facts(await sftp.lstat(path))
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
        return None


async def _removed(sftp: asyncssh.SFTPClient, path: bytes) -> None:
    with suppress(asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
        await sftp.remove(path)


async def _open(sftp: asyncssh.SFTPClient, path: bytes, flags: int) -> asyncssh.SFTPClientFile:
    return await sftp.open(path, flags, _MODE, encoding=None)


async def _read(file: asyncssh.SFTPClientFile, size: int, offset: int | None = None) -> bytes:
    # Typed as text, but a file that was opened without an encoding gives bytes.
    return cast("bytes", await file.read(size, offset))


async def _finished(file: asyncssh.SFTPClientFile, size: int) -> None:
    await file.truncate(size)
    with suppress(asyncssh.SFTPOpUnsupported):  # an extension of OpenSSH; others sync when they like
        await file.fsync()


def _facts(found: asyncssh.SFTPAttrs) -> Facts:
    size = found.size or 0
    return Facts(_KINDS.get(found.type, Kind.OTHER), size, f"{size}-{found.mtime}")


def _text(name: bytes | str) -> str:
    return name.decode("utf-8", "surrogateescape") if isinstance(name, bytes) else name
