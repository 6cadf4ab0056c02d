"""Find the texts that may stand in the bytes of a document, in whatever coding, so that a mark can be looked for."""

from __future__ import annotations

import base64
import binascii
import html
import quopri
import re
import zlib
from collections.abc import Iterator
from urllib.parse import unquote

from adapters.transfer.content_type import PDF, TEXT, ZIP, kind_of
from adapters.transfer.office import entries

_MOST_INFLATED = 64 << 20
_DEPTH = 3
_TAG = re.compile(r"<[^<>]{0,4000}>")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-](?:[\r\n]?[A-Za-z0-9+/_-]){11,}")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]\s*){8,}")
_BACKSLASH_U = re.compile(r"\\u([0-9A-Fa-f]{4})")
_RTF_BYTE = re.compile(r"\\'([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
_STRING = re.compile(rb"\(((?:\\.|[^()\\]){0,4000})\)", re.DOTALL)
_HEX_STRING = re.compile(rb"<([0-9A-Fa-f\s]{2,4000})>")
_CODINGS = ("utf-8", "utf-16-le", "utf-16-be", "latin-1")


def can_be_searched(content: bytes) -> bool:
    """Tell whether all words of a document are found: those of pictures, of PDF and of unknown kinds may not be."""
    return kind_of(content) in {TEXT, ZIP}


def texts(content: bytes, depth: int = _DEPTH) -> Iterator[str]:
    """Give every reading of the bytes that may hold words; raise ValueError where an archive in it is broken."""
    for coding in _CODINGS:
        yield from _readings(content.decode(coding, errors="replace"))
    yield _readable(quopri.decodestring(content))
    if depth > 0:
        for inner in _inside(content):
            yield from texts(inner, depth - 1)


def _readings(text: str) -> Iterator[str]:
    yield text
    plain = html.unescape(_TAG.sub("", text))
    yield plain
    yield unquote(plain)
    yield _BACKSLASH_U.sub(
        lambda found: chr(int(found[1], 16)), _RTF_BYTE.sub(lambda found: chr(int(found[1], 16)), text)
    )


def _readable(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")


def _inside(content: bytes) -> Iterator[bytes]:
    """Give the bytes that are held in others: files of an archive, streams, what is written as letters or digits."""
    kind = kind_of(content)
    if kind == ZIP:
        for name, found in entries(content):
            yield name.encode()
            yield found
        return
    if kind == PDF:
        yield from _of_pdf(content)
    elif content.startswith(b"\x1f\x8b"):
        yield _inflated(content, zlib.MAX_WBITS | 16)
    for run in _BASE64.finditer(content):
        letters = re.sub(rb"\s", b"", run[0]).translate(bytes.maketrans(b"-_", b"+/"))
        for start in range(4):
            yield _decoded(letters[start:])
    for run in _HEX.finditer(content):
        digits = re.sub(rb"\s", b"", run[0])
        yield binascii.unhexlify(digits[: len(digits) // 2 * 2])


def _decoded(letters: bytes) -> bytes:
    return base64.b64decode(letters[: len(letters) // 4 * 4])


def _of_pdf(content: bytes) -> Iterator[bytes]:
    """Give the strings of a PDF one behind another, since a word may be written letter by letter, and its streams."""
    for body in (content, *_streams(content)):
        yield b"".join(_STRING.findall(body))
        yield b"".join(_unhex(found) for found in _HEX_STRING.findall(body))
        if body is not content:
            yield body


def _streams(content: bytes) -> Iterator[bytes]:
    for start in _STREAM.finditer(content):
        found = _inflated(content[start.end() :], zlib.MAX_WBITS)
        if found:
            yield found


def _unhex(digits: bytes) -> bytes:
    plain = re.sub(rb"\s", b"", digits)
    return binascii.unhexlify(plain[: len(plain) // 2 * 2])


def _inflated(content: bytes, window: int) -> bytes:
    """Inflate as far as it goes and no further than the limit."""
    try:
        return zlib.decompressobj(window).decompress(content, _MOST_INFLATED)
    except zlib.error:
        return b""
