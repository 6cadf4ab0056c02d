"""How a rule is declared, and the view of the data that it gets.

A row rule is a function of one `Row` that returns the failing condition as a Polars expression. A
linked rule is a function of the whole `Census` that returns a lazy frame of failing records.
Rules never see today's date: everything dated comes from the period of the collection.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import ModuleType

import polars as pl

from schemas.findings import Severity
from schemas.periods import Period
from schemas.returns import ReturnData
from schemas.tables import TYPED, Layout, Table, above, value

FIRST_RULE_YEAR = 2023


@dataclass(frozen=True, slots=True)
class FieldRef:
    """A field of a table, as a rule names it."""

    table: str
    field: str


class TableRef:
    """A table as rules name it: attributes are its fields in any year of the return."""

    def __init__(self, name: str, layouts: Iterable[Layout]) -> None:
        """Collect the table's fields over `layouts`, the newest declaration of each."""
        self.name = name
        self.newest: Table
        self._fields: set[str] = set()
        for layout in layouts:
            if layout.has(name):
                self.newest = layout.table(name)
                self._fields |= {field.name for field in self.newest}

    def __getattr__(self, field: str) -> FieldRef:
        """Return the reference to `field`; raise AttributeError where no year has it."""
        if field in self.__dict__.get("_fields", ()):
            return FieldRef(self.name, field)
        raise AttributeError(f"no table column {field}")


def joined(table: str, field: str) -> str:
    """Name the column that an enclosing record's field has in the frame of a row rule."""
    return f"{table}>{field}"


class Row:
    """One record of a table, as a row rule sees it.

    Attributes are expressions for its fields: dates, flags and counts typed (null where absent or
    not readable), everything else as text (null where absent or blank).
    """

    def __init__(self, data: ReturnData, table: str, joins: set[FieldRef], *, outer: bool = False) -> None:
        """Describe a record of `table`; fields taken from enclosing records are added to `joins`.

        Raise NotGiven where the return lacks the table.
        """
        self.period = Period(data.layout.year)
        _require(data, table)
        self._data = data
        self._table = data.layout.table(table)
        self._joins = joins
        self._outer = outer

    def __getattr__(self, field: str) -> pl.Expr:
        """Return the expression for a field; raise AttributeError where the year has none."""
        if not self._table.has(field):
            raise AttributeError(f"{self._table.name} has no field {field} in {self.period.year}")
        if self._outer:
            self._joins.add(FieldRef(self._table.name, field))
            return pl.col(joined(self._table.name, field))
        return pl.col(field)

    @property
    def at(self) -> date:
        """Give the day on which the data were taken; raise NotGiven where the return is not of a day."""
        return _day_of(self._data)

    def text(self, field: str) -> pl.Expr:
        """Return the text of a typed field as it stands in the file."""
        return pl.col(text(field))

    def has(self, field: str) -> bool:
        """Tell whether this year's layout has the field."""
        return self._table.has(field)

    def of(self, table: TableRef) -> Row:
        """Return the record of `table` that encloses this one."""
        return Row(self._data, table.name, self._joins, outer=True)

    def valid_code(self, field: str) -> pl.Expr:
        """Say whether the field's text is on the code list of the year; null where absent."""
        codes = self._table.field(field).codes
        if codes is None:
            raise AttributeError(f"{field} has no code list")
        return getattr(self, field).is_in(codes.values(self.period.year))  # type: ignore[no-any-return]  # Row attributes are expressions


class NotGiven(Exception):
    """What a rule reads was not given to the check, so that the rule says nothing; the text is the reason."""


@dataclass(frozen=True, slots=True)
class Reference:
    """Reference data that rules read: its columns, and what to say and do where it was not given."""

    name: str
    columns: Mapping[str, pl.DataType]
    absent: str


def text(field: str) -> str:
    """Name the column with the text of a typed field in the frames that rules see."""
    return f"{field}.text"


