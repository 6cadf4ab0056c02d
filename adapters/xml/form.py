"""Form findings: what makes the upload reject the file, from the same layout that its XSD is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import TypeAlias

import polars as pl

from adapters.xml.assemble import Assembled, Repeats, enclosing
from adapters.xml.blocks import Break
from adapters.xml.collect import Collected, Decorated
from adapters.xml.listing import Listing
from adapters.xml.nodes import Node, Nodes
from adapters.xml.source import shortened
from schemas.fields import Field, Kind
from schemas.findings import Finding, Location, Unlisted
from schemas.form import (
    EMPTY_ELEMENT,
    FORM_RULES,
    MISSING_ELEMENT,
    NOT_WELL_FORMED,
    OVER_LIMIT,
    REPEATED_ELEMENT,
    STRAY_TEXT,
    UNEXPECTED_ATTRIBUTE,
    UNKNOWN_CODE,
    WRONG_TYPE,
    FormRule,
)
from schemas.tables import LINE, ROW, TYPED, Layout, Table, above, line, value
from schemas.typed import DateForm

_DATETIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z?$"
_FLAGS = ("0", "1", "true", "false")


# What breaks one form rule: the rule, then for each case the row of the child (-1 for none) and the finding.
Faults: TypeAlias = "tuple[FormRule, pl.Series, Iterator[Finding]]"


@dataclass(frozen=True, slots=True)
class FormCheck:
    """The form findings of one message that has been read."""

    layout: Layout
    nodes: Nodes
    collected: Collected
    assembled: Assembled
    child_table: str
    child_field: str
    values: bool = True

    def findings(self, most: int) -> tuple[tuple[Finding, ...], tuple[Unlisted, ...]]:
        """List the findings by line, the first `most` of each rule, and count the others."""
        listing = Listing(most)
        for table in self.layout:
            if not table.ancestors and self.assembled.tables[table.name].is_empty():
                place = Location(table.name, None, "", None, None, "/".join(table.path))
                listing.add_one(MISSING_ELEMENT.found(f"The file has no {table.path[-1]}.", place))
        for faults in (*self._oddities(), *self._repeats(), *self._groups()):
            listing.add(*faults)
        for table in self.layout if self.values else ():
            for faults in self._values(table):
                listing.add(*faults)
        if (odd := self.collected.decorated) is not None:
            listing.add_one(_decorated(odd))
        return tuple(sorted(listing.findings, key=_line_of)), listing.unlisted()

    def _oddities(self) -> Iterator[Faults]:
        """Find elements and texts that stand where the layout has none."""
        starts, odd = self.assembled.starts[self.child_table], self.collected.oddities
        children = odd.select("code", enclosing(starts, odd.get_column("event")).alias("child"))
        for rule in FORM_RULES:
            part = odd.filter(pl.col("code") == rule.code)
            if part.height:
                about = children.filter(pl.col("code") == rule.code).get_column("child")
                rows = part.select("line", "name", "text", "key").iter_rows()
                yield rule, about, map(self._oddity, repeat(rule), about, rows)

    def _oddity(self, rule: FormRule, child: int, row: tuple[int, str, str, int]) -> Finding:
        at, name, text, key = row
        above_it, _, last = self.nodes.path(key).rpartition("/")
        path = "/".join(part for part in (above_it, name if name and last == "?" else last) if part)
        if rule is STRAY_TEXT:
            detail = "The text is not part of the return."
        else:
            detail = f"The element is {name}" + (", and its value was not checked." if text else ".")
        return self._found(rule, child, detail, Location("", None, name, text or None, at, path))

    def _repeats(self) -> Iterator[Faults]:
        """Find values that came second."""
        for item in self.assembled.repeats:
            about = self._children_of(item.table, item.values.get_column(ROW))
            yield REPEATED_ELEMENT, about, map(self._repeat, repeat(item), about, item.values.iter_rows())

    def _repeat(self, item: Repeats, child: int, value_found: tuple[int, int, str]) -> Finding:
        row, at, text = value_found
        place = Location(item.table, row, item.field, text, at, item.path)
        return self._found(REPEATED_ELEMENT, child, f"A further value of {item.field} was not checked.", place)

    def _groups(self) -> Iterator[Faults]:
        """Find required groups that are not there: a child's parts, its episodes, wrapped values."""
        for node in self.nodes.by_key.values():
            if node.required and node.opens:
                missing = self._empty_wrappers(node) if node.field else self._without(node)
                if missing is not None and missing.height:
                    yield self._missing(node, missing)

    def _missing(self, node: Node, rows: pl.DataFrame) -> Faults:
        """Say of each row of the table around `node` (row, line) that the element is not there."""
        parent = self.layout.table(node.opens[0]).parent or ""
        about = self._children_of(parent, rows.get_column(ROW))
        detail = f"There is no {node.field} inside." if node.field else f"There is no {node.path.split('/')[-1]}."
        found = (
            self._found(MISSING_ELEMENT, child, detail, Location(parent, row, node.field, None, at, node.path))
            for child, (row, at) in zip(about, rows.iter_rows(), strict=True)
        )
        return MISSING_ELEMENT, about, found

    def _without(self, node: Node) -> pl.DataFrame | None:
        table = self.layout.table(node.opens[0])
        if table.parent is None:
            return None
        held = self.assembled.tables[table.name].get_column(above(table.parent))
        return self.assembled.tables[table.parent].filter(~pl.col(ROW).is_in(held.implode())).select(ROW, LINE)

    def _empty_wrappers(self, node: Node) -> pl.DataFrame | None:
        table = self.layout.table(node.opens[0])
        wrapper = next(item for item in self.nodes.by_key.values() if item.path == node.path.rpartition("/")[0])
        found = self.collected.occurrences.get(wrapper.key)
        if found is None or table.parent is None:
            return None
        owners = enclosing(self.assembled.starts[table.parent], found.get_column("event"))
        held = self.assembled.tables[table.name].get_column(above(table.parent))
        return found.with_columns(owners.alias(ROW)).filter(~pl.col(ROW).is_in(held.implode())).select(ROW, "line")

    def _values(self, table: Table) -> Iterator[Faults]:
        """Find the cells of a table that are absent, empty or do not fit; few checks have any."""
        frame = self.assembled.tables[table.name]
        checks = [check for field in table for check in _checks(field, self.layout)]
        failing = frame.select(check.fails.any().alias(str(at)) for at, check in enumerate(checks)).row(0)
        for check, fails in zip(checks, failing, strict=True):
            if fails:
                bad = frame.filter(check.fails)
                about = self._children_of(table.name, bad.get_column(ROW))
                yield check.rule, about, self._cells(table, check, bad, about)

    def _cells(self, table: Table, check: _Check, bad: pl.DataFrame, about: pl.Series) -> Iterator[Finding]:
        field = check.field
        path = "/".join((*table.path, *table.field_paths[table.fields.index(field)]))
        cells = bad.select(ROW, field.name, pl.coalesce(line(field.name), LINE)).iter_rows()
        for child, (row, text, at) in zip(about, cells, strict=True):
            place = Location(table.name, row, field.name, text, at, path)
            yield self._found(check.rule, child, check.detail(text), place)

    def _children_of(self, table: str, rows: pl.Series) -> pl.Series:
        """Give the row of the child around each record, -1 where there is none."""
        if table == self.child_table:
            return rows
        frame, link = self.assembled.tables[table], above(self.child_table)
        if link in frame.columns:
            return frame.get_column(link).gather(rows)
        return pl.Series(dtype=pl.Int32).extend_constant(-1, len(rows))

    def _found(self, rule: FormRule, child: int, detail: str, place: Location) -> Finding:
        if child < 0:
            return rule.found(detail, place)
        identifier = self.assembled.tables[self.child_table].item(child, self.child_field)
        return rule.found(detail, place, identifier or "", child)


