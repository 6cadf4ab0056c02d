"""Change cells of a CSV file in place: every other byte of the file stays what it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from adapters.sheets.text import codec_of, mark_of

_QUOTE = '"'


@dataclass(frozen=True, slots=True)
class CellEdit:
    """A new text for one cell: the line on which its record starts, and its column from 0."""

    line: int
    column: int
    text: str


def edited(raw: bytes, delimiter: str, edits: Iterable[CellEdit]) -> bytes:
    """Write the texts into their cells; a cell keeps its quotation marks, and gets them where it needs them."""
    mark, codec = mark_of(raw), codec_of(raw)
    content = raw[len(mark) :].decode(codec, errors="surrogateescape")
    starts = _line_starts(content)
    pieces: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda item: (item.line, item.column)):
        start, end = _span(content, starts[edit.line - 1], delimiter, edit.column)
        pieces += [content[done:start], _written(content[start:end], edit.text, delimiter)]
        done = end
    pieces.append(content[done:])
    return mark + "".join(pieces).encode(codec, errors="surrogateescape")


def _line_starts(content: str) -> list[int]:
    sign = "\n" if "\n" in content else "\r"
    starts, at = [0], content.find(sign)
    while at >= 0:
        starts.append(at + 1)
        at = content.find(sign, at + 1)
    return starts


def _span(content: str, start: int, delimiter: str, column: int) -> tuple[int, int]:
    """Find where a cell of the record that begins at `start` begins and ends, quotation marks with it."""
    inside = False
    at = start
    while at < len(content):
        sign = content[at]
        if sign == _QUOTE and content[start] == _QUOTE:
            inside = not inside
        elif not inside and sign in {delimiter, "\n", "\r"}:
            if column == 0 or sign != delimiter:
                break
            column, start = column - 1, at + 1
        at += 1
    return start, at


def _written(before: str, text: str, delimiter: str) -> str:
    quoted = before.startswith(_QUOTE) or any(sign in text for sign in (delimiter, _QUOTE, "\n", "\r"))
    return f'"{text.replace(_QUOTE, _QUOTE * 2)}"' if quoted else text