class Census:
    """All tables of a return, as a linked rule sees them."""

    def __init__(self, data: ReturnData) -> None:
        """Wrap what a reader made."""
        self.layout = data.layout
        self.period = Period(data.layout.year)
        self._data = data
        self._frames: dict[str, pl.DataFrame] = {}

    @property
    def authority(self) -> str:
        """Give the DfE code of the authority that makes the return; raise NotGiven where it is not known."""
        if not self._data.authority:
            raise NotGiven("The authority is not known. Give its three digits with --authority.")
        return self._data.authority

    @property
    def at(self) -> date:
        """Give the day on which the data were taken; raise NotGiven where the return is not of a day."""
        return _day_of(self._data)

    def gives(self, table: TableRef) -> bool:
        """Tell whether the return has the table, be it empty."""
        return table.name in self._data.tables

    def fills(self, field: FieldRef) -> bool:
        """Tell whether any record of the return has something in the field; raise NotGiven without its table."""
        _require(self._data, field.table)
        return bool(self._data.tables[field.table].get_column(field.field).is_not_null().any())

    def rows(self, table: TableRef) -> pl.LazyFrame:
        """Return the records of a table, none where the year lacks the table.

        Raise NotGiven where the year has the table and the return lacks it.

        Columns: one per field under its plain name (typed where it has a type, its text then beside
        it as `<field>.text`), one per enclosing table with the row number of the record there, and
        one called like the table itself with the record's own row number.
        """
        if self.layout.has(table.name):
            _require(self._data, table.name)
        return self.rows_if_given(table)

    def rows_if_given(self, table: TableRef) -> pl.LazyFrame:
        """Return the records of a table that a rule can do without, none where the return lacks it."""
        declared = self.layout.table(table.name) if self.layout.has(table.name) else table.newest
        return self.records(declared)

    def records(self, table: Table) -> pl.LazyFrame:
        """Return the records of a table as it is declared, none where the return lacks it."""
        if table.name not in self._frames:
            frame = self._data.tables.get(table.name, pl.DataFrame(schema=table.schema()))
            self._frames[table.name] = frame.select(columns_for_rules(table))
        return self._frames[table.name].lazy()

    def reference(self, wanted: Reference) -> pl.LazyFrame:
        """Return reference data with the columns that it declares; raise NotGiven where there is none."""
        if wanted.name not in self._data.reference:
            raise NotGiven(wanted.absent)
        return self._data.reference[wanted.name].select(list(wanted.columns))


def _require(data: ReturnData, table: str) -> None:
    if table not in data.tables:
        raise NotGiven(data.layout.absence(table))


def _day_of(data: ReturnData) -> date:
    if data.at is None:
        raise NotGiven("The day on which the data were taken is not known. Give it with --at.")
    return data.at


def columns_for_rules(table: Table) -> list[pl.Expr]:
    """List the columns of a table under the names that rules use."""
    columns = [pl.col("@row").alias(table.name)]
    columns += [pl.col(above(name)).alias(name) for name in table.ancestors]
    for field in table:
        if field.kind in TYPED:
            columns += [pl.col(value(field.name)).alias(field.name), pl.col(field.name).alias(text(field.name))]
        else:
            columns.append(pl.col(field.name).str.to_uppercase() if field.any_case else pl.col(field.name))
    return columns


RowCheck = Callable[[Row], pl.Expr]
LinkedCheck = Callable[[Census], pl.LazyFrame]


@dataclass(frozen=True, slots=True)
class Rule:
    """One validation rule.

    `fields` are the cells that a finding points at; the first one's table is the table whose records
    a row rule looks at. `one_per` names an enclosing table: failing records under the same record
    there make one finding. Without the tables that it `needs` a rule is not evaluated. Exactly one of
    `row_check` and `linked_check` is set.
    """

    code: str
    severity: Severity
    since: int
    until: int | None
    fields: tuple[FieldRef, ...]
    summary: str
    hint: str
    name: str
    doc: str
    module: str
    source_file: str
    source_line: int
    draft: bool = False
    one_per: str | None = None
    row_check: RowCheck | None = None
    linked_check: LinkedCheck | None = None
    needs: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        """Name the table that the rule is about."""
        return self.fields[0].table

    @property
    def group(self) -> str:
        """Name the group of rules that this one stands with: its module."""
        return self.module.rsplit(".", 1)[-1]

    def in_force(self, year: int) -> bool:
        """Tell whether the rule applies to the collection that ends in `year`."""
        return self.since <= year and (self.until is None or year <= self.until)


