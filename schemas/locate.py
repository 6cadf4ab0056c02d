"""Turn the failing records of a rule into findings with their cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from schemas.findings import Finding, Location
from schemas.returns import ReturnData
from schemas.rules import ReturnDefinition, Rule
from schemas.tables import LINE, above, line

_ISSUE = "issue"
_DETAIL = "detail"


@dataclass(frozen=True, slots=True)
class FailingCells:
    """What failed: row numbers in the rule's table, or the frame of a linked rule."""

    rows: pl.Series | None = None
    frame: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True)
class _Column:
    """One location column of a frame of failing records: where it points."""

    name: str
    table: str
    fields: tuple[str, ...]


def findings_for(
    rule: Rule, cells: FailingCells, definition: ReturnDefinition, data: ReturnData
) -> tuple[Finding, ...]:
    """Make the findings of one rule, in document order."""
    if cells.rows is not None:
        frame = _row_frame(rule, cells.rows, data)
    elif cells.frame is not None:
        frame = cells.frame
    else:
        return ()
    columns = _columns(rule, frame, data)
    places = _Places(definition, data, columns, frame)
    return tuple(places.finding(rule, positions) for positions in _issues(frame, columns))


def _row_frame(rule: Rule, rows: pl.Series, data: ReturnData) -> pl.DataFrame:
    own = rows.cast(pl.Int32).alias(rule.table)
    frame = own.to_frame()
    outer = {reference.table for reference in rule.fields} | ({rule.one_per} if rule.one_per else set())
    for table in sorted(outer - {rule.table}):
        frame = frame.with_columns(data.tables[rule.table].get_column(above(table)).gather(rows).alias(table))
    if rule.one_per:
        frame = frame.with_columns(pl.col(rule.one_per).alias(_ISSUE))
    return frame


def _columns(rule: Rule, frame: pl.DataFrame, data: ReturnData) -> tuple[_Column, ...]:
    found: list[_Column] = []
    for name in frame.columns:
        table, _, field = name.partition("#")[0].partition(".")
        if name not in {_ISSUE, _DETAIL} and data.layout.has(table):
            fields = (field,) if field else tuple(ref.field for ref in rule.fields if ref.table == table)
            declared = data.layout.table(table)
            found.append(_Column(name, table, tuple(item for item in fields if declared.has(item))))
    order = [reference.table for reference in rule.fields]
    return tuple(sorted(found, key=lambda column: order.index(column.table) if column.table in order else len(order)))


def _issues(frame: pl.DataFrame, columns: tuple[_Column, ...]) -> Iterator[list[int]]:
    """Give the row positions of each issue, ordered by the first record that it points at."""
    if _ISSUE not in frame.columns:
        keys = frame.select(pl.int_range(pl.len()).alias("at"), pl.int_range(pl.len()).alias("of"))
    else:
        keys = frame.select(pl.int_range(pl.len()).alias("at"), pl.col(_ISSUE).rank("dense").alias("of"))
    first = pl.min_horizontal(pl.col(column.name) for column in columns[:1]) if columns else pl.lit(0)
    ordered = keys.with_columns(frame.select(first.alias("first")).to_series()).sort("first", "at")
    grouped = ordered.group_by("of", maintain_order=True).agg("at")
    yield from grouped.get_column("at").to_list()


class _Places:
    """The cells that a frame of failing records points at, looked up column by column."""

    def __init__(
        self, definition: ReturnDefinition, data: ReturnData, columns: tuple[_Column, ...], frame: pl.DataFrame
    ) -> None:
        self._details = frame.get_column(_DETAIL).to_list() if _DETAIL in frame.columns else None
        self._columns = columns
        self._cells = [_cells(data.tables[column.table], column, frame.get_column(column.name)) for column in columns]
        self._children = [_children(definition, data, column, frame.get_column(column.name)) for column in columns]

    def finding(self, rule: Rule, positions: list[int]) -> Finding:
        """Make the finding that the rows at `positions` make together."""
        locations: dict[Location, None] = {}
        child = ""
        for cells, children in zip(self._cells, self._children, strict=True):
            for at in positions:
                locations.update(dict.fromkeys(cells[at]))
                child = child or children[at]
        message = rule.summary
        if self._details is not None:
            message = f"{message} {self._details[positions[0]]}"
        return Finding(rule.code, rule.severity, child, message, rule.hint, tuple(locations))


def _cells(table: pl.DataFrame, column: _Column, rows: pl.Series) -> list[tuple[Location, ...]]:
    numbers = rows.to_list()
    records = table.get_column(LINE).gather(rows).to_list()
    fields = [
        (name, table.get_column(name).gather(rows).to_list(), table.get_column(line(name)).gather(rows).to_list())
        for name in column.fields
    ]
    return [
        ()
        if row is None
        else tuple(
            Location(column.table, row, name, values[at], lines[at] or records[at]) for name, values, lines in fields
        )
        for at, row in enumerate(numbers)
    ]


def _children(definition: ReturnDefinition, data: ReturnData, column: _Column, rows: pl.Series) -> list[str]:
    frame = data.tables[column.table]
    if column.table == definition.child_table:
        owners = rows
    elif above(definition.child_table) in frame.columns:
        owners = frame.get_column(above(definition.child_table)).gather(rows)
    else:
        return [""] * len(rows)
    names = data.tables[definition.child_table].get_column(definition.child_field)
    return [name or "" for name in names.gather(owners).to_list()]
