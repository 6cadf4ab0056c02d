"""Read the lists: a workbook, CSV files, or a folder or zip file of either."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from adapters.annex_a.day import ITEM, VALUE, Told, latest, told
from adapters.annex_a.frames import ListSheet, list_sheet
from adapters.annex_a.headings import are_headings, is_heading, list_of, number_of
from adapters.sheets.csv import read_csv
from adapters.sheets.headings import from_headings
from adapters.sheets.parts import Part, parts_of, source_of
from adapters.sheets.sheet import Sheet
from adapters.sheets.workbook import read_workbook
from adapters.xml.limits import Limits
from schemas.annex_a.layout import LISTS, YEARS, annex_a_layout
from schemas.annex_a.linking import linked
from schemas.errors import Rejected
from schemas.findings import Finding, Location
from schemas.form import REPEATED_TABLE, UNKNOWN_FILE
from schemas.periods import Period
from schemas.returns import LeftOut, ReturnData
from schemas.tables import LINE, ROW, Layout

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class _Found:
    """The sheets of each list, the texts beside them, and the sheets that should be lists and are none."""

    sheets: dict[str, list[ListSheet]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    def add(self, sheet: Sheet) -> None:
        """Take in a sheet as the list that it is."""
        whole, sheet = sheet, from_headings(sheet, are_headings)
        self.texts += _above(whole, sheet)
        name = sheet.title or Path(sheet.name).stem
        table = list_of(name, sheet.headings)
        if table is not None:
            self.sheets.setdefault(table.name, []).append(list_sheet(sheet, table))
            return
        if number_of(name):
            self.strangers.append(sheet.name)
        elif sheet.headings == (ITEM, VALUE):
            self.texts += [text for row in sheet.cells.drop(LINE).iter_rows() for text in row if text]
        elif sheet.headings:
            self.texts += sheet.headings
            self.others.append(sheet.name)

    def frames(self) -> dict[str, pl.DataFrame]:
        """Put the sheets of each list under each other."""
        return {name: _together(sheets) for name, sheets in self.sheets.items()}


def read_lists(
    paths: Sequence[Path],
    *,
    at: date | None,
    authority: str | None,
    limits: Limits,
    progress: Progress | None = None,
) -> ReturnData:
    """Read the lists that there are. A list is known by the name of its sheet or file and by its headings.

    Raise Rejected where there is none, or nothing tells on which day they were taken.
    """
    folders: dict[str, None] = {}
    parts = parts_of(paths, limits, lambda _: False, folders.setdefault)
    found = _Found()
    for done, part in enumerate(parts, start=1):
        _take(part, found, limits)
        if progress is not None:
            progress(done, len(parts))
    frames = found.frames()
    if not frames:
        raise Rejected(
            f"{paths[0].name} holds none of the lists of Annex A.",
            hint="Each sheet or file has the headings of its list, such as Child Unique ID, and a name such as List 1.",
        )
    said = told(found.texts)
    day = at or said.at or latest(frames)
    if day is None:
        raise Rejected(
            "The lists do not say on which day they were taken.", hint="Say the day with --at, such as 2026-03-31."
        )
    layout = layout_of(day)
    return ReturnData(
        layout,
        authority or said.authority,
        source_of(paths, parts),
        linked(layout, frames),
        (*_strange(found), *(item for sheets in found.sheets.values() for sheet in sheets for item in sheet.findings)),
        tuple(_notices(found, said, at, day)),
        at=day,
        left_out=(
            *(LeftOut(name, f"{name} is no list and was not checked.") for name in found.others),
            *(LeftOut(name, f"The folder {name} was not read.", is_folder=True) for name in folders),
        ),
    )


def layout_of(day: date) -> Layout:
    """Give the lists as they were asked for on a day; raise Rejected where that is not known."""
    year = Period.holding(day).year
    if year not in YEARS:
        first = Period(YEARS[0]).start
        raise Rejected(
            f"The gateway knows the lists from {first:%d/%m/%Y} on, and these are of {day:%d/%m/%Y}.",
            hint="Say the day with --at, such as 2026-03-31.",
        )
    return annex_a_layout(year)


def _take(part: Part, found: _Found, limits: Limits) -> None:
    if part.is_workbook:
        for sheet in read_workbook(part, limits):
            found.add(sheet)
    elif part.is_zip or b"\0" in part.content[:64:2]:
        found.others.append(part.name)
    else:
        found.add(read_csv(part.name, part.content, is_heading))


def _above(whole: Sheet, sheet: Sheet) -> list[str]:
    """List the texts above the headings of a sheet."""
    count = whole.cells.height - sheet.cells.height
    rows = [whole.headings, *whole.cells.drop(LINE).head(count - 1).iter_rows()] if count else []
    return [text for row in rows for text in row if text]


def _together(sheets: Sequence[ListSheet]) -> pl.DataFrame:
    return pl.concat([sheet.frame for sheet in sheets]).with_columns(pl.int_range(pl.len(), dtype=pl.Int32).alias(ROW))


def _strange(found: _Found) -> Iterator[Finding]:
    for name in found.strangers:
        yield UNKNOWN_FILE.stated("Its headings are those of no list.", Location("", None, "", None, 1, name))
    for table, sheets in found.sheets.items():
        for sheet in sheets[1:]:
            detail = f"Its {sheet.frame.height:,} records stand after those of {sheets[0].name}."
            yield REPEATED_TABLE.stated(detail, Location(table, None, "", None, 1, sheet.name))


def _notices(found: _Found, said: Told, given: date | None, day: date) -> Iterator[str]:
    if given or said.at:
        yield f"The lists are of {day:%d/%m/%Y}."
    else:
        yield f"The lists do not say of which day they are; {day:%d/%m/%Y} is the last in them. --at says otherwise."
    absent = [name for name in LISTS if name not in found.sheets]
    if absent:
        yield f"Not there, so that no rule on them was evaluated: {', '.join(absent)}."
    for name, sheets in found.sheets.items():
        if respelled := sum(sheet.respelled for sheet in sheets):
            yield f"{name}: {respelled:,} values are spelled in another way than Ofsted's and were understood."
