"""Correct what is certain in the files of a looked-after return; last year's are left as they are."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from adapters.cells import unguarded
from adapters.edits import Edit
from adapters.sheets.csv import read_csv
from adapters.sheets.edit import CellEdit, edited
from adapters.sheets.parts import Part, parts_of
from adapters.sheets.sheet import Sheet
from adapters.sheets.workbook import read_workbook
from adapters.sheets.write import fill_workbook, packed
from adapters.ssda903.recognise import is_heading, is_last_year, normal, table_of
from adapters.ssda903.sniff import is_binary, is_message
from adapters.xml.edit import edit_message
from adapters.xml.limits import Limits
from schemas.corrections import Correction, correction
from schemas.errors import Misconfigured
from schemas.fields import Field
from schemas.ssda903.message import message_layout
from schemas.tables import LINE, Layout


@dataclass(frozen=True, slots=True)
class _Change:
    """One corrected cell."""

    column: int
    edit: Edit


def fix_files(paths: Sequence[Path], layout: Layout, target: Path | None, limits: Limits) -> tuple[Edit, ...]:
    """Correct the files and give each change; without a `target` nothing is written.

    A folder and files named one by one are written to the folder `target`, anything else to the file `target`. A
    workbook comes out as the texts of its cells. Raise Misconfigured where two files have one name.
    """
    if len(paths) == 1 and paths[0].is_file() and is_message(paths[0].read_bytes()[: 1 << 16]):
        form = message_layout(layout.year)
        return edit_message(paths[0], form, lambda field, text: _corrected(field, text, layout), target)
    parts = parts_of(paths, limits, is_last_year)
    # Files that all bear last year's name are read as the return itself.
    left = frozenset(part.name for part in parts if is_last_year(part.name))
    left = left if len(left) < len(parts) else frozenset()
    done = [(part, *(_left(part) if part.name in left else _fixed(part, layout, limits))) for part in parts]
    if target is not None:
        _write(paths, [(part.name, content) for part, content, _ in done], target)
    return tuple(edit for _, _, edits in done for edit in edits)


def _write(paths: Sequence[Path], files: list[tuple[str, bytes]], target: Path) -> None:
    names = [name for name, _ in files]
    if len(set(names)) < len(names):
        raise Misconfigured("Two of the files have the same name.", hint="Put them into one folder under other names.")
    if len(paths) > 1 or paths[0].is_dir():
        for name, content in files:
            (target / name).parent.mkdir(exist_ok=True)
            (target / name).write_bytes(content)
    elif zipfile.is_zipfile(paths[0]) and names != [paths[0].name]:
        target.write_bytes(packed(files))
    else:
        target.write_bytes(files[0][1])


def _left(part: Part) -> tuple[bytes, tuple[Edit, ...]]:
    return part.content, ()


def _fixed(part: Part, layout: Layout, limits: Limits) -> tuple[bytes, tuple[Edit, ...]]:
    if part.is_workbook:
        return _fixed_workbook(part, layout, limits)
    if is_message(part.content) or part.is_zip or is_binary(part.content):
        return _left(part)
    sheet = read_csv(part.name, part.content, is_heading)
    changes = tuple(_changes(sheet, layout))
    edits = (CellEdit(change.edit.line, change.column, change.edit.after) for change in changes)
    content = edited(part.content, sheet.delimiter, edits) if changes else part.content
    return content, tuple(change.edit for change in changes)


def _fixed_workbook(part: Part, layout: Layout, limits: Limits) -> tuple[bytes, tuple[Edit, ...]]:
    sheets = read_workbook(part, limits)
    found: list[Edit] = []
    written: dict[str, list[list[str | None]]] = {}
    for sheet in sheets:
        changes = () if is_last_year(sheet.name) else tuple(_changes(sheet, layout))
        lines = {line: at for at, line in enumerate(sheet.cells.get_column(LINE), start=1)}
        rows: list[list[str | None]] = [list(sheet.headings), *map(list, sheet.cells.drop(LINE).iter_rows())]
        for change in changes:
            rows[lines[change.edit.line]][change.column] = change.edit.after
        found += [change.edit for change in changes]
        written[sheet.title] = rows
    return fill_workbook(written), tuple(found)


def _changes(sheet: Sheet, layout: Layout) -> Iterator[_Change]:
    """Give the corrections of a sheet, column after column."""
    table = table_of(sheet.headings)
    if table is None or not layout.has(table.name):
        return
    seen: set[str] = set()
    whole = sheet.cells.filter(~pl.col(LINE).is_in(list(sheet.broken)))
    for at, heading in enumerate(sheet.headings):
        name = normal(heading)
        if not table.has(name) or name in seen or f"c{at}" not in whole.columns:
            continue
        seen.add(name)
        field = layout.table(table.name).field(name)
        cells = whole.select(LINE, pl.col(f"c{at}").alias("text")).drop_nulls()
        meant = _meant(cells.get_column("text").unique(), field, layout)
        for line, text in cells.filter(pl.col("text").is_in(list(meant))).iter_rows():
            found = meant[text]
            yield _Change(at, Edit(sheet.name, line, f"{table.name}.{name}", text, found.text, found.reason))


def _meant(texts: pl.Series, field: Field, layout: Layout) -> dict[str, Correction]:
    """Give the corrections of those texts that have one; a guarded text is left as it is."""
    found = {text: _corrected(field, text, layout) for text in texts if unguarded(text.strip()) == text.strip()}
    return {text: right for text, right in found.items() if right is not None}


def _corrected(field: Field, text: str, layout: Layout) -> Correction | None:
    return correction(field, text, layout.year, layout.dates)
