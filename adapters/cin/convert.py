"""Convert a census between XML and a folder of CSV files, one for each table.

Each file has the `id` of the record, the id of the record around it as `within`, and the fields
under their names. Ids name positions in the message (c1, c1.e2), so that the same file always gives
the same ids. Text that a spreadsheet would run is guarded (see `adapters.cells`).
"""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl

from adapters.cells import guarded, unguarded
from adapters.cin.read import read_cin
from adapters.cin.write import write_census
from adapters.xml.assemble import typed
from schemas.cin.layout import YEARS, cin_layout
from schemas.errors import Rejected
from schemas.findings import Finding, Source
from schemas.form import (
    EMPTY_ELEMENT,
    MISPLACED_ELEMENT,
    NOT_WELL_FORMED,
    OVER_LIMIT,
    REPEATED_ELEMENT,
    STRAY_TEXT,
    UNEXPECTED_ATTRIBUTE,
    UNKNOWN_ELEMENT,
)
from schemas.returns import ReturnData
from schemas.tables import LINE, ROW, TYPED, Layout, Table, above, line, value

_LOSSES = {
    rule.code
    for rule in (
        EMPTY_ELEMENT, MISPLACED_ELEMENT, NOT_WELL_FORMED, OVER_LIMIT, REPEATED_ELEMENT, STRAY_TEXT,
        UNEXPECTED_ATTRIBUTE, UNKNOWN_ELEMENT,
    )
}  # fmt: skip
_ID, _WITHIN = "id", "within"


def convert_census(source: Path, target: Path, *, year: int | None = None) -> tuple[str, ...]:
    """Convert in the direction that `source` asks for; give what could not be carried over, in words.

    Raise Rejected where the source cannot be read or the target is in use.
    """
    if source.is_dir():
        write_census(target, read_folder(source, year=year))
        return ()
    data = read_cin(source, year=year)
    write_folder(target, data)
    return tuple(_loss(finding) for finding in data.form if finding.code in _LOSSES)


def _loss(finding: Finding) -> str:
    place = finding.locations[0]
    return f"line {place.line}: {finding.message}"


def write_folder(folder: Path, data: ReturnData) -> None:
    """Write one CSV file a table; the folder must be new or empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Rejected(f"{folder} is in use.", hint="Name a folder that is new or empty.")
    folder.mkdir(parents=True, exist_ok=True)
    ids: dict[str, list[str]] = {}
    for table in data.layout:
        frame = data.tables[table.name]
        within = [ids[table.parent][row] for row in frame.get_column(above(table.parent))] if table.parent else []
        ids[table.name] = _ids(table, frame.height, within)
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\r\n")
            names = [field.name for field in table]
            writer.writerow([_ID, *([_WITHIN] if table.parent else []), *names])
            for row, cells in enumerate(frame.select(names).iter_rows()):
                links = [ids[table.name][row], *([within[row]] if table.parent else [])]
                writer.writerow([*links, *("" if cell is None else guarded(cell) for cell in cells)])


def _ids(table: Table, height: int, within: list[str]) -> list[str]:
    letter = table.name[0].lower()
    if not table.parent:
        return [f"{letter}{row + 1}" for row in range(height)]
    counts: dict[str, int] = {}
    found = []
    for parent in within:
        counts[parent] = counts.get(parent, 0) + 1
        found.append(f"{parent}.{table.name}{counts[parent]}")
    return found


def read_folder(folder: Path, *, year: int | None = None) -> ReturnData:
    """Read the tables back; records under the same record stand in file order."""
    header = _rows(folder, "Header")
    named = year or _year(header[0].get("Year", "") if header else "")
    if named not in YEARS:
        raise Rejected(
            "The folder does not say which collection year it is for.", hint="Give Header.csv a Year, or use --year."
        )
    layout = cin_layout(named)
    tables: dict[str, pl.DataFrame] = {}
    places: dict[str, dict[str, int]] = {}
    for table in layout:
        rows = _ordered(table, _rows(folder, table.name), places)
        tables[table.name] = _frame(table, rows, places, tables, layout)
        places[table.name] = {row[_ID]: at for at, row in enumerate(rows)}
    authority = header[0].get("LEA", "") if header else ""
    return ReturnData(layout, authority, Source(folder.name, ""), tables)


def _year(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _rows(folder: Path, table: str) -> list[dict[str, str]]:
    path = folder / f"{table}.csv"
    if not path.is_file():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            return [
                {name: unguarded(text or "") for name, text in row.items() if name} for row in csv.DictReader(handle)
            ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Rejected(
            f"{path.name} cannot be read ({type(error).__name__}).", hint="Save it as CSV in UTF-8."
        ) from None


def _ordered(table: Table, rows: list[dict[str, str]], places: dict[str, dict[str, int]]) -> list[dict[str, str]]:
    seen: set[str] = set()
    for number, row in enumerate(rows, start=2):
        if row.get(_ID, "") in seen | {""}:
            raise Rejected(
                f"{table.name}.csv line {number}: the id is missing or not the only one.",
                hint="Give each record an id of its own.",
            )
        seen.add(row[_ID])
        if table.parent and row.get(_WITHIN) not in places[table.parent]:
            raise Rejected(
                f"{table.name}.csv line {number}: {_WITHIN} names no record of {table.parent}.csv.",
                hint=f"Put the id of the {table.parent} record around it there.",
            )
    if table.parent is None:
        return rows
    around = places[table.parent]
    return sorted(rows, key=lambda row: around[row[_WITHIN]])


def _frame(
    table: Table,
    rows: list[dict[str, str]],
    places: dict[str, dict[str, int]],
    tables: dict[str, pl.DataFrame],
    layout: Layout,
) -> pl.DataFrame:
    count = len(rows)
    columns: dict[str, pl.Series] = {ROW: pl.int_range(count, dtype=pl.Int32, eager=True)}
    columns[LINE] = columns[ROW] + 2
    if table.parent:
        inner = pl.Series([places[table.parent][row[_WITHIN]] for row in rows], dtype=pl.Int32)
        columns[above(table.parent)] = inner
        for outer in table.ancestors[:-1]:
            columns[above(outer)] = tables[table.parent].get_column(above(outer)).gather(inner)
    for field in table:
        texts = pl.Series([row.get(field.name, "").strip() or None for row in rows], dtype=pl.String)
        columns[field.name] = texts
        if field.kind in TYPED:
            columns[value(field.name)] = typed(field, texts)
        columns[line(field.name)] = columns[LINE]
    return pl.DataFrame({name: columns[name].rename(name) for name in layout.table(table.name).schema()})
