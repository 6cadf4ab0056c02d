"""Convert a looked-after return between its forms: a folder or zip file of CSV files, a workbook, XML.

The name of the target says which form it gets: .xml, .xlsx, .zip, or a folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from adapters.endings import form_of
from adapters.losses import losses
from adapters.sheets.write import write_folder, write_workbook, write_zip
from adapters.ssda903.message import Shaped, shaped, told_by_rows
from adapters.ssda903.read import read_files
from adapters.whole import write_lines
from adapters.xml.limits import Limits
from adapters.xml.tree import parts
from adapters.xml.write import DECLARATION, UNWRITABLE, elements, lines
from schemas.errors import Rejected
from schemas.fields import Group
from schemas.returns import ReturnData
from schemas.ssda903.layout import CHILDREN, HEADER, LAST, LAST_YEAR, csv_columns, ssda903_layout
from schemas.tables import ROW, Layout

_FILES = {"PlacedAdoption": "placed_for_adoption", "PrevPerm": "previous_permanence", "SWEpisodes": "sw_episodes"}
_AS_NAMED = frozenset({"DoLo"})
_INSTEAD = "Name a folder for CSV files, or a file that ends in .xml, .xlsx or .zip."


def convert_return(source: Path, target: Path, *, year: int | None, limits: Limits) -> tuple[str, ...]:
    """Write the return at `source` in the form that `target` names; give what could not be carried over, in words.

    Raise Rejected, Misconfigured where nothing is written.
    """
    data = read_files((source,), year=year, authority=None, limits=limits, progress=None)
    return (*losses(data, paths=True), *_not_compared(data), *write_return(target, data.layout, data.tables))


def write_return(target: Path, layout: Layout, tables: Mapping[str, pl.DataFrame]) -> tuple[str, ...]:
    """Write the tables of a return in the form that `target` names; give what has no place in it, in words.

    Raise Rejected, Misconfigured where nothing is written.
    """
    form = form_of(target, {".xml", ".xlsx", ".zip"}, _INSTEAD)
    if form == ".xml":
        message = shaped(layout, tables)
        write_message(target, message)
        return message.losses
    if form == ".xlsx":
        write_workbook(target, columns_of(tables))
        return ()
    files = {file_name(name): frame for name, frame in columns_of(tables).items()}
    write = write_zip if form == ".zip" else write_folder
    write(target, files)
    return ()


def file_name(table: str) -> str:
    """Name the CSV file of a table."""
    plain = table.removesuffix(LAST)
    stem = plain if plain in _AS_NAMED else _FILES.get(plain, plain.lower())
    return f"{stem}{LAST if table.endswith(LAST) else ''}.csv"


def columns_of(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Give the texts of each table as its file has them; Header with UASC where its records alone do not tell it."""
    found = {}
    for name, frame in tables.items():
        if name == CHILDREN:
            continue
        columns = list(csv_columns(ssda903_layout(LAST_YEAR).table(name)))
        last = LAST if name.endswith(LAST) else ""
        if name.removesuffix(LAST) == HEADER and not told_by_rows(tables, last):
            columns.append("UASC")
        found[name] = frame.select(columns)
    return found


def write_message(path: Path, form: Shaped) -> None:
    """Write the XML form; it appears whole or not at all. Raise Rejected where a text cannot stand in XML."""
    for name, frame in form.tables.items():
        _require_writable(name, frame)
    write_lines(path, _document(form))


def _document(form: Shaped) -> Iterator[str]:
    root = form.layout.tree
    child = root.content[0]
    if not isinstance(child, Group):
        raise TypeError("the tree has no group for a child")
    yield DECLARATION
    yield f"<{root.tag}>\n"
    for tree, rows in parts(form.layout, form.tables, HEADER):
        for row in rows:
            yield from lines(child.tag, elements(child, tree.record(child, row)), 1)
    yield f"</{root.tag}>\n"


def _require_writable(table: str, frame: pl.DataFrame) -> None:
    for name, kind in frame.schema.items():
        if kind == pl.String and frame.select(pl.col(name).str.contains(UNWRITABLE).any()).item():
            row = frame.filter(pl.col(name).str.contains(UNWRITABLE)).item(0, ROW)
            raise Rejected(
                f"{table}, {name} of record {row + 1:,}: XML cannot hold one of its characters.",
                hint="Remove it; it cannot be seen, so type the text of the cell anew.",
            )


def _not_compared(data: ReturnData) -> Iterator[str]:
    """Name last year's tables that have no place beside those of the year."""
    for table, files in data.files.items():
        if table not in data.tables:
            for name, count in files:
                plain = table.removesuffix(LAST)
                yield f"{name}: {data.layout.year} has no place for last year's {plain}. Records: {count:,}."
