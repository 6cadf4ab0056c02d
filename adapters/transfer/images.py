"""Take out of pictures what is not the picture: where and when it was taken, with what, by whom, smaller copies."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

_MARK, _START, _END, _SCAN = 0xFF, 0xD8, 0xD9, 0xDA
_LENGTH = 2  # bytes that state the length of a segment, and count in it
# Markers that stand alone, without a length (ITU-T T.81, table B.1).
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
# Of what an application or a person added, only what is needed to show the picture: JFIF and Adobe's colours.
_NEEDED = frozenset({0xE0, 0xEE})
_ADDED = frozenset({*range(0xE0, 0xF0), 0xFE})
_PNG = b"\x89PNG\r\n\x1a\n"
_CHUNKS = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"})


def plain_jpeg(content: bytes) -> bytes:
    """Give a JPEG without metadata and without what stands behind its end; raise ValueError where it is broken."""
    return b"".join(_segments(content))


def _segments(content: bytes) -> Iterator[bytes]:
    if not content.startswith(b"\xff\xd8"):
        raise ValueError("This is no JPEG.")
    yield b"\xff\xd8"
    place = 2
    while True:
        marker = _byte(content, place + 1)
        if _byte(content, place) != _MARK or marker in {0x00, _START}:
            raise ValueError("This JPEG is broken.")
        if marker == _MARK:
            place += 1
            continue
        if marker == _END:
            yield b"\xff\xd9"
            return
        end = place + 2 if marker in _ALONE else _segment_end(content, place)
        if marker == _SCAN:
            end = _scan_end(content, end)
        if marker not in _ADDED or marker in _NEEDED:
            yield content[place:end]
        place = end


def _byte(content: bytes, place: int) -> int:
    if place >= len(content):
        raise ValueError("This picture ends too early.")
    return content[place]


def _segment_end(content: bytes, place: int) -> int:
    length = int.from_bytes(content[place + 2 : place + 4], "big")
    end = place + 2 + length
    if length < _LENGTH or end > len(content):
        raise ValueError("This JPEG is broken.")
    return end


def _scan_end(content: bytes, place: int) -> int:
    """Find the next marker behind the data of a scan, in which FF is followed by 00 or a restart."""
    while True:
        place = content.find(b"\xff", place)
        if place < 0:
            raise ValueError("This picture ends too early.")
        following = _byte(content, place + 1)
        if following and following not in _ALONE and following != _MARK:
            return place
        place += 1 if following == _MARK else 2


def plain_png(content: bytes) -> bytes:
    """Give a PNG without metadata and without what stands behind its end; raise ValueError where it is broken."""
    if not content.startswith(_PNG):
        raise ValueError("This is no PNG.")
    return _PNG + b"".join(_chunks(content))


def _chunks(content: bytes) -> Iterator[bytes]:
    place, kind = len(_PNG), b""
    while kind != b"IEND":
        kind = content[place + 4 : place + 8]
        end = place + 12 + int.from_bytes(content[place : place + 4], "big")
        chunk = content[place:end]
        if end > len(content) or zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
            raise ValueError("This PNG is broken.")
        if kind in _CHUNKS:
            yield chunk
        place = end
