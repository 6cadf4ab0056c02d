"""Read the looked-after return: files of any kind, this year's and last year's together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from adapters.sheets.csv import read_csv
from adapters.sheets.parts import Part, parts_of, source_of
from adapters.sheets.sheet import Sheet
from adapters.sheets.workbook import read_workbook
from adapters.ssda903.form import FormCheck
from adapters.ssda903.frames import assembled, together
from adapters.ssda903.recognise import is_heading, is_last_year
from adapters.ssda903.sheets import TableSheet, table_sheet
from adapters.ssda903.sniff import is_binary, is_message, is_sealed
from adapters.ssda903.xml_read import read_elements
from adapters.ssda903.years import require_known, year_of
from adapters.xml.limits import Limits
from schemas.errors import Rejected
from schemas.findings import Finding, Location, Unlisted
from schemas.form import OTHER_YEAR, UNKNOWN_FILE
from schemas.returns import ReturnData
from schemas.ssda903.layout import CHILDREN, HEADER, LAST, ssda903_layout
from schemas.tables import Layout, above

Progress = Callable[[int, int], None]
_SHOWN = 60
_THREADS = 2
_SEALED = "is a workbook with a password, or of a form from before Excel 2007"


@dataclass(slots=True)
class _Found:
    """The sheets of a return by the name of their table, and what else was there."""

    sheets: dict[str, list[TableSheet]] = field(default_factory=dict)
    form: tuple[Finding, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()
    unknown: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    sealed: list[str] = field(default_factory=list)
    folders: dict[str, None] = field(default_factory=dict)

    def add_message(self, part: Part, limits: Limits) -> None:
        """Take in an XML file; what its elements break counts for this year alone."""
        message = read_elements(part, limits, None)
        for sheet in message.sheets:
            self._put(sheet)
        if not is_last_year(part.name):
            self.form, self.unlisted = (*self.form, *message.form), (*self.unlisted, *message.unlisted)

    def _put(self, sheet: TableSheet) -> None:
        last = LAST if is_last_year(sheet.name) else ""
        self.sheets.setdefault(f"{sheet.table.name}{last}", []).append(sheet)

    def add(self, sheet: Sheet, table: TableSheet | None) -> None:
        """Take in a sheet as the table that it is."""
        if table is not None:
            self._put(table)
        elif sheet.headings or sheet.cells.height:
            self.unknown.append((sheet.name, sheet.headings))

    def frames(self, *, last_year: bool) -> dict[str, pl.DataFrame]:
        """Give this year's or last year's frames under the plain names of their tables."""
        return {
            name.removesuffix(LAST): together(sheet.frame for sheet in sheets)
            for name, sheets in self.sheets.items()
            if name.endswith(LAST) is last_year
        }

    def files(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """Name the files of each table, last year's too, and how many records are from each."""
        return {name: tuple((sheet.name, sheet.frame.height) for sheet in found) for name, found in self.sheets.items()}


def read_files(
    paths: Sequence[Path], *, year: int | None, authority: str | None, limits: Limits, progress: Progress | None
) -> ReturnData:
    """Read folders, zip files, workbooks and CSV files into the tables of one year.

    A table is known by its headings; a file, folder or sheet with "last" as a word of its name holds last year's.
    Raise Rejected where there is no table, or the year is not known.
    """
    found = _Found()
    parts = parts_of(paths, limits, is_last_year, found.folders.setdefault)
    # Messages first: their form findings count the records of Header from its start.
    ordered = sorted(parts, key=lambda part: not _is_message(part))
    with ThreadPoolExecutor(_THREADS) as threads:
        cut = threads.map(lambda part: _sheets(part, limits), ordered)
        for done, (part, sheets) in enumerate(zip(ordered, cut, strict=True), start=1):
            _take(part, sheets, found, limits)
            if progress is not None:
                progress(done, len(parts))
    now, before = found.frames(last_year=False), found.frames(last_year=True)
    if not now:
        raise _nothing(paths, found)
    layout = ssda903_layout(require_known(year) if year else year_of(now))
    tables = assembled(layout, now, before)
    check = FormCheck(layout, tables, {name: tuple(sheets) for name, sheets in found.sheets.items()})
    told = (*_about_children(found.form, tables), *_strangers(found, layout))
    form, unlisted = check.findings(limits.findings, told)
    notices = tuple(_notices(found, year, layout))
    unlisted = (*found.unlisted, *unlisted)
    data = ReturnData(layout, authority or "", source_of(paths, parts), tables, form, notices, unlisted)
    return replace(data, tables=data.tables | _of_other_years(layout, now), files=found.files())