def _decorated(odd: Decorated) -> Finding:
    tag = shortened(odd.tag.strip())
    detail = f"The first of {odd.count:,} such elements is <{tag}>; they were read all the same."
    return UNEXPECTED_ATTRIBUTE.found(detail, Location("", None, "", None, odd.line, tag))


def broken(fault: Break) -> Finding:
    """Make the finding for the place where a message stops being readable."""
    place = Location("", None, "", None, fault.line)
    if fault.limit:
        return OVER_LIMIT.found(f"At line {fault.line}, column {fault.column}, {fault.reason}.", place)
    return NOT_WELL_FORMED.found(f"At line {fault.line}, column {fault.column}: {fault.reason}.", place)


@dataclass(frozen=True, slots=True)
class _Check:
    """One thing that can be wrong with the cells of a field, and how to say so."""

    field: Field
    rule: FormRule
    fails: pl.Expr
    detail: Callable[[str | None], str]


def _checks(field: Field, layout: Layout) -> Iterator[_Check]:
    absent, text = pl.col(line(field.name)).is_null(), pl.col(field.name)
    if field.required:
        yield _Check(field, MISSING_ELEMENT, absent, lambda _: f"There is no {field.name}.")
    if not field.may_be_blank:
        yield _Check(field, EMPTY_ELEMENT, ~absent & text.is_null(), lambda _: f"{field.name} has no value.")
    fits = _fits(field, layout.year)
    if fits is not None:
        rule = UNKNOWN_CODE if field.kind is Kind.CODE else WRONG_TYPE
        misfits = text.is_not_null() & ~fits.fill_null(value=False)
        yield _Check(field, rule, misfits, lambda found: f'{field.name} is "{found}"; {_wanted(field, layout.dates)}.')


def _fits(field: Field, year: int) -> pl.Expr | None:
    """Say that a text fits its field; None where every text does."""
    text = pl.col(field.name)
    if field.kind is Kind.CODE and field.codes is not None:
        return text.is_in(field.codes.values(year))
    if field.kind is Kind.BOOLEAN:
        return text.is_in(_FLAGS)
    if field.kind is Kind.DATETIME:
        day = text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
        return text.str.contains(_DATETIME) & day.is_not_null()
    if field.kind in TYPED:
        return pl.col(value(field.name)).is_not_null()
    return text.str.contains(f"^({field.pattern})$") if field.pattern else None


def _wanted(field: Field, dates: DateForm) -> str:
    match field.kind:
        case Kind.DATE:
            return f"a date is written {dates.title}"
        case Kind.DATETIME:
            return "a date and time is written YYYY-MM-DDThh:mm:ss"
        case Kind.BOOLEAN:
            return "a flag is 0 or 1"
        case Kind.INTEGER:
            return "a count is a whole number from 0"
        case Kind.YEAR:
            return "a year has four digits"
        case Kind.CODE:
            return "it is not on the list of codes"
        case Kind.TEXT | Kind.CHOICE:
            return "it does not have the form of this item"


def _line_of(finding: Finding) -> int:
    return finding.locations[0].line or 0
