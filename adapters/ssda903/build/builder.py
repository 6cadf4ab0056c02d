"""The looked-after return as a return that is built."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import polars as pl

from adapters.mapping.built import Built
from adapters.mapping.span import ReturnYear
from adapters.mapping.tables import Frame
from adapters.ssda903.build.back import case_tables
from adapters.ssda903.build.build import build
from adapters.ssda903.build.mapping import ABSENT, DECLARED
from adapters.ssda903.convert import write_return
from adapters.ssda903.frames import assembled, with_types
from schemas.returns import ReturnData
from schemas.ssda903.definition import SSDA903
from schemas.tables import LINE, Table, line


class Ssda903Builder:
    """Builds the return in any of its forms: a folder or zip file of CSV files, a workbook, XML."""

    definition = SSDA903
    declared = DECLARED
    absent = ABSENT

    def build(self, tables: Mapping[str, Frame], year: ReturnYear) -> Built:
        """Build the return; see `adapters.ssda903.build.build`."""
        return build(tables, year)

    def write(self, built: Built, target: Path) -> tuple[str, ...]:
        """Write the return; see `adapters.ssda903.convert`."""
        texts = {name: _typed(built.layout.table(name), frame) for name, frame in built.tables.items()}
        return write_return(target, built.layout, assembled(built.layout, texts, {}))

    def case_tables(self, data: ReturnData, at: datetime) -> dict[str, pl.DataFrame]:
        """Give what the return tells; see `adapters.ssda903.build.back`."""
        return case_tables(data, at)


def _typed(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Give the texts of a table as those of a file, which have a line each."""
    nowhere = pl.lit(None, dtype=pl.Int32)
    places = [nowhere.alias(LINE), *(nowhere.alias(line(field.name)) for field in table)]
    return with_types(table, frame.select(*(field.name for field in table), *places))
