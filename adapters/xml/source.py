"""The bytes of a file as UTF-8 blocks, whatever its encoding."""

from __future__ import annotations

import codecs
import hashlib
import os
import re
from collections.abc import Iterator
from typing import BinaryIO, Literal, Protocol

from schemas.errors import Rejected

BLOCK_SIZE = 2 << 20
_QUOTED = 60
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_UNMARKED_UTF16 = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
# Codecs that turn bytes into text and nothing else; a file must not be able to name any other.
_TEXT_CODECS = re.compile(r"(utf-8|utf-16(-[lb]e)?|ascii|iso8859-\d+|cp125\d|mac-roman)")


def shortened(text: str) -> str:
    """Cut a text of the file that a message quotes."""
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}..."


class Readable(Protocol):
    """Bytes under a name: a path, or a file that is inside another."""

    @property
    def name(self) -> str:
        """Give the name of the file."""
        ...

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        """Open it to read its bytes from the start."""
        ...


class Undecodable(Exception):
    """The bytes from here on are not text in the encoding of the file."""

    def __init__(self, encoding: str) -> None:
        super().__init__(encoding)
        self.encoding = encoding


def encoding_of(start: bytes) -> tuple[str, int]:
    """Find the encoding of a file from its first bytes: (codec name, bytes of byte order mark).

    Raise Rejected for an encoding that the gateway does not read.
    """
    for mark, name in _BOMS:
        if start.startswith(mark):
            return name, len(mark)
    for sign, name in _UNMARKED_UTF16:
        if start.startswith(sign):
            return name, 0
    declared = _DECLARED.match(start.lstrip())
    return (_known(declared.group(1).decode("ascii")) if declared else "utf-8"), 0


def _known(declared: str) -> str:
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        name = ""
    if not _TEXT_CODECS.fullmatch(name):
        raise Rejected(
            f"The file says that its encoding is {shortened(declared)}, which the gateway does not read.",
            hint="Export the file again as UTF-8.",
        )
    return name


class Utf8Blocks:
    """A file as UTF-8 blocks; knows its fingerprint once all of it has been read."""

    def __init__(self, path: Readable, block_size: int = BLOCK_SIZE) -> None:
        self._path = path
        self._block_size = block_size
        self._hash = hashlib.sha256()
        with path.open("rb") as handle:
            self.size = handle.seek(0, os.SEEK_END)
        self.done = 0

    def __iter__(self) -> Iterator[bytes]:
        """Give the blocks; raise Undecodable where the bytes do not fit the encoding."""
        with self._path.open("rb") as handle:
            first = self._read(handle.read(self._block_size))
            encoding, skip = encoding_of(first)
            decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)()
            block = first[skip:]
            while block:
                if decoder is None:
                    yield block
                else:
                    yield from _decoded(decoder, block, encoding)
                block = self._read(handle.read(self._block_size))
            if decoder is not None:
                yield from _decoded(decoder, b"", encoding)

    def sha256(self) -> str:
        """Give the fingerprint of the whole file, reading what has not been read yet."""
        with self._path.open("rb") as handle:
            handle.seek(self.done)
            while rest := self._read(handle.read(self._block_size)):
                del rest
        return self._hash.hexdigest()

    def _read(self, block: bytes) -> bytes:
        self._hash.update(block)
        self.done += len(block)
        return block


def _decoded(decoder: codecs.IncrementalDecoder, block: bytes, encoding: str) -> Iterator[bytes]:
    try:
        yield decoder.decode(block, final=not block).encode("utf-8")
    except UnicodeDecodeError as error:
        yield error.object[: error.start].decode(encoding).encode("utf-8")
        raise Undecodable(encoding) from None
    except UnicodeEncodeError:
        raise Undecodable(encoding) from None
