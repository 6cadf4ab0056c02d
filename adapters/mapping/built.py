"""What building a return gives, and how the rows that are ready become its records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from adapters.mapping.declare import ID, PARENT, Rows
from adapters.mapping.span import ReturnYear
from adapters.mapping.tables import SOURCE
from schemas.returns import ORIGIN
from schemas.tables import ROW, Layout, Table, above

ReturnRows = Rows[str, [ReturnYear]]
NOTES = pl.Schema({"why": pl.String(), **ORIGIN})
"""What could not be taken over as it stands: why, and which record of the case system it is about."""


@dataclass(frozen=True, slots=True)
class Built:
    """A return that was built.

    `tables` have the texts of the fields, the row number and those of the records around; `origins` have, row by row,
    the record of the case system that each was made from. `year` is what it was built for.
    """

    layout: Layout
    year: ReturnYear
    tables: Mapping[str, pl.DataFrame]
    origins: Mapping[str, pl.DataFrame]
    notes: pl.DataFrame


def noted(why: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Note something about each of these rows."""
    return rows.select(
        pl.lit(why).alias("why"), pl.col(SOURCE).alias("table"), pl.col(ID).alias("key"), pl.col("person")
    )


def undated(block: str, rows: pl.DataFrame, day: str) -> pl.DataFrame:
    """Note the rows without a first day: whether they touch the year nobody can tell, so they are left out."""
    return noted(f"Left out of {block}: it has no first day.", rows.filter(pl.col(day).is_null()))


def together(notes: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Put notes under each other."""
    return pl.concat([pl.DataFrame(schema=NOTES), *notes])


def assembled(
    layout: Layout,
    declared: Sequence[ReturnRows],
    ready: Mapping[str, pl.DataFrame],
    year: ReturnYear,
    notes: Iterable[pl.DataFrame] = (),
) -> Built:
    """Make the records out of the rows that are ready for each, outer ones first.

    A row has `id`, the `id` of the record around it as PARENT, and `person`. One whose record around is not there is
    left out, and that is noted.
    """
    work = _Assembly(layout, year)
    for rows in declared:
        if layout.has(rows.block):
            work.add(rows, ready[rows.block])
    return Built(layout, year, work.tables, work.origins, together((*notes, *work.notes)))


class _Assembly:
    def __init__(self, layout: Layout, year: ReturnYear) -> None:
        self._layout = layout
        self._year = year
        self._numbered: dict[str, pl.DataFrame] = {}
        self.tables: dict[str, pl.DataFrame] = {}
        self.origins: dict[str, pl.DataFrame] = {}
        self.notes: list[pl.DataFrame] = []

    def add(self, rows: ReturnRows, frame: pl.DataFrame) -> None:
        table = self._layout.table(rows.block)
        frame, around = self._placed(rows, table, frame)
        if order := [*around[-1:], *rows.order]:
            frame = frame.sort(*order, maintain_order=True)
        frame = frame.with_columns(pl.int_range(pl.len(), dtype=pl.Int32).alias(ROW))
        self._numbered[rows.block] = frame.select("id", ROW, *around)
        self.tables[rows.block] = pl.concat(
            [frame.select(ROW, *around), self._texts(rows, table, frame)], how="horizontal"
        )
        self.origins[rows.block] = frame.select(pl.col(SOURCE).alias("table"), pl.col(ID).alias("key"), "person")

    def _placed(self, rows: ReturnRows, table: Table, frame: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
        """Give the rows with the numbers of the records around them, outermost first."""
        outer = [name for name in table.ancestors if name in self._numbered]
        if not outer:
            return frame, []
        # A record that is there twice has one place: what stands in it must not be there twice too.
        once = self._numbered[outer[-1]].unique("id", keep="first", maintain_order=True)
        numbers = once.rename({"id": PARENT, ROW: above(outer[-1])})
        placed = frame.join(numbers, on=PARENT, how="left", maintain_order="left")
        lost = placed[above(outer[-1])].is_null()
        if lost.any():
            self.notes.append(
                noted(f"Left out of {rows.block}: there is no record for it to stand in.", placed.filter(lost))
            )
        return placed.filter(~lost), [above(name) for name in outer]

    def _texts(self, rows: ReturnRows, table: Table, frame: pl.DataFrame) -> pl.DataFrame:
        wanted = {field.name for field in table}
        values = frame.select(item.column(self._year) for item in rows.items if item.target in wanted)
        made = {name: _text(name, kind, self._layout.dates.strptime) for name, kind in values.schema.items()}
        nothing = pl.lit(None, dtype=pl.String)
        return values.select(made.get(field.name, nothing.alias(field.name)) for field in table)


def _text(name: str, kind: pl.DataType, dates: str) -> pl.Expr:
    if kind == pl.Date:
        return pl.col(name).dt.strftime(dates)
    if kind == pl.Boolean:
        return pl.when(name).then(pl.lit("1")).when(pl.col(name).is_not_null()).then(pl.lit("0")).alias(name)
    return pl.col(name).cast(pl.String)
