"""A parcel as one file: a plain tar of `label`, `manifest` and `chunk-00000` onwards, always the same bytes.

A tar, so that a partner without this gateway can take it apart. Read strictly, one block at a time: only these names,
in this order, as plain files (POSIX.1-1988 ustar headers, no extensions).
"""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path

from adapters.transports.base import Incoming, Parcel
from adapters.transports.limits import Limits
from schemas.errors import Permanent, Rejected

BLOCK = tarfile.BLOCKSIZE
PIECE = 1024 * 1024
_LONGEST_END = tarfile.RECORDSIZE
_HINT = "A parcel is written under another name and renamed when it is whole; docs/transports.md shows the format."

Read = Callable[[int], bytes]
"""Give the next bytes, at most that many; none at the end."""


def packed(parcel: Parcel, limits: Limits) -> Iterator[bytes]:
    """Write a parcel as pieces of at most 1 MiB. Raise Permanent where it is over a limit."""
    size = 0
    for member in _members(parcel, limits):
        for start in range(0, len(member), PIECE):
            piece = member[start : start + PIECE]
            size += len(piece)
            if size > limits.parcel:
                raise Permanent(f"The parcel is over the limit of {limits.parcel} bytes.")
            yield piece


def unpacked(message_id: str, read: Read, limits: Limits) -> Incoming:
    """Read label and manifest now and the chunks on demand. Raise Rejected where it is not such a parcel."""
    label = _required(read, "label", limits.label)
    manifest = _required(read, "manifest", limits.manifest)
    return Incoming(message_id, label, manifest, _chunks(read, limits))


def _members(parcel: Parcel, limits: Limits) -> Iterator[bytes]:
    yield from _member("label", parcel.label, limits.label)
    yield from _member("manifest", parcel.manifest, limits.manifest)
    for index, content in _numbered(parcel.chunks, limits):
        yield from _member(_chunk_name(index), content, limits.chunk)
    yield bytes(2 * BLOCK)


def _numbered(chunks: Iterable[bytes | Path], limits: Limits) -> Iterator[tuple[int, bytes]]:
    for index, chunk in enumerate(chunks):
        if index == limits.chunks:
            raise Permanent(f"The parcel has more than {limits.chunks} chunks.")
        yield index, _content(chunk, limits.chunk)


def _content(chunk: bytes | Path, limit: int) -> bytes:
    if isinstance(chunk, bytes):
        return chunk
    with chunk.open("rb") as file:
        return file.read(limit + 1)


def _member(name: str, content: bytes, limit: int) -> Iterator[bytes]:
    if len(content) > limit:
        raise Permanent(f"{name} is over the limit of {limit} bytes.")
    info = tarfile.TarInfo(name)
    info.size = len(content)
    yield info.tobuf(tarfile.USTAR_FORMAT)
    yield content
    yield bytes(-len(content) % BLOCK)


def _chunk_name(index: int) -> str:
    return f"chunk-{index:05d}"


def _chunks(read: Read, limits: Limits) -> Iterator[bytes]:
    for index in count():
        chunk = _read_member(read, _chunk_name(index), limits.chunk if index < limits.chunks else -1)
        if chunk is None:
            break
        yield chunk
    _require_end(read)


def _required(read: Read, name: str, limit: int) -> bytes:
    content = _read_member(read, name, limit)
    if content is None:
        raise _malformed(f"{name} is missing")
    return content


def _read_member(read: Read, name: str, limit: int) -> bytes | None:
    """Read one member; None at the end of the archive."""
    header = _exactly(read, BLOCK)
    if header == bytes(BLOCK):
        return None
    size = _size(header, name, limit)
    content = _exactly(read, size)
    if any(_exactly(read, -size % BLOCK)):
        raise _malformed("there is something between its members")
    return content


def _size(header: bytes, name: str, limit: int) -> int:
    try:
        info = tarfile.TarInfo.frombuf(header, "ascii", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError):
        raise _malformed("a header is damaged") from None
    if info.name != name or info.type != tarfile.REGTYPE:
        raise _malformed(f"something else stands in the place of {name}")
    if not 0 <= info.size <= limit:
        raise _malformed(f"{name} is over a limit")
    return info.size


def _exactly(read: Read, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        piece = read(min(PIECE, size - len(found)))
        if not piece:
            raise _malformed("it ends too early")
        found += piece
    return bytes(found)


def _require_end(read: Read) -> None:
    end = bytearray()
    while piece := read(PIECE):
        end += piece
        if len(end) > _LONGEST_END:
            raise _malformed("it goes on after its end")
    if len(end) < BLOCK or any(end):
        raise _malformed("its end is not that of a tar")


def _malformed(what: str) -> Rejected:
    return Rejected(f"The parcel cannot be read: {what}.", hint=_HINT)
