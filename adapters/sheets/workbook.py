"""Read the sheets of an Excel workbook as texts."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook, ZipError

from adapters.sheets.csv import MOST_COLUMNS
from adapters.sheets.parts import Part, require_sound
from adapters.sheets.sheet import Sheet
from adapters.xml.limits import Limits
from schemas.errors import Rejected
from schemas.tables import LINE
from schemas.typed import BRITISH_DATES, DateForm

_MOST_SHEETS = 100
# Above it a spreadsheet keeps no more digits of a number.
_EXACT = 10**15


def read_workbook(part: Part, limits: Limits, dates: DateForm = BRITISH_DATES) -> tuple[Sheet, ...]:
    """Read every sheet; the first row with text has the headings, lines are row numbers, dates get the form `dates`.

    Raise Rejected where the workbook cannot be read or is over a limit.
    """
    require_sound(part, limits)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(part.content))
        return tuple(_sheets(part.name, workbook, dates))
    except (CalamineError, ZipError, OSError, ValueError):
        raise Rejected(
            f"{part.name} cannot be read as a workbook: it is damaged, or another kind of document.",
            hint="Open it and save it again as an Excel workbook without a password, or save each sheet as CSV.",
        ) from None


def _sheets(name: str, workbook: CalamineWorkbook, dates: DateForm) -> Iterator[Sheet]:
    if len(workbook.sheet_names) > _MOST_SHEETS:
        raise Rejected(
            f"{name} has {len(workbook.sheet_names):,} sheets, more than the {_MOST_SHEETS} that the gateway reads.",
            hint="Leave the tables of the return in it, and nothing else.",
        )
    for title in workbook.sheet_names:
        rows = workbook.get_sheet_by_name(title).to_python(skip_empty_area=False)
        found = [(line, row) for line, row in enumerate(rows, start=1) if any(cell != "" for cell in row)]
        yield _sheet(f"{name}, sheet {title}", title, found, dates)


def _sheet(name: str, title: str, rows: Sequence[tuple[int, Sequence[object]]], dates: DateForm) -> Sheet:
    first = [_text(cell, dates).strip() for cell in rows[0][1]] if rows else []
    while first and not first[-1]:
        first.pop()
    width = len(rows[0][1]) if rows else 0
    if width > MOST_COLUMNS:
        raise Rejected(
            f"{name} has {width:,} columns, more than the {MOST_COLUMNS} that the gateway reads.",
            hint="Check that it is a table of the return.",
        )
    cells = {LINE: pl.Series([line for line, _ in rows[1:]], dtype=pl.Int32)}
    for at in range(width):
        cells[f"c{at}"] = pl.Series([_text(row[at], dates) for _, row in rows[1:]], dtype=pl.String)
    return Sheet(name, tuple(first), pl.DataFrame(cells), title=title)


def _text(cell: object, dates: DateForm) -> str:
    """Write a cell as it would stand in a CSV file."""
    match cell:
        case str():
            return cell
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT else repr(cell).upper()
        case datetime():
            return _day(cell, dates) if cell.time() == time.min else f"{_day(cell, dates)} {cell:%H:%M:%S}"
        case date():
            return _day(cell, dates)
        case time() | timedelta() | int():
            return str(cell)
    return ""


def _day(day: date, dates: DateForm) -> str:
    # The standard library writes years before 1000 without zeros on some systems.
    return day.strftime(dates.strptime.replace("%Y", f"{day.year:04}"))
