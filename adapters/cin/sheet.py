"""Read one CSV file of a folder: its headings, its records with their lines, and the cells that belong to neither."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from adapters.sheets.csv import read_csv
from adapters.sheets.sheet import Sheet as Texts
from adapters.sheets.sheet import bare
from adapters.sheets.text import UTF_8, WINDOWS
from adapters.xml.write import UNWRITABLE
from schemas.errors import Rejected
from schemas.tables import LINE

ID = "id"
_SAVE = 'Save it as "CSV UTF-8" with commas.'


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
    texts = read_csv(path.name, path.read_bytes(), ID.__eq__)
    _require_plain(texts)
    _require_headings(path.name, texts.headings)
    records = tuple(_records(texts))
    return Sheet(path.name, texts.headings, records, tuple(_outside(texts)))


def _require_plain(texts: Texts) -> None:
    if texts.encoding == WINDOWS:
        raise Rejected(f"{texts.name} line {texts.odd_line}: a letter is not in UTF-8.", hint=_SAVE)
    if texts.encoding != UTF_8:
        raise Rejected(f"{texts.name} is in {texts.encoding}, not in UTF-8.", hint=_SAVE)
    if texts.broken:
        raise Rejected(
            f"{texts.name} line {texts.broken[0]}: the row cannot be read (its quotation marks do not match).",
            hint="Look for a quotation mark too many or too few from that line on.",
        )


def _require_headings(name: str, headings: tuple[str, ...]) -> None:
    if ID not in headings:
        raise Rejected(
            f"{name}: the first line has no heading {ID}.",
            hint="Put the headings into the first line, as they are in a folder that convert writes.",
        )
    for heading in headings:
        if heading and headings.count(heading) > 1:
            raise Rejected(f"{name}: the heading {heading} stands more than once.", hint="Keep one column of each.")


def _records(texts: Texts) -> Iterator[SheetRecord]:
    headed = [(heading, f"c{at}") for at, heading in enumerate(texts.headings) if heading]
    every = [name for name in texts.cells.columns if name != LINE]
    filled = texts.cells.filter(pl.any_horizontal(bare(name).is_not_null() for name in every))
    cells = filled.select(LINE, *(bare(name).fill_null("").alias(heading) for heading, name in headed))
    for line, *row in cells.iter_rows():
        found = dict(zip((heading for heading, _ in headed), row, strict=True))
        _require_writable(texts.name, line, found)
        yield SheetRecord(line, found)


def _require_writable(name: str, line: int, cells: dict[str, str]) -> None:
    for heading, cell in cells.items():
        if odd := re.search(UNWRITABLE, cell):
            raise Rejected(
                f"{name} line {line}, column {heading}: XML cannot hold the character U+{ord(odd.group()):04X}.",
                hint="Remove it; it cannot be seen, so type the text of the cell anew.",
            )


def _outside(texts: Texts) -> Iterator[str]:
    for line, under_none, after_last in texts.surplus().iter_rows():
        if under_none:
            yield f"{texts.name} line {line}: cells in columns without a heading: {under_none}."
        if after_last:
            yield (
                f"{texts.name} line {line}: cells after the last heading: {after_last}. "
                "Look for a comma inside a value: the cells after it are in the wrong column."
            )
