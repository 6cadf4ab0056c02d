"""Write the lists as Ofsted asks for them: a workbook, or CSV files in a folder or zip file.

Headings and choices get Ofsted's text, dates the form dd/mm/yyyy; what was not understood stays what it was.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from adapters.annex_a.day import AUTHORITY, EXTRACT_DATE, ITEM, VALUE
from adapters.endings import form_of
from adapters.sheets.write import write_folder, write_workbook, write_zip
from schemas.annex_a.choices import official
from schemas.annex_a.layout import CHILDREN
from schemas.fields import Field, Kind
from schemas.returns import ReturnData
from schemas.tables import value
from schemas.typed import BRITISH_DATES

ABOUT = "About"
_INSTEAD = "Name a folder for CSV files, or a file that ends in .xlsx or .zip."


def write_lists(target: Path, data: ReturnData) -> None:
    """Write every list that there is in the form that the target's name tells: .xlsx, .zip, else a folder.

    Raise Rejected, Misconfigured where it cannot be written.
    """
    form = form_of(target, {".xlsx", ".zip"}, _INSTEAD)
    sheets = sheets_of(data)
    if form == ".xlsx":
        write_workbook(target, sheets)
        return
    files = {f"{name.lower().replace(' ', '_')}.csv": frame for name, frame in sheets.items()}
    write = write_zip if form == ".zip" else write_folder
    write(target, files)


def sheets_of(data: ReturnData) -> dict[str, pl.DataFrame]:
    """Give each list under its headings, and a sheet that says of which day and authority they are."""
    lists = {
        table.name: data.tables[table.name].select(_text(field).alias(field.tag) for field in table)
        for table in data.layout
        if table.name in data.tables and table.name != CHILDREN
    }
    day = data.at.strftime(BRITISH_DATES.strptime) if data.at else None
    return lists | {ABOUT: pl.DataFrame({ITEM: [EXTRACT_DATE, AUTHORITY], VALUE: [day, data.authority or None]})}


def _text(field: Field) -> pl.Expr:
    if field.kind is Kind.CHOICE and field.codes is not None:
        return pl.coalesce(official(field.codes, pl.col(value(field.name))), pl.col(field.name))
    if field.kind is Kind.DATE:
        return pl.coalesce(pl.col(value(field.name)).dt.strftime(BRITISH_DATES.strptime), pl.col(field.name))
    if field.kind is Kind.INTEGER:
        return pl.coalesce(pl.col(value(field.name)).cast(pl.String), pl.col(field.name))
    return pl.col(field.name)
