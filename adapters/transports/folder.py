"""The folder carrier: a directory that both sides reach, such as a share or the home of a partner's SFTP account."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from adapters.transports.archive import Read
from adapters.transports.base import Exchange
from adapters.transports.drop import FileExchange, Places
from adapters.transports.folder_faults import local_faults
from adapters.transports.layout import COLLECT_FROM, SEND_TO, Layout
from adapters.transports.limits import DEFAULT, Limits
from adapters.transports.names import RECEIPTS
from adapters.transports.options import described
from adapters.transports.place import Draft, Facts, Kind
from schemas.errors import Permanent

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class FolderConfig:
    """Where the folder is."""

    path: Path = field(
        metadata=described("Folder", "The directory that we share with the partner. It must exist.", read=Path)
    )
    send_to: str = field(default=SEND_TO, metadata=described("Send to", "The directory in it that we fill."))
    collect_from: str = field(
        default=COLLECT_FROM, metadata=described("Collect from", "The directory in it that the partner fills.")
    )


class FolderCarrier:
    """Carry parcels through a folder. Raise Misconfigured where its settings contradict each other."""

    name: ClassVar[str] = "folder"

    def __init__(self, config: FolderConfig, limits: Limits = DEFAULT) -> None:
        self._path = config.path
        self._layout = Layout(config.send_to, config.collect_from)
        self._limits = limits

    @contextmanager
    def connect(self) -> Iterator[Exchange]:
        """Open the folders. Raise Misconfigured where one is missing or a link."""
        with ExitStack() as stack:
            yield FileExchange(self._places(stack), self._limits)

    def _places(self, stack: ExitStack) -> Places:
        root = _folder(stack, self._path, _FOLDER)
        outgoing = _folder(stack, self._layout.send_to, _FOLDER | os.O_NOFOLLOW, root)
        incoming = _folder(stack, self._layout.collect_from, _FOLDER | os.O_NOFOLLOW, root)
        theirs = (_folder(stack, RECEIPTS, _FOLDER | os.O_NOFOLLOW, parent) for parent in (outgoing, incoming))
        outgoing_receipts, incoming_receipts = (LocalPlace(folder) for folder in theirs)
        return Places(LocalPlace(outgoing), outgoing_receipts, LocalPlace(incoming), incoming_receipts)


def _folder(stack: ExitStack, path: Path | str, flags: int, parent: int | None = None) -> int:
    with local_faults(folder=True):
        descriptor = os.open(path, flags, dir_fd=parent)
    stack.callback(os.close, descriptor)
    return descriptor


class LocalPlace:
    """A folder by its open descriptor: whoever swaps the folder for a link meanwhile leads us nowhere."""

    def __init__(self, folder: int) -> None:
        self._folder = folder

    def entries(self, limit: int) -> Iterator[tuple[str, Facts]]:
        """Give names and facts; see Place."""
        with local_faults(), os.scandir(self._folder) as found:
            names = [entry.name for entry, _ in zip(found, range(limit), strict=False)]
        for name in names:
            if facts := self.facts(name):
                yield name, facts

    def facts(self, name: str) -> Facts | None:
        """Look at a name; see Place."""
        with local_faults():
            try:
                return _facts(os.stat(name, dir_fd=self._folder, follow_symlinks=False))
            except FileNotFoundError:
                return None

    @contextmanager
    def read(self, name: str) -> Iterator[Read]:
        """Open a file; see Place."""
        with self._opened(name, os.O_RDONLY) as descriptor:
            yield lambda size: _read(descriptor, size)

    @contextmanager
    def draft(self, name: str) -> Iterator[Draft]:
        """Open a draft; see Place."""
        with self._opened(name, os.O_RDWR | os.O_CREAT) as descriptor:
            yield LocalDraft(descriptor)

    def publish(self, draft: str, name: str) -> bool:
        """Name a draft; see Place. A hard link is the one step that never overwrites."""
        with local_faults():
            try:
                os.link(draft, name, src_dir_fd=self._folder, dst_dir_fd=self._folder, follow_symlinks=False)
            except FileExistsError:
                return False
            os.unlink(draft, dir_fd=self._folder)
            os.fsync(self._folder)
        return True

    def remove(self, name: str) -> None:
        """Remove a file; see Place."""
        with local_faults():
            try:
                os.unlink(name, dir_fd=self._folder)
            except FileNotFoundError:
                return
            os.fsync(self._folder)

    @contextmanager
    def _opened(self, name: str, flags: int) -> Iterator[int]:
        with local_faults():
            descriptor = os.open(name, flags | _FILE, 0o640, dir_fd=self._folder)
        try:
            with local_faults():
                found = os.fstat(descriptor)
            _require_plain(found, writing=bool(flags & os.O_CREAT))
            yield descriptor
        finally:
            os.close(descriptor)


class LocalDraft:
    """A draft by its open descriptor."""

    settled = 0  # after a power cut there may be gaps in what is there, so all of it is compared

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        with local_faults():
            self.size = os.fstat(descriptor).st_size

    def read(self, offset: int, size: int) -> bytes:
        """Read what is there; see Draft."""
        with local_faults():
            return os.pread(self._descriptor, size, offset)

    def write(self, offset: int, data: bytes) -> None:
        """Write all; see Draft."""
        with local_faults():
            while data:
                written = os.pwrite(self._descriptor, data, offset)
                offset, data = offset + written, data[written:]

    def finish(self, size: int) -> None:
        """Cut and sync; see Draft."""
        with local_faults():
            os.ftruncate(self._descriptor, size)
            os.fsync(self._descriptor)


def _require_plain(found: os.stat_result, *, writing: bool) -> None:
    # A second name would have us write into a file that is also something else.
    if not stat.S_ISREG(found.st_mode) or (writing and found.st_nlink != 1):
        raise Permanent("What lies in the place of this message's file is not a plain file of its own.")


def _read(descriptor: int, size: int) -> bytes:
    with local_faults():
        return os.read(descriptor, size)


def _facts(found: os.stat_result) -> Facts:
    return Facts(_kind(found.st_mode), found.st_size, f"{found.st_ino}-{found.st_size}-{found.st_mtime_ns}")


def _kind(mode: int) -> Kind:
    if stat.S_ISREG(mode):
        return Kind.FILE
    if stat.S_ISLNK(mode):
        return Kind.LINK
    return Kind.FOLDER if stat.S_ISDIR(mode) else Kind.OTHER
