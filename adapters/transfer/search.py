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

from adapters.transfer.content_type import JPEG, PDF, PNG, TEXT, ZIP, kind_of
from adapters.transfer.office import entries

_MOST_INFLATED = 64 << 20
_DEPTH = 3
_MAGIC = 16
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_PICTURES = frozenset({JPEG, PNG})
_HELD = frozenset({PDF, ZIP})
_TAG = re.compile(r"<[^<>]{0,4000}>")
_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})|\\'([0-9A-Fa-f]{2})")
_RUN = re.compile(rb"[\t\n\r\x20-\x7e\x80-\xff]{4,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-](?:\r?\n?[A-Za-z0-9+/_-]){11,}")
_HEX = re.compile(rb"(?:[0-9A-Fa-f]{2}\s*){4,}")
_SPACE = re.compile(rb"\s")
_STREAM = re.compile(rb"stream\r?\n")
_STRING = re.compile(rb"\(((?:\\.|[^()\\]){0,4000})\)", re.DOTALL)
_HEX_STRING = re.compile(rb"<([0-9A-Fa-f\s]{2,4000})>")


def can_be_searched(content: bytes) -> bool:
    """Tell whether all words of a document are found: those of pictures, of PDF and of unknown kinds may not be.

    Raise ValueError where an archive is broken.
    """
    if kind_of(content) == ZIP:
        return all(kind_of(found) == TEXT for _, found in entries(content))
    return kind_of(content) == TEXT and all(kind_of(run) in {TEXT, ""} for run in _starts(content))


def _starts(content: bytes) -> Iterator[bytes]:
    """Give how each run of base64 begins, by which a file in it is known."""
    for run in _BASE64.finditer(content):
        yield _from_base64(_SPACE.sub(b"", run[0][: 2 * _MAGIC]).translate(_URL_SAFE))


def texts(content: bytes, depth: int = _DEPTH, *, clean: bool = False) -> Iterator[str]:
    """Give every reading of the bytes that may hold words; raise ValueError where an archive in it is broken.

    With `clean`, metadata has been taken out of the document, and of pictures in it if it is an archive: those have no
    words then.
    """
    kind = kind_of(content)
    if clean and kind in _PICTURES:
        return
    for text in _decoded(content):
        yield from _readings(text)
    if depth <= 0:
        return
    if kind == ZIP:
        for name, found in entries(content):
            yield name
            yield from texts(found, depth - 1, clean=clean)
    elif kind == PDF:
        yield from _of_pdf(content, depth)
    else:
        yield from _of_letters(content, depth)


def _decoded(content: bytes) -> Iterator[str]:
    """Decode as UTF-8, and where it is not as what letters there are in it, of one or of two bytes each."""
    try:
        yield content.decode("utf-8")
    except UnicodeDecodeError:
        runs = b"\n".join(_RUN.findall(content))
        yield runs.decode("utf-8", errors="ignore")
        yield runs.decode("latin-1")
    if content.count(0) * 4 >= len(content):
        yield from (content.decode(coding, errors="ignore") for coding in ("utf-16-le", "utf-16-be"))
    if b"\0" in content:
        yield b"\n".join(_RUN.findall(content.replace(b"\0", b""))).decode("latin-1")


def _readings(text: str) -> Iterator[str]:
    """Give a text as it stands, without its tags, and with letters for what stands for them in pages, RTF and JSON."""
    yield text
    plain = html.unescape(_TAG.sub("", text)) if "<" in text or "&" in text else text
    if plain != text:
        yield plain
    if "%" in plain:
        yield unquote(plain)
    if "\\" in plain:
        yield _ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), plain)


def _of_letters(content: bytes, depth: int) -> Iterator[str]:
    """Read what is written as other letters: quoted-printable, base64 from any letter on, hexadecimal; or zipped."""
    if content.startswith(b"\x1f\x8b"):
        yield from texts(_inflated(content, zlib.MAX_WBITS | 16), depth - 1)
    if b"=" in content:
        yield quopri.decodestring(content).decode("utf-8", errors="replace")
    found = decoded_runs(content)
    yield from texts(b"\n".join(found), 0)
    for inner in found:
        if kind_of(inner[:_MAGIC]) in _HELD:
            yield from texts(inner, depth - 1)


def decoded_runs(content: bytes) -> list[bytes]:
    """Decode what may be base64, from each of its first four letters on, and what may be hexadecimal."""
    letters = [_SPACE.sub(b"", run).translate(_URL_SAFE) for run in _BASE64.findall(content)]
    digits = [_SPACE.sub(b"", run) for run in _HEX.findall(content)]
    return [_from_base64(run[start:]) for run in letters for start in range(4)] + [
        binascii.unhexlify(run) for run in digits
    ]


def _from_base64(letters: bytes) -> bytes:
    """Decode as far as it goes: a letter too many tells nothing, and what fills up the last four is not needed."""
    whole = letters if len(letters) % 4 != 1 else letters[:-1]
    return base64.b64decode(whole + b"=" * (-len(whole) % 4))


def _of_pdf(content: bytes, depth: int) -> Iterator[str]:
    """Read the streams of a PDF and its strings, one behind another, since a word may be written letter by letter."""
    for body in (content, *_streams(content)):
        if body is not content:
            yield from texts(body, depth - 1 if kind_of(body[:_MAGIC]) in _HELD else 0)
        yield from texts(b"".join(_STRING.findall(body)), 0)
        yield from texts(b"".join(_from_hex(found) for found in _HEX_STRING.findall(body)), 0)


def _streams(content: bytes) -> Iterator[bytes]:
    whole, left = memoryview(content), _MOST_INFLATED
    for start in _STREAM.finditer(content):
        found = _inflated(whole[start.end() :], zlib.MAX_WBITS, left)
        left -= len(found)
        if found:
            yield found
        if left <= 0:
            raise ValueError("This document unpacks to too much.")


def _from_hex(digits: bytes) -> bytes:
    plain = _SPACE.sub(b"", digits)
    return binascii.unhexlify(plain[: len(plain) // 2 * 2])


def _inflated(content: bytes | memoryview, window: int, most: int = _MOST_INFLATED) -> bytes:
    """Inflate as far as it goes and no further than the limit."""
    try:
        return zlib.decompressobj(window).decompress(content, most)
    except zlib.error:
        return b""
