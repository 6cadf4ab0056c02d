"""What is found in the files of a looked-after return, this year's and last year's apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from adapters.sheets.parts import Part
from adapters.sheets.sheet import Sheet
from adapters.ssda903.frames import together
from adapters.ssda903.recognise import is_last_year
from adapters.ssda903.sheets import TableSheet
from adapters.ssda903.sniff import is_sealed
from adapters.ssda903.xml_read import read_elements
from adapters.xml.limits import Limits
from schemas.findings import Finding, Location, Unlisted
from schemas.form import OTHER_YEAR, UNKNOWN_FILE
from schemas.returns import LeftOut
from schemas.ssda903.layout import LAST
from schemas.tables import Layout

SHOWN = 60
SEALED = "is a workbook with a password, or of a form from before Excel 2007"
_INSIDE = "of the folders inside, only one with last year's files is"


@dataclass(slots=True)
class YearFiles:
    """The sheets of one year by the name of their table, and what else was there."""

    sheets: dict[str, list[TableSheet]] = field(default_factory=dict)
    form: tuple[Finding, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()
    unknown: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    sealed: list[str] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def frames(self) -> dict[str, pl.DataFrame]:
        """Give the frames under the names of their tables."""
        return {name: together(sheet.frame for sheet in sheets) for name, sheets in self.sheets.items()}

    def files(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """Name the files of each table, and how many records are from each."""
        return {name: tuple((sheet.name, sheet.frame.height) for sheet in found) for name, found in self.sheets.items()}

    def remarks(self) -> Iterator[str]:
        """Say how files were read that are not as the collection writes them."""
        for sheets in self.sheets.values():
            for sheet in sheets:
                yield from sheet.remarks

    def strangers(self, layout: Layout, last: str = "") -> Iterator[Finding]:
        """Name the files that are no table, or none of the year of a layout."""
        for name, headings in self.unknown:
            yield UNKNOWN_FILE.found(first_line(headings), Location("", None, "", None, 1, name))
        for name in self.sealed:
            detail = f"It {SEALED}, and was not read. Save it as .xlsx without a password."
            yield UNKNOWN_FILE.found(detail, Location("", None, "", None, None, name))
        for table, sheets in self.sheets.items():
            if not layout.has(f"{table}{last}"):
                for sheet in sheets:
                    detail = f"{table} is not in {layout.year}; its records were not checked: {sheet.frame.height:,}."
                    yield OTHER_YEAR.found(detail, Location("", None, "", None, 1, sheet.name))


@dataclass(slots=True)
class Found:
    """The files of both years: a name with "last" as a word of it is that of last year's."""

    now: YearFiles = field(default_factory=YearFiles)
    before: YearFiles = field(default_factory=YearFiles)

    def add_message(self, part: Part, limits: Limits) -> None:
        """Take in an XML file."""
        message, place = read_elements(part, limits, None), self._of(part.name)
        for sheet in message.sheets:
            place.sheets.setdefault(sheet.table.name, []).append(sheet)
        place.form, place.unlisted = (*place.form, *message.form), (*place.unlisted, *message.unlisted)

    def add(self, sheet: Sheet, table: TableSheet | None) -> None:
        """Take in a sheet as the table that it is."""
        place = self._of(sheet.name)
        if table is not None:
            place.sheets.setdefault(table.table.name, []).append(table)
        elif sheet.headings or sheet.cells.height:
            place.unknown.append((sheet.name, sheet.headings))
        elif not sheet.title:
            place.left_out.append(LeftOut(sheet.name, f"{sheet.name} is empty."))

    def add_other(self, part: Part) -> None:
        """Take note of a file that is no table."""
        place = self._of(part.name)
        if is_sealed(part.content):
            place.sealed.append(part.name)
        elif part.is_zip:
            told = f"{part.name} is a zip file within what was given, and was not read. Unpack it."
            place.left_out.append(LeftOut(part.name, told))
        else:
            place.left_out.append(LeftOut(part.name, f"{part.name} is no table and was not read."))

    def add_folder(self, name: str) -> None:
        """Take note of a folder inside that is not read."""
        item = LeftOut(name, f"The folder {name} was not read: {_INSIDE}.", is_folder=True)
        if item not in self._of(name).left_out:
            self._of(name).left_out.append(item)

    def settled(self) -> Found:
        """Give the same; where every table has last year's name, and none lies in its folder, it is the return."""
        names = [sheet.name for sheets in self.before.sheets.values() for sheet in sheets]
        if self.now.sheets or not names or any("/" in name for name in names):
            return self
        self.before.unknown += self.now.unknown
        self.before.sealed += self.now.sealed
        self.before.left_out += self.now.left_out
        return Found(self.before)

    def _of(self, name: str) -> YearFiles:
        return self.before if is_last_year(name) else self.now


def last_years(named: dict[str, tuple[tuple[str, int], ...]]) -> dict[str, tuple[tuple[str, int], ...]]:
    """Give the files of tables under the names that last year's have beside this year's."""
    return {f"{name}{LAST}": files for name, files in named.items()}


def first_line(headings: tuple[str, ...]) -> str:
    """Show what a file starts with, of one that is no text nothing."""
    line = ", ".join(headings)[:SHOWN]
    return f"The first line is: {line}." if line.isprintable() else "It is no text."
