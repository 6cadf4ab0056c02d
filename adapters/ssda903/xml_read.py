"""Read the XML form of the looked-after return into the tables that the CSV files have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from adapters.ssda903.frames import UASC, with_types
from adapters.ssda903.recognise import tables
from adapters.ssda903.sheets import TableSheet
from adapters.xml.limits import Limits
from adapters.xml.read import Message, Progress, read_message
from adapters.xml.source import Readable
from schemas.findings import Finding, Location, Unlisted
from schemas.ssda903.layout import HEADER, LAST_YEAR
from schemas.ssda903.message import IN_HEADER, message_layout
from schemas.tables import LINE, ROW, Table, above, line


@dataclass(frozen=True, slots=True)
class Elements:
    """A message as tables, and what its elements broke; children there are rows of Header."""

    sheets: tuple[TableSheet, ...]
    form: tuple[Finding, ...]
    unlisted: tuple[Unlisted, ...]


def read_elements(source: Readable, limits: Limits, progress: Progress | None) -> Elements:
    """Read a message. The items are the same in every year, so that its year can be found afterwards.

    Raise Rejected where nothing of it can be read.
    """
    message = Message(lambda _: message_layout(LAST_YEAR), HEADER, "CHILD", values=False)
    data = read_message(source, message, limits, progress)
    given = [table for table in tables() if _is_given(table, data.tables[HEADER])]
    sheets = tuple(_sheet(source.name, table, data.tables) for table in given)
    return Elements(sheets, tuple(map(_placed, data.form)), data.unlisted)


def _is_given(table: Table, header: pl.DataFrame) -> bool:
    """Tell whether the message gives a table; where no child's item UASC says anything, it does not give UASC."""
    if table.name == UASC and header.height:
        return bool(header.select((pl.col(UASC).is_not_null() | _gives(UASC)).any()).item())
    return table.name in IN_HEADER or message_layout(LAST_YEAR).has(table.name)


def _sheet(name: str, table: Table, found: dict[str, pl.DataFrame]) -> TableSheet:
    header = found[HEADER]
    if table.name == HEADER:
        frame = header
    elif table.name in IN_HEADER:
        frame = header.filter(_gives(table.name))
        frame = frame.with_columns(
            pl.coalesce(line(field) for field in IN_HEADER[table.name]).fill_null(pl.col(LINE)).alias(LINE)
        )
    else:
        frame = _with_header(found[table.name], header, table)
    fields = [part for field in table for part in (field.name, line(field.name))]
    columns = frozenset(field.name for field in table)
    return TableSheet(name, table, with_types(table, frame.select(LINE, *fields)), columns, (), ())


def _gives(table: str) -> pl.Expr:
    """Say that a header gives a record of a table whose items it holds."""
    some = pl.any_horizontal(pl.col(field).is_not_null() for field in IN_HEADER[table])
    return some | (pl.col(UASC) == "1") if table == UASC else some


def _with_header(frame: pl.DataFrame, header: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Add the items that stand once in the header around a record."""
    wanted = [field.name for field in table if field.name not in frame.columns]
    around = header.select(pl.col(ROW).alias(above(HEADER)), *wanted, *map(line, wanted))
    return frame.join(around, on=above(HEADER), how="left", maintain_order="left")


def _placed(finding: Finding) -> Finding:
    """Point at the table to which an item of the header belongs."""
    return replace(finding, locations=tuple(_owned(place) for place in finding.locations))


def _owned(place: Location) -> Location:
    owner = next(_owners(place), "")
    return replace(place, table=owner, row=None) if owner else place


def _owners(place: Location) -> Iterator[str]:
    for table, fields in IN_HEADER.items():
        if place.table == HEADER and place.field in fields:
            yield table
