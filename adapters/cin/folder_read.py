"""Read a folder of CSV files back into the tables of a census, and name what has no place there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import polars as pl

from adapters.cin.sheet import ID, Sheet, SheetRecord, read_sheet
from adapters.cin.sniff import TABLES
from adapters.xml.nodes import Node, nodes_of
from schemas.cin.layout import FIRST_YEAR, LAST_YEAR, YEARS, cin_layout
from schemas.errors import Rejected
from schemas.findings import Source
from schemas.returns import ReturnData
from schemas.tables import LINE, ROW, TYPED, Layout, Table, above, line, value
from schemas.typed import typed

WITHIN = "within"
_SUFFIX = ".csv"


@dataclass(frozen=True, slots=True)
class Folder:
    """What a folder holds: the census, and in words what could not be carried over."""

    data: ReturnData
    losses: tuple[str, ...]


def read_folder(folder: Path, *, year: int | None = None) -> Folder:
    """Read the tables back; records under the same record stand in file order.

    Raise Rejected where the year is not known or a file cannot be read as records with ids.
    """
    paths = [path for path in sorted(folder.iterdir()) if not path.name.startswith(".")]
    named = [path for path in paths if path.suffix == _SUFFIX and path.stem in TABLES and path.is_file()]
    if not named:
        raise Rejected(
            f"{folder} holds no table of the census.", hint="Its files are called ChildIdentifiers.csv and so on."
        )
    sheets = {path.stem: read_sheet(path) for path in named}
    header = sheets["Header"].records[:1] if "Header" in sheets else ()
    layout = cin_layout(_year(header, year))
    tables = _Tables(layout, sheets)
    authority = header[0].cells.get("LEA", "") if header else ""
    data = ReturnData(layout, authority, Source(folder.name, ""), tables.frames())
    return Folder(data, (*_strangers(paths, named), *_other_years(layout, sheets), *tables.losses()))


def _year(header: tuple[SheetRecord, ...], given: int | None) -> int:
    text = header[0].cells.get("Year", "") if header else ""
    year = given or (int(text) if text.isascii() and text.isdigit() else 0)
    if not year:
        raise Rejected(
            "The folder does not say which collection year it is for.", hint="Give Header.csv a Year, or use --year."
        )
    if year not in YEARS:
        raise Rejected(
            f"The gateway knows the census of {FIRST_YEAR} to {LAST_YEAR}, not of {year}.",
            hint="Correct Year in Header.csv, or say which year it is with --year.",
        )
    return year


def _strangers(paths: list[Path], named: list[Path]) -> Iterator[str]:
    for path in paths:
        if path not in named:
            yield f"{path.name}: no table of the census is called that.{_meant(path.stem, TABLES)}"


def _other_years(layout: Layout, sheets: dict[str, Sheet]) -> Iterator[str]:
    for name, sheet in sheets.items():
        if not layout.has(name) and sheet.records:
            yield f"{sheet.name}: the {layout.year} collection has no such table. Records: {len(sheet.records):,}."


def _meant(name: str, known: Iterable[str]) -> str:
    by_folded = {item.casefold(): item for item in known}
    close = get_close_matches(name.casefold(), by_folded, n=1)
    return f" Did you mean {by_folded[close[0]]}?" if close else ""


class _Tables:
    """The records of every table, in the order of the records around them."""

    def __init__(self, layout: Layout, sheets: dict[str, Sheet]) -> None:
        self._layout = layout
        self._sheets = {table.name: sheets.get(table.name, Sheet("", (), (), ())) for table in layout}
        self._nodes = {table: node for node in nodes_of(layout).by_key.values() for table in node.opens}
        self._surplus: list[str] = []
        self._rows: dict[str, list[SheetRecord]] = {}
        self._places: dict[str, dict[str, int]] = {}
        for table in layout:
            self._rows[table.name] = rows = self._placed(table)
            self._places[table.name] = {row.cells[ID]: at for at, row in enumerate(rows)}

    def _placed(self, table: Table) -> list[SheetRecord]:
        sheet = self._sheets[table.name]
        _require_links(table, sheet, self._places)
        once = _stands_once(table, self._nodes[table.name])
        rows = list(self._first_ones(table, sheet) if once else sheet.records)
        if table.parent is None:
            return rows
        around = self._places[table.parent]
        return sorted(rows, key=lambda row: around[row.cells[WITHIN]])

    def _first_ones(self, table: Table, sheet: Sheet) -> Iterator[SheetRecord]:
        seen: set[str] = set()
        for row in sheet.records:
            around = row.cells[WITHIN] if table.parent else ""
            if around in seen:
                self._surplus.append(f"{sheet.name} line {row.line}: only one record may stand there; this is another.")
            else:
                seen.add(around)
                yield row

    def frames(self) -> dict[str, pl.DataFrame]:
        """Give the frames that `schemas.tables` describes."""
        found: dict[str, pl.DataFrame] = {}
        for table in self._layout:
            found[table.name] = self._frame(table, found)
        return found

    def _frame(self, table: Table, outer: dict[str, pl.DataFrame]) -> pl.DataFrame:
        rows = self._rows[table.name]
        columns = {ROW: pl.int_range(len(rows), dtype=pl.Int32, eager=True)}
        columns[LINE] = pl.Series([row.line for row in rows], dtype=pl.Int32)
        if table.parent:
            places = self._places[table.parent]
            inner = pl.Series([places[row.cells[WITHIN]] for row in rows], dtype=pl.Int32)
            columns[above(table.parent)] = inner
            for name in table.ancestors[:-1]:
                columns[above(name)] = outer[table.parent].get_column(above(name)).gather(inner)
        for field in table:
            texts = pl.Series([row.cells.get(field.name) or None for row in rows], dtype=pl.String)
            columns[field.name] = texts
            columns[line(field.name)] = columns[LINE]
            if field.kind in TYPED:
                columns[value(field.name)] = typed(field, texts)
        return pl.DataFrame({name: columns[name].rename(name) for name in table.schema()})

    def losses(self) -> Iterator[str]:
        """Say what stands in the files and has no place in the census."""
        yield from self._surplus
        for table in self._layout:
            sheet = self._sheets[table.name]
            yield from sheet.losses
            yield from self._unknown_columns(table, sheet)
            yield from self._blank_records(table, sheet)

    def _unknown_columns(self, table: Table, sheet: Sheet) -> Iterator[str]:
        known = {field.name for field in table}
        links = {ID, WITHIN} if table.parent else {ID}
        for heading in sheet.headings:
            if heading and heading not in known | links:
                count = sum(1 for row in sheet.records if row.cells[heading])
                yield (
                    f"{sheet.name}, column {heading}: the {self._layout.year} table has no such item. "
                    f"Values: {count:,}.{_meant(heading, known)}"
                )

    def _blank_records(self, table: Table, sheet: Sheet) -> Iterator[str]:
        """Find records without a value whose element is not written because of it."""
        node = self._nodes[table.name]
        if node.repeats and not node.field and len(node.opens) == 1:
            return
        kept = self._holding(table) if table.name != node.opens[0] else set()
        for row in self._rows[table.name]:
            if not _has_value(table, row) and row.cells[ID] not in kept:
                yield f"{sheet.name} line {row.line}: the record has no value, so it has no element in the file."

    def _holding(self, table: Table) -> set[str]:
        """Give the ids of the records that have one with a value inside."""
        inside = [inner for inner in self._layout if inner.parent == table.name]
        return {row.cells[WITHIN] for inner in inside for row in self._rows[inner.name] if _has_value(inner, row)}


def _has_value(table: Table, row: SheetRecord) -> bool:
    return any(row.cells.get(field.name) for field in table)


def _stands_once(table: Table, node: Node) -> bool:
    """Tell whether a table has one record at most in each record around it."""
    return not node.repeats or table.name != node.opens[0]


def _require_links(table: Table, sheet: Sheet, places: dict[str, dict[str, int]]) -> None:
    """Raise Rejected unless each record has an id of its own and stands within one that is there."""
    if table.parent and sheet.records and WITHIN not in sheet.headings:
        raise Rejected(
            f"{sheet.name}: the first line has no heading {WITHIN}.",
            hint=f"It is the column with the id of the {table.parent} record around each record.",
        )
    seen = {""}
    for row in sheet.records:
        if row.cells[ID] in seen:
            raise Rejected(
                f"{sheet.name} line {row.line}: the id is missing or not the only one.",
                hint="Give each record an id of its own.",
            )
        seen.add(row.cells[ID])
        if table.parent and row.cells[WITHIN] not in places[table.parent]:
            raise Rejected(
                f"{sheet.name} line {row.line}: {WITHIN} names no record of {table.parent}.csv.",
                hint=f"Put the id of the {table.parent} record around it there.",
            )
