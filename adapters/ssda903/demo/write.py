"""Write a made-up return: a folder with this year's files, and last year's in a folder inside."""

from __future__ import annotations

from pathlib import Path
from random import Random

import polars as pl

from adapters.endings import form_of
from adapters.sheets.write import csv_bytes
from adapters.ssda903.convert import file_name
from adapters.ssda903.demo.damage import damage_rows
from adapters.ssda903.demo.population import population
from adapters.ssda903.demo.tables import Rows, rows_of
from adapters.whole import whole_folder
from schemas.ssda903.layout import CHILDREN, FIRST_YEAR, csv_columns, ssda903_layout
from schemas.tables import Layout

LAST_FOLDER = "last"


def write_demo(folder: Path, *, year: int, children: int, seed: int, damage: float) -> None:
    """Write the return of made-up children, and last year's where the gateway knows that year.

    `damage` is the share of children (0 to 1) that get seeded mistakes. At 0 no rule finds an error. Raise Rejected
    where the folder is in use, Misconfigured where its name has the ending of a file.
    """
    form_of(folder, (), "A made-up return is a folder of CSV files: name a folder.")
    now, before = ssda903_layout(year), ssda903_layout(max(year - 1, FIRST_YEAR))
    this, last = _Files(now), _Files(before)
    rng = Random(f"damage 903 {year} {seed}")  # noqa: S311  # made-up data, no secret
    earlier: Rows = {}
    for life in population(year, children, seed):
        rows = rows_of(now, life)
        if rng.random() < damage:
            damage_rows(rows, earlier, now, rng)
        this.add(rows)
        last.add(rows_of(before, life))
        earlier = rows
    with whole_folder(folder) as place:
        this.write(place)
        if year > FIRST_YEAR:
            (place / LAST_FOLDER).mkdir()
            last.write(place / LAST_FOLDER)


class _Files:
    """The columns of every table, filled child by child."""

    def __init__(self, layout: Layout) -> None:
        self._columns: dict[str, dict[str, list[str]]] = {
            table.name: {name: [] for name in csv_columns(table)} for table in layout if table.name != CHILDREN
        }

    def add(self, rows: Rows) -> None:
        for table, found in rows.items():
            columns = self._columns[table]
            for row in found:
                for name, cells in columns.items():
                    cells.append(row.get(name, ""))

    def write(self, folder: Path) -> None:
        for table, columns in self._columns.items():
            frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String()))
            (folder / file_name(table)).write_bytes(csv_bytes(frame))