def rule(
    code: str,
    *fields: FieldRef,
    summary: str,
    hint: str,
    since: int = FIRST_RULE_YEAR,
    until: int | None = None,
    one_per: TableRef | None = None,
    draft: bool = False,
    severity: Severity | None = None,
) -> Callable[[RowCheck], Rule]:
    """Declare a row rule; unless given, the severity is query where the code ends with Q, else error.

    A rule is not evaluated without its own table and those around it that it reads.
    """

    def declare(check: RowCheck) -> Rule:
        table = one_per.name if one_per else None
        made = _rule(check, code, fields, summary, hint, since, until, draft=draft, one_per=table, row_check=check)
        return made if severity is None else replace(made, severity=severity)

    return declare


def linked_rule(
    code: str,
    *fields: FieldRef,
    summary: str,
    hint: str,
    since: int = FIRST_RULE_YEAR,
    until: int | None = None,
    draft: bool = False,
    needs: tuple[TableRef, ...] = (),
    severity: Severity | None = None,
) -> Callable[[LinkedCheck], Rule]:
    """Declare a linked rule: one that compares records or counts over the return; severity as for row rules.

    The frame that the function returns has one row per failing record or pair. Its columns: `issue`
    (optional; rows with equal values make one finding, without it each row is one), `detail`
    (optional; a sentence added to the message), and location columns holding row numbers or null:
    `<Table>` points at every field of that table that the rule declares, `<Table>.<Field>` at one.
    What follows a `#` in a column name only tells columns apart. `needs` names tables without which
    the rule says nothing, beside that of its first field; any other that a year lacks counts as empty.
    A table that the year has and the return lacks is asked for by `Census.rows` itself, as reference
    data and the authority are: the rule is then not evaluated.
    """

    def declare(check: LinkedCheck) -> Rule:
        names = tuple(table.name for table in needs)
        made = _rule(check, code, fields, summary, hint, since, until, draft=draft, linked_check=check, needs=names)
        return made if severity is None else replace(made, severity=severity)

    return declare


def _rule(
    check: RowCheck | LinkedCheck,
    code: str,
    fields: tuple[FieldRef, ...],
    summary: str,
    hint: str,
    since: int,
    until: int | None,
    *,
    draft: bool,
    one_per: str | None = None,
    row_check: RowCheck | None = None,
    linked_check: LinkedCheck | None = None,
    needs: tuple[str, ...] = (),
) -> Rule:
    return Rule(
        code,
        Severity.QUERY if code.endswith("Q") else Severity.ERROR,
        since,
        until,
        fields,
        summary,
        hint,
        check.__name__,
        " ".join((check.__doc__ or "").split()),
        check.__module__,
        check.__code__.co_filename,
        check.__code__.co_firstlineno,
        draft,
        one_per,
        row_check,
        linked_check,
        (fields[0].table, *needs),
    )


@dataclass(frozen=True, slots=True)
class ReturnDefinition:
    """One return: its layouts, its rules and who its records are about.

    `child_table` and `child_field` name the identifier of a child in the findings; the modules of
    `figures` hold the headline figures (schemas.figures). A return that is of a day, not of a year, covers so many
    `months` before it. `last_year` takes last year's return out of one that has it beside this year's.
    """

    name: str
    title: str
    years: range
    layout: Callable[[int], Layout]
    modules: tuple[ModuleType, ...]
    child_table: str
    child_field: str
    figures: tuple[ModuleType, ...] = ()
    months: int = 0
    last_year: Callable[[ReturnData], ReturnData | None] = lambda _: None

    @property
    def all_rules(self) -> tuple[Rule, ...]:
        """List every rule of every year, by code."""
        found = [item for module in self.modules for item in vars(module).values() if isinstance(item, Rule)]
        return tuple(sorted(found, key=lambda item: code_order(item.code)))

    def rules(self, year: int) -> tuple[Rule, ...]:
        """List the rules for a collection year, by code; years before the first rules get those."""
        year = max(year, FIRST_RULE_YEAR)
        return tuple(item for item in self.all_rules if item.in_force(year))


def code_order(code: str) -> tuple[int, str]:
    """Give the sort key of a rule code: by number, then by suffix."""
    number = re.match(r"\d+", code)
    return (int(number.group()) if number else 0, code)