def _is_message(part: Part) -> bool:
    return is_message(part.content)


def _sheets(part: Part, limits: Limits) -> tuple[tuple[Sheet, TableSheet | None], ...]:
    """Cut a workbook or a CSV file into its sheets, each with the table that it is; nothing of another file."""
    if _is_message(part) or _is_other(part):
        return ()
    read = read_workbook(part, limits) if part.is_workbook else (read_csv(part.name, part.content, is_heading),)
    return tuple((sheet, table_sheet(sheet)) for sheet in read)


def _is_other(part: Part) -> bool:
    return not part.is_workbook and (is_sealed(part.content) or part.is_zip or is_binary(part.content))


def _take(part: Part, sheets: Iterable[tuple[Sheet, TableSheet | None]], found: _Found, limits: Limits) -> None:
    if _is_message(part):
        found.add_message(part, limits)
    elif _is_other(part):
        (found.sealed if is_sealed(part.content) else found.others).append(part.name)
    for sheet, table in sheets:
        found.add(sheet, table)


def _nothing(paths: Sequence[Path], found: _Found) -> Rejected:
    for name in found.sealed:
        return Rejected(f"{name} {_SEALED}.", hint="Save it as .xlsx without a password.")
    first = next((headings for _, headings in found.unknown), ())
    if first and first[0].startswith("<"):
        return Rejected(
            f"{found.unknown[0][0]} is an XML file, and not one of the looked-after return.",
            hint="That one begins with EXPSSDA903. Leave --return out, and the gateway finds which return it is.",
        )
    there = f" The first line is: {', '.join(first)[:_SHOWN]}." if first else ""
    there += f" Folders inside it were not read: {', '.join(found.folders)[:_SHOWN]}." if found.folders else ""
    return Rejected(
        f"{paths[0].name} holds no table of the looked-after return.{there}",
        hint="Each file or sheet starts with the headings of its table, such as CHILD,DOB,REVIEW,REVIEW_CODE.",
    )


def _about_children(form: tuple[Finding, ...], tables: dict[str, pl.DataFrame]) -> Iterator[Finding]:
    """Give findings on elements the row of their child instead of that of its header."""
    owners = tables[HEADER].get_column(above(CHILDREN)).to_list() if HEADER in tables else []
    for finding in form:
        children = tuple(child for row in finding.child_rows if (child := owners[row]) is not None)
        yield replace(finding, child_rows=children)


def _strangers(found: _Found, layout: Layout) -> Iterator[Finding]:
    """Name the files that are no table, or none of this year."""
    for name, headings in found.unknown:
        detail = f"Its first line is: {', '.join(headings)[:_SHOWN]}."
        yield UNKNOWN_FILE.found(detail, Location("", None, "", None, 1, name))
    for name in found.sealed:
        detail = f"It {_SEALED}, and was not read. Save it as .xlsx without a password."
        yield UNKNOWN_FILE.found(detail, Location("", None, "", None, None, name))
    for table, sheets in found.sheets.items():
        if not layout.has(table):
            for sheet in sheets:
                detail = f"{table} is not in {layout.year}; its records were not checked: {sheet.frame.height:,}."
                yield OTHER_YEAR.found(detail, Location("", None, "", None, 1, sheet.name))


def _notices(found: _Found, given: int | None, layout: Layout) -> Iterator[str]:
    if given is None:
        yield f"The dates of the return are those of the {layout.year} collection; --year says otherwise."
    named = [f"{table} from {_and(sheet.name for sheet in sheets)}" for table, sheets in sorted(found.sheets.items())]
    yield f"Read: {'; '.join(named)}."
    for sheets in found.sheets.values():
        for sheet in sheets:
            yield from sheet.remarks
    for name in found.others:
        yield f"{name} is no table and was not read."
    for name in found.folders:
        yield f"The folder {name} was not read: of the folders inside, only one with last year's files is."


def _and(names: Iterable[str]) -> str:
    return " and ".join(names)


def _of_other_years(layout: Layout, now: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Keep what the layout has no place for: as last year's return it may be asked for."""
    return {name: frame for name, frame in now.items() if not layout.has(name)}
