"""Tell from its first bytes what a file is."""

from __future__ import annotations

import re
from pathlib import Path

from adapters.input_file import unreadable
from adapters.xml.source import encoding_of
from schemas.errors import Rejected

_START = 65536
_ROOT = re.compile(r"<(?:[^\s<>/:!?]+:)?([^\s<>/:!?]+)[\s/>]")
_SKIPPED = (("<!--", "-->"), ("<?", "?>"))


class OfAnotherKind(Rejected):
    """The file could be a return of another kind: what it is as a file does not rule that out."""


def start_of(path: Path) -> bytes:
    """Read the first bytes of a file; raise Rejected where it may not be read."""
    try:
        with path.open("rb") as handle:
            return handle.read(_START)
    except PermissionError:
        raise unreadable(path) from None


def text_of(start: bytes) -> str:
    """Decode the start of a text, without the white space around it; raise Rejected for an encoding not read."""
    encoding, skip = encoding_of(start)
    return start[skip:_START].decode(encoding, errors="replace").strip()


def root_of(text: str) -> str | None:
    """Name the first element of a message, without its prefix; None where the start has none."""
    found = _ROOT.match(without_comments(text))
    return found.group(1) if found else None


def without_comments(text: str) -> str:
    """Leave out comments and instructions, up to one that does not end here."""
    parts, at = [], 0
    while (found := _next_skipped(text, at)) is not None:
        begin, end = found
        parts.append(text[at:begin])
        at = end
    return "".join([*parts, text[at:]]).lstrip()


def _next_skipped(text: str, at: int) -> tuple[int, int] | None:
    places = [(text.find(opening, at), opening, closing) for opening, closing in _SKIPPED]
    begin, opening, closing = min((place for place in places if place[0] >= 0), default=(-1, "", ""))
    if begin < 0:
        return None
    end = text.find(closing, begin + len(opening))
    return begin, (end + len(closing) if end >= 0 else len(text))
