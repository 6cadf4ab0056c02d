"""Form findings on the values of the looked-after return, the same for files and for the XML form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

import polars as pl

from adapters.sheets.dates import day_of_serial, is_serial
from adapters.ssda903.sheets import Fault, TableSheet
from adapters.xml.listing import Listing
from schemas.fields import Field, Kind
from schemas.findings import Finding, Location, Unlisted
from schemas.form import (
    BLANK,
    MISSING_ELEMENT,
    OTHER_DATE,
    REPEATED_TABLE,
    SPREADSHEET_DAMAGE,
    WRONG_TYPE,
    FormRule,
)
from schemas.ssda903.layout import CHILDREN, HEADER, ssda903_layout
from schemas.ssda903.message import IN_HEADER, message_layout
from schemas.tables import LINE, ROW, TYPED, Layout, Table, above, line, value

_SCIENTIFIC = r"^\d+(\.\d+)?[Ee]\+?\d+$"
_DECIMAL = r"^\d+\.0+$"
_ERROR = r"^#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|#+)$"


@dataclass(frozen=True, slots=True)
class _Check:
    """One thing that can be wrong with the cells of a field, and how to say so."""

    field: Field
    rule: FormRule
    fails: pl.Expr
    detail: pl.Expr


@dataclass(frozen=True, slots=True)
class FormCheck:
    """The form findings of a return: those of its files, and those of the values in its tables."""

    layout: Layout
    tables: Mapping[str, pl.DataFrame]
    sheets: Mapping[str, tuple[TableSheet, ...]]

    def findings(self, most: int, told: tuple[Finding, ...]) -> tuple[tuple[Finding, ...], tuple[Unlisted, ...]]:
        """List `told` and the findings here, the first `most` of each rule, and count the others."""
        listing = Listing(most)
        for finding in told:
            listing.add_one(finding)
        for name, sheets in self.sheets.items():
            self._files(name, sheets, listing)
        for table in self.layout:
            if table.name in self.tables and table.name != CHILDREN:
                self._values(table, listing)
        return tuple(sorted(listing.findings, key=self._place)), listing.unlisted()

    def _place(self, finding: Finding) -> tuple[int, int]:
        """Put findings into the order of tables and lines, those about a whole file first."""
        first = finding.locations[0]
        names = ["", *(table.name for table in self.layout)]
        return names.index(first.table) if first.table in names else 0, first.line or 0

    def _files(self, name: str, sheets: tuple[TableSheet, ...], listing: Listing) -> None:
        first = 0
        for sheet in sheets:
            if len(sheets) > 1:
                place = Location(name, None, "", None, 1, sheet.name)
                listing.add_one(REPEATED_TABLE.found(_records(first, sheet.frame.height), place))
            by_rule: dict[str, list[Fault]] = {}
            for fault in sheet.faults:
                by_rule.setdefault(fault.rule.code, []).append(fault)
            for faults in by_rule.values():
                rows = self._rows(sheet, faults, first)
                about = self._children_of(name, rows)
                found = map(self._fault, [name] * len(faults), [sheet.name] * len(faults), faults, rows, about)
                listing.add(faults[0].rule, about, found)
            first += sheet.frame.height

    def _rows(self, sheet: TableSheet, faults: list[Fault], first: int) -> pl.Series:
        """Give the row of the record on the line of each fault; null for headings."""
        lines = pl.DataFrame({LINE: [fault.line for fault in faults]}, schema={LINE: pl.Int32})
        return lines.join(sheet.frame.select(LINE, pl.col(ROW) + first), on=LINE, how="left", maintain_order="left")[
            ROW
        ]

    def _fault(self, table: str, file: str, fault: Fault, row: int | None, child: int) -> Finding:
        return self._found(
            fault.rule, child, fault.detail, Location(table, row, fault.field, fault.text, fault.line, file)
        )

    def _values(self, table: Table, listing: Listing) -> None:
        frame = self.tables[table.name]
        sheets = self.sheets.get(table.name, ())
        columns = frozenset[str]().union(*(sheet.columns for sheet in sheets)) if sheets else None
        checks = [check for field in _fields(table, self.layout.year, columns) for check in _checks(field, self.layout)]
        checks += self._lost_zeros(table)
        failing = frame.select(
            check.fails.fill_null(value=False).any().alias(str(at)) for at, check in enumerate(checks)
        )
        for check, fails in zip(checks, failing.row(0), strict=True):
            if fails:
                bad = frame.filter(check.fails)
                about = self._children_of(table.name, bad.get_column(ROW))
                listing.add(check.rule, about, self._cells(table.name, check, bad, about))

    def _lost_zeros(self, table: Table) -> Iterator[_Check]:
        """Find identifiers that Header has with other zeros in front."""
        if table.name != HEADER and HEADER in self.tables:
            child, known = table.field("CHILD"), self.tables[HEADER].get_column("CHILD").drop_nulls().unique()
            bare = pl.col("CHILD").str.strip_chars_start("0")
            lost = bare.is_in(known.str.strip_chars_start("0").implode()) & ~pl.col("CHILD").is_in(known.implode())
            same = pl.lit("Header has it with other zeros in front")
            yield _Check(child, SPREADSHEET_DAMAGE, lost, _says(child, same))

    def _cells(self, table: str, check: _Check, bad: pl.DataFrame, about: pl.Series) -> Iterator[Finding]:
        name = check.field.name
        cells = bad.select(ROW, name, pl.coalesce(line(name), LINE), check.detail.alias("detail"))
        for child, (row, text, at, detail) in zip(about, cells.iter_rows(), strict=True):
            yield self._found(check.rule, child, detail, Location(table, row, name, text, at))

    def _children_of(self, table: str, rows: pl.Series) -> pl.Series:
        """Give the row of the child of each record, -1 where there is none."""
        if table not in self.tables:
            return pl.Series(dtype=pl.Int32).extend_constant(-1, len(rows))
        return self.tables[table].get_column(above(CHILDREN)).gather(rows).fill_null(-1)

    def _found(self, rule: FormRule, child: int, detail: str, place: Location) -> Finding:
        if child < 0:
            return rule.found(detail, place)
        return rule.found(detail, place, self.tables[CHILDREN].item(child, "CHILD") or "", child)


def _records(first: int, count: int) -> str:
    return f"Records {first + 1:,} to {first + count:,} are from here." if count else "It has no records."


def _fields(table: Table, year: int, columns: frozenset[str] | None) -> Iterator[Field]:
    """Give the fields as the upload asks for them; of a table from files, those that have a column."""
    asked = _asked(year)
    for field in table:
        if columns is None or field.name in columns:
            yield asked.get((table.name, field.name), field)


def _owner(table: str, field: str) -> str:
    """Name the table of an item that the XML form has in HEADER."""
    return next((owner for owner, names in IN_HEADER.items() if table == HEADER and field in names), table)


@cache
def _asked(year: int) -> dict[tuple[str, str], Field]:
    """Give the fields of all tables that the XML form has, and what it demands of them."""
    demanded = {
        (_owner(table.name, field.name), field.name): field for table in message_layout(year) for field in table
    }
    named = {table for table, _ in demanded}
    return {
        (table.name, field.name): demanded.get((table.name, field.name), replace(field, required=False))
        for table in ssda903_layout(year)
        if table.name in named
        for field in table
    }


def _checks(field: Field, layout: Layout) -> Iterator[_Check]:
    text = pl.col(field.name)
    if field.required and not field.may_be_blank:
        yield _Check(field, BLANK, text.is_null(), pl.lit(f"{field.name} has no value."))
    elif field.required:
        absent = pl.col(line(field.name)).is_null()
        yield _Check(field, MISSING_ELEMENT, absent, pl.lit(f"There is no {field.name}."))
    damaged, damage = _damage(field)
    yield _Check(field, SPREADSHEET_DAMAGE, damaged, damage)
    if field.kind is Kind.DATE:
        own = text.str.contains(f"^(?:{layout.dates.pattern})$")
        known = pl.col(value(field.name)).is_not_null()
        read = pl.col(value(field.name)).dt.strftime(layout.dates.strptime)
        yield _Check(field, OTHER_DATE, known & ~own, _says(field, pl.format("it was read as {}", read)))
        yield _misfit(field, known | damaged, f"a date is written {layout.dates.title}")
    elif field.kind in TYPED:
        yield _misfit(field, pl.col(value(field.name)).is_not_null() | damaged, "a count is a whole number from 0")
    elif field.codes is not None:
        most = max(map(len, field.codes.values(layout.year)))
        yield _misfit(field, (text.str.len_chars() <= most) | damaged, f"a code of this item is no longer than {most}")
    elif field.pattern is not None:
        fits = text.str.contains(f"^({field.pattern})$")
        yield _misfit(field, fits | damaged, "it does not have the form of this item")


def _misfit(field: Field, fits: pl.Expr, wanted: str) -> _Check:
    text = pl.col(field.name)
    return _Check(field, WRONG_TYPE, text.is_not_null() & ~fits, _says(field, pl.lit(wanted)))


def _says(field: Field, what: pl.Expr) -> pl.Expr:
    return pl.format(f'{field.name} is "{{}}"; {{}}.', pl.col(field.name), what)


def _damage(field: Field) -> tuple[pl.Expr, pl.Expr]:
    """Say that a spreadsheet has changed a text, and how."""
    text = pl.col(field.name)
    serial = is_serial(text) if field.kind is Kind.DATE else pl.lit(value=False)
    number = text.str.contains(_SCIENTIFIC) if field.codes is None else pl.lit(value=False)
    decimal = text.str.contains(_DECIMAL) & ~serial
    error = text.str.contains(_ERROR)
    day = day_of_serial(text).dt.strftime("%d/%m/%Y")
    how = (
        pl.when(serial)
        .then(pl.format("a spreadsheet keeps {} so", day))
        .when(number)
        .then(pl.lit("a long number was rounded"))
        .when(decimal)
        .then(pl.lit("a number was given decimals"))
        .otherwise(pl.lit("a formula or a column's width hid the value"))
    )
    return (serial | number | decimal | error).fill_null(value=False), _says(field, how)
