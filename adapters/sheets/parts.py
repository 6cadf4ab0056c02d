"""The files of a return: those of a folder, of a zip file, or named one by one. Nothing is unpacked to disk."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Literal

from adapters.archive import UNSOUND
from adapters.input_file import require_file, unreadable
from adapters.xml.limits import Limits
from schemas.errors import Rejected
from schemas.findings import Source

MOST_FILES = 200
# A table of short codes shrinks to a twentieth; what shrinks much further was made to fill the memory.
MOST_RATIO = 400
# Polars counts the bytes of one text in 32 bits.
MOST_TEXT = (1 << 32) - 1
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_WORKBOOK = "[Content_Types].xml"
_APPLE = "__MACOSX"
_AGAIN = "Make the zip file again, with the CSV files of the return in it."
_ENCRYPTED = 0x1


@dataclass(frozen=True, slots=True)
class Part:
    """One file: its name, with the folder that it is in where it is not in the first, and its bytes."""

    name: str
    content: bytes = field(repr=False)

    def open(self, _: Literal["rb"]) -> BinaryIO:
        """Open it to read its bytes from the start."""
        return io.BytesIO(self.content)

    @property
    def is_zip(self) -> bool:
        """Tell whether it is a zip file, a workbook included."""
        return self.content.startswith(_ZIP)

    @property
    def is_workbook(self) -> bool:
        """Tell whether it is a workbook in the form of Excel 2007 and later."""
        return self.is_zip and _WORKBOOK in _names(self)


def parts_of(
    paths: Iterable[Path],
    limits: Limits,
    inner: Callable[[str], bool],
    left_out: Callable[[str], object] = lambda _: None,
) -> tuple[Part, ...]:
    """Read the files of folders, zip files and single paths; of the folders inside, those that `inner` wants.

    `left_out` is told the names of the others. Raise Rejected where there is nothing to read, a limit is passed or a
    zip file is unsound.
    """
    reading = _Reading(limits, left_out)
    return tuple(part for path in paths for part in _within(path, reading, inner))


def source_of(paths: Iterable[Path], parts: Iterable[Part]) -> Source:
    """Name what was read, with a fingerprint over all of it."""
    names = [path.name or path.resolve().name for path in paths]
    whole = hashlib.sha256()
    found = list(parts)
    for part in found:
        mark = hashlib.sha256(part.content)
        whole.update(b"".join((part.name.encode(), b"\0", mark.digest())))
    name = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    return Source(name, mark.hexdigest() if len(found) == 1 else whole.hexdigest())


class _Reading:
    """Counts what is read, and stops where it is too much."""

    def __init__(self, limits: Limits, left_out: Callable[[str], object]) -> None:
        self.most = limits.file_size
        self.left_out = left_out
        self._size = 0
        self._count = 0

    def admit(self, size: int) -> None:
        self._size += size
        self._count += 1
        if self._size > self.most:
            raise Rejected(
                f"The files have more than the {self.most:,} bytes that the gateway reads.",
                hint="Check that it is one authority's return; if it is, raise the limit in the settings.",
            )
        if self._count > MOST_FILES:
            raise Rejected(
                f"There are more than {MOST_FILES} files.", hint="Put those of the return into a folder of their own."
            )
        if size > MOST_TEXT:
            raise Rejected("One file has more than 4 GiB.", hint="Check whether the export ran wild.")


def _within(path: Path, reading: _Reading, inner: Callable[[str], bool]) -> Iterator[Part]:
    if path.is_dir():
        for found in _files(path, inner, reading.left_out):
            yield _read(found, found.relative_to(path).as_posix(), reading)
        return
    part = _read(path, path.name, reading)
    if part.is_zip and not part.is_workbook:
        yield from _unzipped(part, reading, inner)
    else:
        yield part


def _files(folder: Path, inner: Callable[[str], bool], left_out: Callable[[str], object]) -> Iterator[Path]:
    try:
        found = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$")))
    except PermissionError:
        raise unreadable(folder) from None
    yield from (path for path in found if not path.is_dir())
    for path in found:
        if path.is_dir() and inner(path.name):
            yield from _files(path, lambda _: False, partial(_leave_out_below, path.name, left_out))
        elif path.is_dir():
            left_out(path.name)


def _leave_out_below(folder: str, left_out: Callable[[str], object], name: str) -> None:
    left_out(f"{folder}/{name}")


def _read(path: Path, name: str, reading: _Reading) -> Part:
    reading.admit(require_file(path))
    if not os.access(path, os.R_OK):
        raise unreadable(path)
    return Part(name, path.read_bytes())


def _names(part: Part) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(part.content)) as opened:
            return opened.namelist()
    except UNSOUND:
        return []


def require_sound(part: Part, limits: Limits) -> None:
    """Raise Rejected where what is packed in a zip file or workbook is more than the limits allow."""
    with _opened(part) as opened:
        _require_modest(part, opened.infolist(), limits.file_size)


def _opened(part: Part) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(part.content))
    except UNSOUND:
        raise Rejected(f"{part.name} cannot be unpacked: it is damaged.", hint=_AGAIN) from None


def _require_modest(part: Part, entries: list[zipfile.ZipInfo], most: int) -> None:
    size = sum(entry.file_size for entry in entries)
    if size > most or size > MOST_RATIO * max(len(part.content), 1):
        raise Rejected(
            f"{part.name} would unpack to {size:,} bytes, more than the gateway reads.",
            hint="Check that it holds the return and nothing else.",
        )


def _unzipped(part: Part, reading: _Reading, inner: Callable[[str], bool]) -> Iterator[Part]:
    with _opened(part) as opened:
        entries = [entry for entry in opened.infolist() if not entry.is_dir()]
        _require_modest(part, entries, reading.most)
        for entry, name in _placed(part, entries):
            folder, _, _ = name.rpartition("/")
            if folder and not inner(folder):
                reading.left_out(folder)
                continue
            reading.admit(entry.file_size)
            yield Part(name, _unpacked(part, opened, entry))


def _placed(part: Part, entries: list[zipfile.ZipInfo]) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    """Give each file with its name below the folder that holds them all."""
    found = []
    for entry in entries:
        place = PurePosixPath(entry.filename.replace("\\", "/"))
        if place.is_absolute() or ".." in place.parts or ":" in entry.filename:
            raise Rejected(f"{part.name} names a file outside of itself.", hint=_AGAIN)
        if _APPLE not in place.parts and not place.name.startswith((".", "~$")):
            found.append((entry, place))
    tops = {place.parts[0] if len(place.parts) > 1 else "" for _, place in found}
    below = 1 if len(tops) == 1 and "" not in tops else 0
    for entry, place in found:
        yield entry, "/".join(place.parts[below:])


def _unpacked(part: Part, opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    if entry.flag_bits & _ENCRYPTED:
        raise Rejected(f"{part.name} is locked with a password.", hint="Make the zip file again without one.")
    try:
        # What is packed may be longer than it says.
        with opened.open(entry) as packed:
            content = packed.read(entry.file_size + 1)
    except UNSOUND:
        content = None
    if content is None or len(content) != entry.file_size:
        raise Rejected(f"{part.name} cannot be unpacked: it is damaged.", hint=_AGAIN)
    return content
