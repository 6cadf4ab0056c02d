"""Form findings: what makes the upload reject the file, from the same layout that its XSD is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from adapters.xml.assemble import Assembled, enclosing
from adapters.xml.blocks import Break
from adapters.xml.collect import Collected
from adapters.xml.nodes import Node, Nodes
from schemas.fields import Field, Kind
from schemas.findings import Finding, Location
from schemas.form import (
    EMPTY_ELEMENT,
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

_DATETIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z?$"
_FLAGS = ("0", "1", "true", "false")


@dataclass(frozen=True, slots=True)
class FormCheck:
    """The form findings of one message that has been read."""

    layout: Layout
    nodes: Nodes
    collected: Collected
    assembled: Assembled
    child_table: str
    child_field: str

    def findings(self) -> tuple[Finding, ...]:
        """List the findings by line."""
        found = [*self._oddities(), *self._repeats(), *self._decorated(), *self._groups()]
        for table in self.layout:
            found += self._values(table)
        return tuple(sorted(found, key=_line_of))

    def _oddities(self) -> Iterator[Finding]:
        starts = self.assembled.starts[self.child_table]
        events = pl.Series([item.event for item in self.collected.oddities], dtype=pl.Int64)
        for item, row in zip(self.collected.oddities, enclosing(starts, events), strict=True):
            if item.rule is STRAY_TEXT:
                detail = "The text is not part of the return."
            elif item.text:
                detail = f"The element is {item.name}, and its value was not checked."
            else:
                detail = f"The element is {item.name}."
            place = Location("", None, item.name, item.text or None, item.line, item.path)
            yield self._found(item.rule, row, detail, place)

    def _repeats(self) -> Iterator[Finding]:
        for item in self.assembled.repeats:
            place = Location(item.table, item.row, item.field, item.text, item.line, self.nodes.by_key[item.key].path)
            detail = f"A further value of {item.field} was not checked."
            yield self._found(REPEATED_ELEMENT, self._child_of(item.table, item.row), detail, place)

    def _decorated(self) -> Iterator[Finding]:
        odd = self.collected.decorated
        if odd:
            count = sum(item.count for item in odd)
            detail = f"The first of {count:,} such elements is <{odd[0].tag.strip()}>; they were read all the same."
            yield UNEXPECTED_ATTRIBUTE.found(detail, Location("", None, "", None, odd[0].line, odd[0].tag))

    def _groups(self) -> Iterator[Finding]:
        """Find required groups that are not there: the header, children, their episodes, wrapped values."""
        tables = self.assembled.tables
        for table in self.layout:
            if not table.ancestors and tables[table.name].is_empty():
                path = "/".join(table.path)
                place = Location(table.name, None, "", None, None, path)
                yield MISSING_ELEMENT.found(f"The file has no {table.path[-1]}.", place)
        for node in self.nodes.by_key.values():
            if node.required and node.opens and not node.field and tables[node.opens[0]].width:
                yield from self._without(node)
            if node.field and node.required and node.opens:
                yield from self._empty_wrappers(node)

    def _without(self, node: Node) -> Iterator[Finding]:
        table = self.layout.table(node.opens[0])
        if table.parent is None:
            return
        parent = self.assembled.tables[table.parent]
        held = self.assembled.tables[table.name].get_column(above(table.parent))
        for row, at in parent.filter(~pl.col(ROW).is_in(held.implode())).select(ROW, LINE).iter_rows():
            place = Location(table.parent, row, "", None, at, node.path)
            child = self._child_of(table.parent, row)
            yield self._found(MISSING_ELEMENT, child, f"There is no {node.path.split('/')[-1]}.", place)

    def _empty_wrappers(self, node: Node) -> Iterator[Finding]:
        table = self.layout.table(node.opens[0])
        wrapper = next(item for item in self.nodes.by_key.values() if item.path == node.path.rpartition("/")[0])
        found = self.collected.occurrences.get(wrapper.key)
        if found is None or table.parent is None:
            return
        owners = enclosing(self.assembled.starts[table.parent], found.get_column("event"))
        held = self.assembled.tables[table.name].get_column(above(table.parent))
        empty = found.with_columns(owners.alias(ROW)).filter(~pl.col(ROW).is_in(held.implode()))
        for row, at in empty.select(ROW, "line").iter_rows():
            place = Location(table.parent, row, node.field, None, at, node.path)
            child = self._child_of(table.parent, row)
            yield self._found(MISSING_ELEMENT, child, f"There is no {node.field} inside.", place)

    def _values(self, table: Table) -> Iterator[Finding]:
        """Find the cells of a table that are absent, empty or do not fit; few checks have any."""
        frame = self.assembled.tables[table.name]
        checks = [check for field in table for check in _checks(field, self.layout.year)]
        failing = frame.select(check.fails.any().alias(str(at)) for at, check in enumerate(checks)).row(0)
        for check, fails in zip(checks, failing, strict=True):
            if fails:
                yield from self._cells(table, check, frame.filter(check.fails))

    def _cells(self, table: Table, check: _Check, bad: pl.DataFrame) -> Iterator[Finding]:
        field = check.field
        path = "/".join((*table.path, *table.field_paths[table.fields.index(field)]))
        cells = bad.select(ROW, field.name, pl.coalesce(line(field.name), LINE)).iter_rows()
        for row, text, at in cells:
            place = Location(table.name, row, field.name, text, at, path)
            yield self._found(check.rule, self._child_of(table.name, row), check.detail(text), place)

    def _child_of(self, table: str, row: int) -> int:
        """Give the row of the child around a record, -1 where there is none."""
        if table == self.child_table:
            return row
        frame, link = self.assembled.tables[table], above(self.child_table)
        return int(frame.item(row, link)) if link in frame.columns else -1

    def _found(self, rule: FormRule, child: int, detail: str, place: Location) -> Finding:
        if child < 0:
            return rule.found(detail, place)
        identifier = self.assembled.tables[self.child_table].item(child, self.child_field)
        return rule.found(detail, place, identifier or "", child)


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


def _checks(field: Field, year: int) -> Iterator[_Check]:
    absent, text = pl.col(line(field.name)).is_null(), pl.col(field.name)
    if field.required:
        yield _Check(field, MISSING_ELEMENT, absent, lambda _: f"There is no {field.name}.")
    yield _Check(field, EMPTY_ELEMENT, ~absent & text.is_null(), lambda _: f"{field.name} has no value.")
    fits = _fits(field, year)
    if fits is not None:
        rule = UNKNOWN_CODE if field.kind is Kind.CODE else WRONG_TYPE
        misfits = text.is_not_null() & ~fits.fill_null(value=False)
        yield _Check(field, rule, misfits, lambda found: f'{field.name} is "{found}"; {_wanted(field)}.')


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


def _wanted(field: Field) -> str:
    match field.kind:
        case Kind.DATE:
            return "a date is written YYYY-MM-DD"
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
        case Kind.TEXT:
            return "it does not have the form of this item"


def _line_of(finding: Finding) -> int:
    return finding.locations[0].line or 0
