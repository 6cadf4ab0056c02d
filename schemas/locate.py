"""Turn the failing records of a rule into findings with their cells."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from schemas.findings import Finding, Location, Unlisted
from schemas.returns import ReturnData
from schemas.rules import ReturnDefinition, Rule
from schemas.tables import LINE, above, line

_ISSUE = "issue"
_DETAIL = "detail"
_LAST = 2**31 - 1


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
    rule: Rule, cells: FailingCells, definition: ReturnDefinition, data: ReturnData, most: int
) -> tuple[tuple[Finding, ...], Unlisted]:
    """Make the first `most` findings of one rule, in document order, and count the others."""
    if cells.rows is not None:
        frame = _row_frame(rule, cells.rows, data)
    elif cells.frame is not None:
        frame = cells.frame
    else:
        return (), Unlisted(rule.code, rule.severity, 0, frozenset())
    columns = _columns(rule, frame, data)
    issues = _issues(frame, columns)
    listed, over = issues[:most], sorted(at for positions in issues[most:] for at in positions)
    children = _children(frame.select(pl.all().gather(over)), columns, definition, data) if over else frozenset()
    if over:
        frame, listed = _only(frame, listed)
    places = _Places(definition, data, columns, frame)
    found = tuple(places.finding(rule, positions) for positions in listed)
    return found, Unlisted(rule.code, rule.severity, len(issues) - len(listed), children)


def _only(frame: pl.DataFrame, issues: list[list[int]]) -> tuple[pl.DataFrame, list[list[int]]]:
    """Keep the rows of these issues, and give their positions anew."""
    kept = sorted(at for positions in issues for at in positions)
    moved = {at: place for place, at in enumerate(kept)}
    return frame.select(pl.all().gather(kept)), [[moved[at] for at in positions] for positions in issues]


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
        if name not in {_ISSUE, _DETAIL} and table in data.tables:
            fields = (field,) if field else tuple(ref.field for ref in rule.fields if ref.table == table)
            declared = data.layout.table(table)
            found.append(_Column(name, table, tuple(item for item in fields if declared.has(item))))
    order = [reference.table for reference in rule.fields]
    return tuple(sorted(found, key=lambda column: order.index(column.table) if column.table in order else len(order)))


def _issues(frame: pl.DataFrame, columns: tuple[_Column, ...]) -> list[list[int]]:
    """Give the row positions of each issue, ordered by the first record that it points at."""
    # Frames come in any order; row numbers, missing ones last, put the same findings in the same order.
    places = zip(*(frame.get_column(column.name).fill_null(_LAST).to_list() for column in columns), strict=True)
    order = sorted((place, at) for at, place in enumerate(places)) if columns else [((), 0)]
    issues = frame.get_column(_ISSUE).rank("dense") if _ISSUE in frame.columns else range(frame.height)
    grouped: dict[int, list[int]] = {}
    for _, position in order:
        grouped.setdefault(issues[position], []).append(position)
    return list(grouped.values())


class _Places:
    """The cells that a frame of failing records points at, looked up column by column."""

    def __init__(
        self, definition: ReturnDefinition, data: ReturnData, columns: tuple[_Column, ...], frame: pl.DataFrame
    ) -> None:
        self._details = frame.get_column(_DETAIL).to_list() if _DETAIL in frame.columns else None
        self._columns = columns
        self._children = data.tables[definition.child_table].get_column(definition.child_field)
        self._cells: list[list[tuple[Location, ...]]] = []
        self._owners: list[list[int | None]] = []
        for column in columns:
            table, rows = data.tables[column.table], frame.get_column(column.name)
            self._cells.append(_cells(table, column, rows))
            self._owners.append(_owners(table, column, rows, definition))

    def finding(self, rule: Rule, positions: list[int]) -> Finding:
        """Make the finding that the rows at `positions` make together."""
        locations: dict[Location, None] = {}
        children: dict[int, None] = {}
        for cells, owners in zip(self._cells, self._owners, strict=True):
            for at in positions:
                locations.update(dict.fromkeys(cells[at]))
                if (owner := owners[at]) is not None:
                    children[owner] = None
        rows = tuple(children)
        child = self._children[rows[0]] or "" if rows else ""
        message = rule.summary
        if self._details is not None:
            message = f"{message} {self._details[positions[0]]}"
        return Finding(rule.code, rule.severity, child, message, rule.hint, tuple(locations), rows)


def _children(
    frame: pl.DataFrame, columns: tuple[_Column, ...], definition: ReturnDefinition, data: ReturnData
) -> frozenset[int]:
    """Give the rows of all children that a frame of failing records is about."""
    owners = (
        _owners(data.tables[column.table], column, frame.get_column(column.name), definition) for column in columns
    )
    return frozenset(owner for found in owners for owner in found if owner is not None)


def _owners(table: pl.DataFrame, column: _Column, rows: pl.Series, definition: ReturnDefinition) -> list[int | None]:
    """Give, for each row number, the row of the child that the record there is about."""
    owner = above(definition.child_table)
    if column.table == definition.child_table:
        return rows.to_list()
    if owner not in table.columns:
        return [None] * len(rows)
    return table.get_column(owner).gather(rows).to_list()


def _cells(table: pl.DataFrame, column: _Column, rows: pl.Series) -> list[tuple[Location, ...]]:
    """Give, for each row number, the cells there."""
    wanted = [LINE, *column.fields, *(line(name) for name in column.fields)]
    taken = table.select(pl.col(wanted).gather(rows))
    count = len(column.fields)
    return [
        ()
        if row is None
        else tuple(
            Location(column.table, row, name, found[at], found[at + count] or found[0])
            for at, name in enumerate(column.fields, start=1)
        )
        for row, found in zip(rows.to_list(), taken.iter_rows(), strict=True)
    ]
