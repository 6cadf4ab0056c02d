"""Read the looked-after return: files of any kind, this year's and last year's together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import polars as pl

from adapters.sheets.csv import read_csv
from adapters.sheets.parts import Part, parts_of, source_of
from adapters.sheets.sheet import Sheet
from adapters.sheets.workbook import read_workbook
from adapters.ssda903.beside import about_last_year, named
from adapters.ssda903.form import FormCheck
from adapters.ssda903.found import SEALED, SHOWN, Found, YearFiles, first_line, last_years
from adapters.ssda903.frames import assembled
from adapters.ssda903.recognise import is_heading, is_last_year
from adapters.ssda903.sheets import TableSheet, table_sheet
from adapters.ssda903.sniff import is_binary, is_message, is_sealed
from adapters.ssda903.years import most_likely, require_known, year_of
from adapters.xml.limits import Limits
from schemas.errors import Rejected
from schemas.findings import Finding
from schemas.returns import Faults, ReturnData
from schemas.ssda903.layout import CHILDREN, HEADER, LAST, ssda903_layout
from schemas.tables import Layout, above

Progress = Callable[[int, int], None]
_THREADS = 2


def read_files(
    paths: Sequence[Path], *, year: int | None, authority: str | None, limits: Limits, progress: Progress | None
) -> ReturnData:
    """Read folders, zip files, workbooks and CSV files into the tables of one year.

    A table is known by its headings; a file, folder or sheet with "last" as a word of its name holds last year's.
    Raise Rejected where there is no table, or the year is not known.
    """
    found = Found()
    parts = parts_of(paths, limits, is_last_year, found.add_folder)
    # Messages first: their form findings count the records of Header from its start.
    ordered = sorted(parts, key=lambda part: not _is_message(part))
    with ThreadPoolExecutor(_THREADS) as threads:
        cut = threads.map(lambda part: _sheets(part, limits), ordered)
        for done, (part, sheets) in enumerate(zip(ordered, cut, strict=True), start=1):
            _take(part, sheets, found, limits)
            if progress is not None:
                progress(done, len(parts))
    return _as_return(found.settled(), year, authority or "", limits, paths, parts)


def _as_return(
    found: Found, year: int | None, authority: str, limits: Limits, paths: Sequence[Path], parts: Sequence[Part]
) -> ReturnData:
    now, before = found.now.frames(), found.before.frames()
    if not now:
        raise _nothing(paths, found)
    layout = ssda903_layout(require_known(year) if year else year_of(now))
    tables = assembled(layout, now, before)
    told = (*_about_children(found.now.form, tables), *found.now.strangers(layout))
    form, unlisted = _checked(found.now, layout, tables).findings(limits.findings, told)
    data = ReturnData(
        layout,
        authority,
        source_of(paths, parts),
        tables | _of_other_years(layout, now),
        form,
        tuple(_notices(found, year, layout, now, parts)),
        (*found.now.unlisted, *unlisted),
        files=found.now.files() | last_years(found.before.files()),
        left_out=tuple(found.now.left_out),
        beside=_beside(found.before, layout, limits),
    )
    return replace(data, notices=(*data.notices, *about_last_year(data)))


def _checked(files: YearFiles, layout: Layout, tables: Mapping[str, pl.DataFrame]) -> FormCheck:
    return FormCheck(layout, tables, {name: tuple(sheets) for name, sheets in files.sheets.items()})


def _beside(files: YearFiles, layout: Layout, limits: Limits) -> Faults:
    """Say what is wrong with last year's files as such; values in them are not looked at."""
    told = (*files.form, *files.strangers(layout, LAST))
    form, unlisted = _checked(files, layout, {}).findings(limits.findings, told)
    return Faults(form, (*files.unlisted, *unlisted), tuple(files.left_out))


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


def _take(part: Part, sheets: Iterable[tuple[Sheet, TableSheet | None]], found: Found, limits: Limits) -> None:
    if _is_message(part):
        found.add_message(part, limits)
    elif _is_other(part):
        found.add_other(part)
    for sheet, table in sheets:
        found.add(sheet, table)


def _nothing(paths: Sequence[Path], found: Found) -> Rejected:
    here, files = paths[0].name or paths[0].resolve().name, found.now
    folders = [item.name for item in files.left_out if item.is_folder]
    inside = f" Folders inside it were not read: {', '.join(folders)[:SHOWN]}." if folders else ""
    if found.before.sheets:
        return Rejected(
            f"{here} holds last year's files alone.{inside}",
            hint="Put this year's files beside them. To check last year's return by itself, give the folder it is in.",
        )
    for name in files.sealed:
        return Rejected(f"{name} {SEALED}.", hint="Save it as .xlsx without a password.")
    first = next((headings for _, headings in files.unknown), ())
    if first and first[0].startswith("<"):
        return Rejected(
            f"{files.unknown[0][0]} is an XML file, and not one of the looked-after return.",
            hint="That one begins with EXPSSDA903. Leave --return out, and the gateway finds which return it is.",
        )
    others = [first_line(first)] if first else [item.told for item in files.left_out if not item.is_folder][:1]
    empty = "" if first or files.left_out else "There is nothing in it. "
    return Rejected(
        f"{' '.join([f'{here} holds no table of the looked-after return.', *others])}{inside}",
        hint=f"{empty}Each file or sheet starts with the headings of its table, such as CHILD,DOB,REVIEW,REVIEW_CODE.",
    )


def _about_children(form: tuple[Finding, ...], tables: dict[str, pl.DataFrame]) -> Iterator[Finding]:
    """Give findings on elements the row of their child instead of that of its header."""
    owners = tables[HEADER].get_column(above(CHILDREN)).to_list() if HEADER in tables else []
    for finding in form:
        children = tuple(child for row in finding.child_rows if (child := owners[row]) is not None)
        yield replace(finding, child_rows=children)


def _twice(parts: Sequence[Part]) -> Iterator[str]:
    """Name files with records that are copies of another."""
    first: dict[bytes, Part] = {}
    for part in parts:
        known = first.setdefault(part.content, part)
        if known is not part and b"\n" in part.content.rstrip():
            same_year = is_last_year(part.name) == is_last_year(known.name)
            doubt = "Is one of them too many?" if same_year else "Is each of them of its own year?"
            yield f"{part.name} is the same as {known.name}, byte for byte. {doubt}"


def _notices(
    found: Found, given: int | None, layout: Layout, now: Mapping[str, pl.DataFrame], parts: Sequence[Part]
) -> Iterator[str]:
    if given is None:
        yield f"The dates of the return are those of the {layout.year} collection; --year says otherwise."
    elif (meant := most_likely(now)) not in {None, given}:
        yield f"Most dates of the return are those of the {meant} collection, not of {given}. Is --year right?"
    yield f"Read: {named(found.now.files())}."
    if not any(frame.height for frame in now.values()):
        yield "No file has any record: there are only headings."
    yield from _twice(parts)
    yield from found.now.remarks()


def _of_other_years(layout: Layout, now: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Keep what the layout has no place for: as last year's return it may be asked for."""
    return {name: frame for name, frame in now.items() if not layout.has(name)}
