"""The lists as a return that is built."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl

from adapters.annex_a.build.back import case_tables
from adapters.annex_a.build.mapping import ABSENT, DECLARED
from adapters.annex_a.build.prepare import TABLES, Preparation
from adapters.annex_a.frames import with_types
from adapters.annex_a.write import write_lists
from adapters.mapping.built import Built, assembled
from adapters.mapping.span import ReturnYear
from adapters.mapping.tables import Frame, taken
from schemas.annex_a.choices import official
from schemas.annex_a.definition import ANNEX_A
from schemas.annex_a.layout import ADOPTERS, CHILDREN, annex_a_layout
from schemas.annex_a.linking import linked
from schemas.fields import Kind
from schemas.findings import Source
from schemas.returns import ReturnData
from schemas.tables import LINE, Layout, Table, line


class AnnexABuilder:
    """Builds the lists of a day; List 11 is there without records, since case records are about children."""

    definition = ANNEX_A
    declared = DECLARED
    absent = ABSENT

    def build(self, tables: Mapping[str, Frame], year: ReturnYear) -> Built:
        """Build the lists from canonical case tables; `year` ends on the day of the data."""
        preparation = Preparation(taken(tables, TABLES), year)
        built = assembled(annex_a_layout(year.year), DECLARED, preparation.ready(), year)
        lists = {name: _spelled(built.layout, name, frame) for name, frame in built.tables.items()}
        lists[ADOPTERS] = pl.DataFrame(schema={field.name: pl.String for field in built.layout.table(ADOPTERS)})
        return replace(built, tables=lists, notes=pl.concat([built.notes, *preparation.notes]))

    def write(self, built: Built, target: Path) -> tuple[str, ...]:
        """Write the lists; nothing of them is lost."""
        write_lists(target, data_of(built))
        return ()

    def case_tables(self, data: ReturnData, at: datetime) -> dict[str, pl.DataFrame]:
        """Give what the return tells; see `adapters.annex_a.build.back`."""
        return case_tables(data, at)


def _spelled(layout: Layout, name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Write choices as Ofsted does; one that has no such text stays what it is, for the rules to find."""
    return frame.with_columns(
        pl.coalesce(official(field.codes, pl.col(field.name)), field.name).alias(field.name)
        for field in layout.table(name)
        if field.kind is Kind.CHOICE and field.codes is not None
    )


def data_of(built: Built) -> ReturnData:
    """Give what was built as if it had been read."""
    frames = {table.name: _as_read(table, built.tables[table.name]) for table in built.layout if table.name != CHILDREN}
    return ReturnData(
        built.layout,
        built.year.authority,
        Source(ANNEX_A.title, ""),
        linked(built.layout, frames),
        origins=built.origins,
        at=built.year.end,
    )


def _as_read(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    numbered = frame.select(field.name for field in table).with_row_index(LINE, offset=2)
    lines = numbered.with_columns(pl.col(LINE).cast(pl.Int32))
    return with_types(table, lines.with_columns(pl.col(LINE).alias(line(field.name)) for field in table))
