"""Read one CSV file of a folder: its headings, its records with their lines, and the cells that belong to neither."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from adapters.cells import unguarded
from adapters.xml.events import WHITE_SPACE
from schemas.errors import Rejected

ID = "id"
_DELIMITERS = (",", ";", "\t")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SAVE = 'Save it as "CSV UTF-8" with commas.'
# What XML cannot hold.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class SheetRecord:
    """One record: the line on which it starts, and its cells by heading (blank ones as empty text)."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file: its name, headings and records, and in words what stands under no heading."""

    name: str
    headings: tuple[str, ...]
    records: tuple[SheetRecord, ...]
    losses: tuple[str, ...]


def read_sheet(path: Path) -> Sheet:
    """Read a CSV file with commas, semicolons or tabs, in UTF-8 with or without byte order mark.

    Guards are removed (`adapters.cells`), rows without any text passed over. Raise Rejected, with
    file and line, where the text is in another encoding, breaks off in a quoted cell, has no heading
    `id` or one heading twice, or holds a character that XML cannot hold.
    """
    rows = _rows(path.name, _text(path))
    _, first = next(rows, (1, []))
    headings = tuple(cell.strip() for cell in first)
    _require_headings(path.name, headings)
    records: list[SheetRecord] = []
    losses: list[str] = []
    for line, row in rows:
        cells = [unguarded(cell.strip(WHITE_SPACE)) for cell in row]
        if any(cells):
            records.append(_record(path.name, line, headings, cells))
            losses += _outside(path.name, line, headings, cells)
    return Sheet(path.name, headings, tuple(records), tuple(losses))


def _text(path: Path) -> str:
    raw = path.read_bytes()
    if raw.startswith(_UTF16_MARKS):
        raise Rejected(f"{path.name} is in UTF-16, not in UTF-8.", hint=_SAVE)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise Rejected(f"{path.name} line {line}: a letter is not in UTF-8.", hint=_SAVE) from None


def _rows(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row with the line on which it starts."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    start = 1
    try:
        for row in reader:
            yield start, row
            start = reader.line_num + 1
    except csv.Error as error:
        raise Rejected(
            f"{name} line {start}: the row cannot be read ({error}).",
            hint="Look for a quotation mark too many or too few from that line on.",
        ) from None


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return next((sign for sign in _DELIMITERS if ID in _headings(first, sign)), _DELIMITERS[0])


def _headings(line: str, delimiter: str) -> list[str]:
    return [cell.strip().strip('"') for cell in line.split(delimiter)]


def _require_headings(name: str, headings: tuple[str, ...]) -> None:
    if ID not in headings:
        raise Rejected(
            f"{name}: the first line has no heading {ID}.",
            hint="Put the headings into the first line, as they are in a folder that convert writes.",
        )
    for heading in headings:
        if heading and headings.count(heading) > 1:
            raise Rejected(f"{name}: the heading {heading} stands more than once.", hint="Keep one column of each.")


def _record(name: str, line: int, headings: tuple[str, ...], cells: list[str]) -> SheetRecord:
    found = dict.fromkeys((heading for heading in headings if heading), "")
    found |= {heading: cell for heading, cell in zip(headings, cells, strict=False) if heading}
    for heading, cell in found.items():
        if odd := _UNWRITABLE.search(cell):
            raise Rejected(
                f"{name} line {line}, column {heading}: XML cannot hold the character U+{ord(odd.group()):04X}.",
                hint="Remove it; it cannot be seen, so type the text of the cell anew.",
            )
    return SheetRecord(line, found)


def _outside(name: str, line: int, headings: tuple[str, ...], cells: list[str]) -> Iterator[str]:
    under_none = sum(1 for heading, cell in zip(headings, cells, strict=False) if cell and not heading)
    if under_none:
        yield f"{name} line {line}: cells in columns without a heading: {under_none}."
    surplus = sum(1 for cell in cells[len(headings) :] if cell)
    if surplus:
        yield (
            f"{name} line {line}: cells after the last heading: {surplus}. "
            "Look for a comma inside a value: the cells after it are in the wrong column."
        )
