"""The text of a file, whatever its encoding."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

UTF_8, UTF_16, WINDOWS = "UTF-8", "UTF-16", "Windows-1252"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Text:
    """What a file says, and in which encoding; `odd_line` is the first line that is not in UTF-8, if there is one."""

    content: str
    encoding: str
    odd_line: int | None = None


def decoded(raw: bytes) -> Text:
    """Decode bytes in UTF-8 or UTF-16, with or without byte order mark, and anything else as Windows-1252.

    A byte that Windows-1252 lacks becomes the replacement character, so that no other text is lost.
    """
    if (codec := _utf16(raw)) is not None:
        return Text(raw.decode(codec, errors="replace"), UTF_16)
    try:
        return Text(raw.decode("utf-8-sig"), UTF_8)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return Text(raw.decode("cp1252", errors="replace"), WINDOWS, line)


def mark_of(raw: bytes) -> bytes:
    """Give the byte order mark with which a file starts, if it has one."""
    return next((mark for mark in (codecs.BOM_UTF8, *_UTF16_MARKS) if raw.startswith(mark)), b"")


def codec_of(raw: bytes) -> str:
    """Name the codec that writes the text of these bytes back as it was."""
    if raw.startswith(_UTF16_MARKS):
        return "utf-16-le" if raw.startswith(_UTF16_MARKS[0]) else "utf-16-be"
    return _utf16(raw) or ("utf-8" if decoded(raw).encoding == UTF_8 else "cp1252")


def _utf16(raw: bytes) -> str | None:
    if raw.startswith(_UTF16_MARKS):
        return "utf-16"
    if raw[1:2] == b"\0" and raw[:1] != b"\0":
        return "utf-16-le"
    return "utf-16-be" if raw[:1] == b"\0" and raw[1:2] not in {b"", b"\0"} else None
