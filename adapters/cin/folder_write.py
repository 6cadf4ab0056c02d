"""Write the tables of a census as a folder of CSV files, one for each table."""

from __future__ import annotations

import csv
from pathlib import Path

from adapters.cells import guarded
from adapters.cin.folder_read import WITHIN
from adapters.cin.sheet import ID
from adapters.whole import whole_folder
from schemas.returns import ReturnData
from schemas.tables import Table, above


def write_folder(folder: Path, data: ReturnData) -> None:
    """Write one CSV file a table; the folder appears whole or not at all.

    Raise Rejected where it is there already and is not empty.
    """
    with whole_folder(folder) as place:
        _write_tables(place, data)


def _write_tables(folder: Path, data: ReturnData) -> None:
    ids: dict[str, list[str]] = {}
    for table in data.layout:
        frame = data.tables[table.name]
        within = [ids[table.parent][row] for row in frame.get_column(above(table.parent))] if table.parent else []
        ids[table.name] = _ids(table, frame.height, within)
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\r\n")
            names = [field.name for field in table]
            writer.writerow([ID, *([WITHIN] if table.parent else []), *names])
            for row, cells in enumerate(frame.select(names).iter_rows()):
                links = [ids[table.name][row], *([within[row]] if table.parent else [])]
                writer.writerow([*links, *("" if cell is None else guarded(cell) for cell in cells)])


def _ids(table: Table, height: int, within: list[str]) -> list[str]:
    """Name positions: c1 is the first child, c1.CINdetails1 its first episode."""
    letter = table.name[0].lower()
    if not table.parent:
        return [f"{letter}{row + 1}" for row in range(height)]
    counts: dict[str, int] = {}
    found = []
    for parent in within:
        counts[parent] = counts.get(parent, 0) + 1
        found.append(f"{parent}.{table.name}{counts[parent]}")
    return found
