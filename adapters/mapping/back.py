"""Read a return back into case records: the mapping the other way round, as far as a return tells."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from adapters.mapping.built import ReturnRows
from adapters.mapping.declare import Beside
from schemas.case.columns import schema
from schemas.returns import ReturnData
from schemas.tables import ROW, TYPED, Table, above, value

_BY = "ics-gateway"


def read_back(data: ReturnData, declared: Sequence[ReturnRows], at: datetime) -> dict[str, pl.DataFrame]:
    """Give the case tables that a return tells of, with the columns of `schemas.case.columns`.

    A record is known by the place of its row in the return, a child by the identifier in it.
    """
    work = _Reading(data)
    for rows in declared:
        if rows.table and rows.block in data.tables:
            work.add(rows, data.tables[rows.block])
    source = f"{data.layout.name} {data.layout.year}"
    return {table: _whole(table, frames, source, at) for table, frames in work.found.items()}


class _Reading:
    def __init__(self, data: ReturnData) -> None:
        self._layout = data.layout
        self._named: dict[str, pl.DataFrame] = {}
        self.found: dict[str, list[pl.DataFrame]] = {}

    def add(self, rows: ReturnRows, frame: pl.DataFrame) -> None:
        table = self._layout.table(rows.block)
        frame = frame if rows.told is None else frame.filter(rows.told())
        own = self._with_names(rows, table, frame)
        self._named[rows.block] = own.select("id", "person", pl.col(ROW).alias(above(rows.block)))
        for beside in rows.beside:
            own = self._beside(rows, beside, table, own)
        own = own.select("id", *self._others(rows), *_values(rows, rows.table, table), *_names(rows), *_constant(rows))
        self.found.setdefault(rows.table, []).append(_gathered(rows, own) if rows.gathered else own)

    def _with_names(self, rows: ReturnRows, table: Table, frame: pl.DataFrame) -> pl.DataFrame:
        """Put beside each row what its record is called, and whom it is about; `_around` is the record around it."""
        outer = [name for name in table.ancestors if name in self._named]
        made = pl.format(f"{rows.block.replace(' ', '-')}.{{}}", pl.col(ROW))
        if not outer:
            child = next(item.target for item in rows.items if item.sources[:1] == ("person.id",))
            return frame.with_columns(pl.coalesce(child, made).alias("id")).with_columns(pl.col("id").alias("person"))
        around = self._named[outer[-1]].rename({"id": "_around"})
        named = frame.join(around, on=above(outer[-1]), how="left", maintain_order="left")
        return named.with_columns((pl.col("_around") if rows.under == "id" else made).alias("id"))

    def _others(self, rows: ReturnRows) -> list[pl.Expr]:
        """Give whom the record is about, and the record around it."""
        if rows.table == "person":
            return []
        around = [] if rows.under in {"person", ""} else [pl.col("_around").alias(rows.under)]
        return [pl.col("person"), *around]

    def _beside(self, rows: ReturnRows, beside: Beside, table: Table, own: pl.DataFrame) -> pl.DataFrame:
        values = _values(rows, beside.table, table)
        told = pl.any_horizontal(expression.is_not_null() for expression in values)
        name = pl.format(f"{{}}+{beside.table}", pl.col("id"))
        refers = [pl.col("id").alias(beside.refers)] if beside.refers else []
        constant = [pl.lit(what).alias(field) for field, what in beside.constant]
        copied = [_typed(table, item).alias(field) for field, item in beside.copied]
        about = [pl.col("person")] if "person" in schema(beside.table) else []
        record = own.filter(told).select(name.alias("id"), *about, *refers, *values, *constant, *copied)
        self.found.setdefault(beside.table, []).append(record)
        return own.with_columns(pl.when(told).then(name).alias(f"_names.{beside.table}"))


def _names(rows: ReturnRows) -> list[pl.Expr]:
    """Give the fields that name the records beside."""
    return [pl.col(f"_names.{item.table}").alias(item.named_in) for item in rows.beside if item.named_in]


def _constant(rows: ReturnRows) -> list[pl.Expr]:
    return [pl.lit(what).alias(field) for field, what in rows.constant]


def _values(rows: ReturnRows, case: str, table: Table) -> list[pl.Expr]:
    """Give the fields of a case table that the items tell, each from the first item that does."""
    found: dict[str, pl.Expr] = {}
    told = ((item.target, *field) for item in rows.items if table.has(item.target) for field in item.fields)
    for target, source, back in told:
        owner, _, field = source.partition(".")
        if owner == case and field != "id":
            kind = schema(case)[field]
            value_of = back(_typed(table, target)).cast(kind.inner if isinstance(kind, pl.List) else kind)
            found.setdefault(field, value_of.alias(field))
    return list(found.values())


def _typed(table: Table, item: str) -> pl.Expr:
    return pl.col(value(item) if table.field(item).kind in TYPED else item)


def _gathered(rows: ReturnRows, own: pl.DataFrame) -> pl.DataFrame:
    by = own.group_by(rows.under, maintain_order=True)
    return by.agg(pl.col(rows.gathered), pl.exclude(rows.gathered).first())


def _whole(table: str, frames: Sequence[pl.DataFrame], source: str, at: datetime) -> pl.DataFrame:
    """Put the parts of a table together: those of one record beside each other, and what every record has."""
    provenance = {
        "provenance.source": pl.lit(source),
        "provenance.record": pl.col("id"),
        "provenance.recorded_at": pl.lit(at, pl.Datetime("us", "UTC")),
        "provenance.recorded_by": pl.lit(_BY),
        "provenance.state": pl.lit("ASSERTED"),
    }
    if table == "person":
        whole = frames[0]
        for more in frames[1:]:
            whole = whole.join(more, on="id", how="left", maintain_order="left")
    else:
        whole = pl.concat(frames, how="diagonal")
    there = {name: pl.col(name) for name in whole.columns} | provenance
    return whole.select(there.get(name, pl.lit(None)).cast(kind).alias(name) for name, kind in schema(table).items())
