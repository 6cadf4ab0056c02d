"""Write tables of texts as CSV files, packed or not, and as a workbook. Nothing in a cell is ever a formula."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import polars as pl

from adapters.cells import guarded_texts
from adapters.whole import whole_file, whole_folder
from schemas.errors import Rejected

_MOST_ROWS = 1_048_575
_LONGEST_TEXT = 32_767
_HINT = "Convert it to a folder of CSV files instead."
# The same tables always give the same bytes.
_STAMP = (1980, 1, 1, 0, 0, 0)


def csv_bytes(frame: pl.DataFrame) -> bytes:
    """Write texts as CSV in UTF-8 with commas; blanks are empty cells."""
    content = io.BytesIO()
    texts = frame.select(guarded_texts(pl.all())) if frame.width else frame
    texts.write_csv(content, line_terminator="\r\n", null_value="")
    return content.getvalue()


def write_folder(folder: Path, files: Mapping[str, pl.DataFrame]) -> None:
    """Write each table to the file of its name; the folder appears whole or not at all. Raise Rejected if in use."""
    with whole_folder(folder) as place:
        for name, frame in files.items():
            (place / name).write_bytes(csv_bytes(frame))


def write_zip(path: Path, files: Mapping[str, pl.DataFrame]) -> None:
    """Write each table as a CSV file in a zip file. Raise Misconfigured where it cannot be written there."""
    with whole_file(path) as place:
        place.write_bytes(packed((name, csv_bytes(frame)) for name, frame in files.items()))


def packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Pack files into a zip file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as written:
        for name, part in files:
            written.writestr(zipfile.ZipInfo(name, _STAMP), part, zipfile.ZIP_DEFLATED)
    return content.getvalue()


def write_workbook(path: Path, sheets: Mapping[str, pl.DataFrame]) -> None:
    """Write each table to the sheet of its name, every cell as text.

    Raise Rejected where a table or a text is longer than a workbook holds, Misconfigured where it cannot be written.
    """
    for name, frame in sheets.items():
        _require_room(name, frame)
    with whole_file(path) as place:
        place.write_bytes(fill_workbook({name: _rows(frame) for name, frame in sheets.items()}))


def _rows(frame: pl.DataFrame) -> Iterator[Sequence[str | None]]:
    yield frame.columns
    if frame.width:
        yield from frame.select(guarded_texts(pl.all())).iter_rows()


def fill_workbook(sheets: Mapping[str, Iterable[Sequence[str | None]]]) -> bytes:
    """Make a workbook of texts, row by row."""
    content = io.BytesIO()
    import xlsxwriter  # noqa: PLC0415  # only a workbook needs it, and it takes long to load

    with xlsxwriter.Workbook(content, {"constant_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for column, text in enumerate(row):
                    if text:
                        sheet.write_string(line, column, text)
    return content.getvalue()


def _require_room(name: str, frame: pl.DataFrame) -> None:
    if frame.height > _MOST_ROWS:
        raise Rejected(f"{name} has {frame.height:,} records, more than a sheet holds.", hint=_HINT)
    longest = frame.select(pl.max_horizontal(pl.all().str.len_chars().max())).item() if frame.width else None
    if (longest or 0) >= _LONGEST_TEXT:
        raise Rejected(f"{name} has a text longer than a cell holds.", hint=_HINT)
